import { type Acceptance, type HeldAction, HostError, type HostSurvey } from '@stopgap/agent';
import { type Commands, MachineError } from '@stopgap/machine';
import { complaintOf, type Installation, versionOf } from './installation.ts';
import { standInServes } from './listening.ts';
import { idlePool } from './marks.ts';
import { type ConfigFile, globalSetting, poolsOf } from './tree.ts';
import { writtenFolders } from './written-folders.ts';

/** A survey, with what actions are accepted by. */
export interface Surveyed {
  readonly survey: HostSurvey;
  readonly pools: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/** What is here. Changes nothing. */
export async function surveyPools(
  installation: Installation,
  tree: readonly ConfigFile[],
  master: number | undefined,
  commands: Commands,
): Promise<Surveyed> {
  const version = await versionOf(installation, commands);
  const complaint = await complaintOf(installation, commands);
  const pools = new Set(poolsOf(tree).keys());
  const running = master === undefined ? 'not running' : `running as process ${master}`;
  const idle = standInServes(tree) ? ', no pool in service' : '';
  const test = `${[installation.binary, '--test', ...installation.args].join(' ')}`;
  return {
    survey: {
      present: true,
      detail: `PHP-FPM ${version ?? ''}, ${installation.configFile}, pools ${[...pools].join(', ')}${idle}, ${running}`,
      ...(version === undefined ? {} : { version }),
      missing:
        complaint === undefined
          ? []
          : [
              {
                what: `PHP-FPM refuses its own configuration: ${complaint}`,
                remedy: `correct it until "${test}" succeeds`,
              },
            ],
      endpoints: [],
      writes: writtenFolders(tree),
    },
    pools,
    notes: gentle(tree)
      ? []
      : [
          'process_control_timeout is 0: requests that any pool is answering at the reload are cut off; set it to keep them',
        ],
  };
}

/** There is none. */
export function absent(detail: string): Surveyed {
  return { survey: { present: false, detail, missing: [], endpoints: [] }, pools: new Set(), notes: [] };
}

/** Seconds that PHP-FPM gives its workers to finish at a reload. */
export function finishSeconds(tree: readonly ConfigFile[]): number {
  const [, number = '0', unit = 's'] =
    /^(\d+)([smhd]?)$/.exec(globalSetting(tree, 'process_control_timeout') ?? '') ?? [];
  return (
    Number(number) *
    (new Map([
      ['m', 60],
      ['h', 3600],
      ['d', 86_400],
    ]).get(unit) ?? 1)
  );
}

function gentle(tree: readonly ConfigFile[]): boolean {
  return finishSeconds(tree) > 0;
}

/** Whether this host can hold the action. */
export function acceptanceOf({ action }: HeldAction, { survey, pools, notes }: Surveyed): Acceptance {
  const no = (state: 'unsupported' | 'prerequisite-missing' | 'not-applicable', reason: string) =>
    ({ accepted: false, state, reason }) as const;
  if (action.kind !== 'appPool') return no('unsupported', `PHP-FPM holds pools, no ${action.kind}`);
  if (!survey.present) return no('unsupported', survey.detail);
  const [lacking] = survey.missing;
  if (lacking) return no('prerequisite-missing', `${lacking.what}; ${lacking.remedy}`);
  if (action.name === idlePool) return no('unsupported', `[${idlePool}] is our own stand-in`);
  if (!pools.has(action.name)) return no('not-applicable', `PHP-FPM has no pool [${action.name}] on this server`);
  const others = [...pools].filter((name) => name !== action.name);
  const alone = `[${action.name}] is the only pool; one that serves nobody stands in, as PHP-FPM does not run without any`;
  return { accepted: true, notes: [...(others.length > 0 ? [] : [alone]), ...notes] };
}

/** A survey of something that cannot be read. Passes other errors on. */
export function unusable(error: unknown): Surveyed {
  if (!(error instanceof HostError) && !(error instanceof MachineError)) throw error;
  const survey = { present: true, detail: 'PHP-FPM is here, but cannot be used', endpoints: [] };
  return { ...absent(''), survey: { ...survey, missing: [{ what: error.message, remedy: 'correct this' }] } };
}
