import type { Offer } from '../decide/input.ts';
import type { HeldAction, Host, HostSurvey } from '../host.ts';

/** A host with what it was found to be, once a look. */
export interface SurveyedHost {
  readonly host: Host;
  readonly survey: HostSurvey;
}

/** Whether the host can be changed at all now. One that cannot is left alone: what it holds stays as it is. */
export function isReady({ survey }: SurveyedHost): boolean {
  return survey.present && survey.missing.length === 0;
}

/** An offer with the mode it is, or is to be, in force with. */
export type Holding = Pick<Offer, 'mitigation'> & { readonly mode: 'enforce' | 'observe' };

/** The actions of a mitigation that are the host's business. */
export function actionsFor(host: Host, holding: Holding): readonly HeldAction[] {
  const { mitigation, mode } = holding;
  return mitigation.actions
    .map((action, index) => ({ mitigation: mitigation.id, revision: mitigation.revision, index, action, mode }))
    .filter(({ action }) => host.holds.includes(action.kind));
}

/** All that a host should hold for these mitigations, in a stable order: what a host makes of it must not depend on when. */
export function wantedOn({ host, survey }: SurveyedHost, holdings: readonly Holding[]): readonly HeldAction[] {
  return [...holdings]
    .sort((a, b) => (a.mitigation.id < b.mitigation.id ? -1 : 1))
    .flatMap((holding) => actionsFor(host, holding))
    .filter((action) => host.accepts(action, survey).accepted);
}
