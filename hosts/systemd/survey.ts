import { type Acceptance, type HeldAction, HostError, type HostSurvey } from '@stopgap/agent';
import type { Folders } from '@stopgap/machine';
import { maskFolder } from './masks.ts';
import type { Systemctl } from './systemctl.ts';
import { templateOf, unitOf } from './unit-name.ts';

/** The oldest systemd that reads the folder our masks stand in; older ones would run on as if nothing had been done. */
const oldest = 235;

/** A survey, with the names of all units, by which actions are accepted. */
export interface Surveyed {
  readonly survey: HostSurvey;
  readonly units: ReadonlySet<string>;
}

/** What is here. Changes nothing. */
export async function surveySystemd(systemctl: Systemctl, folders: Folders): Promise<Surveyed> {
  // sd_booted(3): this folder tells whether systemd is the init system.
  if (folders.list('/run/systemd/system') === undefined) return absent('systemd does not run this machine');
  try {
    const first = await systemctl.version();
    const version = /^systemd (\d+)/.exec(first)?.[1] ?? 'unknown';
    const units = new Set([...(await systemctl.unitFiles()).keys(), ...(await systemctl.loadedUnits())]);
    return {
      survey: {
        present: true,
        detail: `${first}, ${units.size} units`,
        version,
        missing: missing(version),
        endpoints: [],
        writes: [{ folder: maskFolder, why: 'masks of services that are stopped', ours: true }],
      },
      units,
    };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return absent(error.message);
  }
}

/** Whether this host can hold the action. */
export function acceptanceOf({ action }: HeldAction, survey: HostSurvey, units: ReadonlySet<string>): Acceptance {
  const no = (state: 'unsupported' | 'prerequisite-missing' | 'not-applicable', reason: string) =>
    ({ accepted: false, state, reason }) as const;
  if (action.kind !== 'service') return no('unsupported', `systemd holds services, no ${action.kind}`);
  if (!survey.present) return no('unsupported', survey.detail);
  const [lacking] = survey.missing;
  if (lacking) return no('prerequisite-missing', `${lacking.what}; ${lacking.remedy}`);
  const named = unitOf(action.name);
  if ('problem' in named) return no('unsupported', named.problem);
  const { unit } = named;
  const template = templateOf(unit);
  if (!units.has(unit) && !(template && units.has(template))) {
    return no('not-applicable', `there is no unit ${unit} on this server, so there is nothing to stop`);
  }
  return { accepted: true, notes: [`${unit} and what would start it are stopped and masked`] };
}

function absent(detail: string): Surveyed {
  return { survey: { present: false, detail, missing: [], endpoints: [] }, units: new Set() };
}

function missing(version: string): HostSurvey['missing'] {
  if (Number(version) >= oldest) return [];
  return [{ what: `systemd ${version} is older than ${oldest}`, remedy: `update systemd to ${oldest} or later` }];
}
