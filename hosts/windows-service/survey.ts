import { type Acceptance, type HeldAction, HostError, type HostSurvey } from '@stopgap/agent';
import type { Sc } from './sc.ts';
import { keyOf, nameProblem } from './service-name.ts';

/** A survey, with the names of all services by which actions are accepted. */
export interface Surveyed {
  readonly survey: HostSurvey;
  readonly services: ReadonlyMap<string, string>;
}

/** What is here. Changes nothing. `sc`: `undefined` where this is no Windows. */
export async function surveyServices(sc: Sc | undefined): Promise<Surveyed> {
  if (!sc) return absent('this is not Windows');
  try {
    const services = await sc.list();
    const detail = `Windows, ${services.size} services`;
    return { survey: { present: true, detail, missing: [], endpoints: [] }, services };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    if (error.code !== 'access-denied') return absent(error.message);
    const remedy = 'run the agent as SYSTEM or as Administrator';
    const missing = [{ what: 'the services of this Windows cannot be listed: access is denied', remedy }];
    return { survey: { present: true, detail: error.message, missing, endpoints: [] }, services: new Map() };
  }
}

/** Whether this host can hold the action. */
export function acceptanceOf(
  { action }: HeldAction,
  survey: HostSurvey,
  services: ReadonlyMap<string, string>,
): Acceptance {
  const no = (state: 'unsupported' | 'prerequisite-missing' | 'not-applicable', reason: string) =>
    ({ accepted: false, state, reason }) as const;
  if (action.kind !== 'service') return no('unsupported', `Windows services hold no ${action.kind}`);
  if (!survey.present) return no('unsupported', survey.detail);
  const [lacking] = survey.missing;
  if (lacking) return no('prerequisite-missing', `${lacking.what}; ${lacking.remedy}`);
  const problem = nameProblem(action.name);
  if (problem !== undefined) return no('unsupported', problem);
  const name = services.get(keyOf(action.name));
  if (name === undefined) {
    return no('not-applicable', `there is no service ${action.name} on this server, so there is nothing to stop`);
  }
  return { accepted: true, notes: [`${name} is disabled and stopped, after those that need it`] };
}

function absent(detail: string): Surveyed {
  return { survey: { present: false, detail, missing: [], endpoints: [] }, services: new Map() };
}
