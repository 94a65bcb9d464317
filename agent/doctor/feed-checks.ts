import { type Check, counted, orWell } from './check.ts';

/** More than a clock can be off by chance. */
const tolerance = 5 * 60_000;

/** Feeds and the clock. */
export const feedChecks: readonly Check[] = [
  {
    code: 'feeds',
    severity: 'failed',
    title: 'feeds',
    why: 'A feed that cannot be reached or verified brings no new mitigations; those in force stay.',
    remedy: 'stopgap connectivity shows each step',
    examine: ({ feeds, configTrouble }) => {
      if (configTrouble !== undefined || feeds.length === 0) return 'skipped';
      const failed = feeds.flatMap(({ name, steps }) =>
        steps.filter(({ verdict }) => verdict === 'failed').map(({ step, detail }) => `${name}, ${step}: ${detail}`),
      );
      return orWell(
        failed.map((what) => ({ what })),
        feeds.map(({ name }) => `${name} verified`).join(', '),
      );
    },
  },
  {
    code: 'enrolment',
    severity: 'warning',
    title: 'enrolment',
    why: 'Without a feed mitigations come from files only, by hand.',
    remedy: 'sudo stopgap agent install --feed URL --root-file FILE',
    examine: ({ feeds, configTrouble }) => {
      if (configTrouble !== undefined) return 'skipped';
      return feeds.length > 0 ? { well: counted(feeds.length, 'feed') } : [{ what: 'no feed is configured' }];
    },
  },
  {
    code: 'clock',
    severity: 'failed',
    title: 'clock',
    why: 'Signed metadata is judged by the time: with a clock that is behind, old metadata passes for new.',
    remedy: 'set the clock, and have a time service keep it: timedatectl set-ntp true',
    examine: ({ feeds, journal, now }) => {
      const signed = feeds.flatMap((feed) => (feed.signed === undefined ? [] : [feed.signed]));
      const looked = journal.kind === 'usable' && journal.looked !== undefined ? [journal.looked] : [];
      const ahead = [...signed.map(says('a feed was signed')), ...looked.map(says('the agent looked'))].filter(
        ({ at }) => at > now + tolerance,
      );
      return orWell(
        ahead.map(({ at, what }) => ({
          what: `${what} at ${stamp(at)}, which this clock (${stamp(now)}) takes for the future`,
        })),
        stamp(now),
      );
    },
  },
  {
    code: 'time-service',
    severity: 'warning',
    title: 'time service',
    why: 'A clock that nobody keeps drifts until metadata seems expired, or old metadata new.',
    remedy: 'timedatectl set-ntp true, or install chrony',
    examine: ({ clockSynchronised }) => {
      if (clockSynchronised === undefined) return 'skipped';
      return clockSynchronised ? { well: 'the clock is kept' } : [{ what: 'no time service keeps this clock' }];
    },
  },
];

function says(what: string): (at: number) => { readonly at: number; readonly what: string } {
  return (at) => ({ at, what });
}

function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
