import { type Check, counted, orWell } from './check.ts';

const octal = (mode: number) => mode.toString(8).padStart(4, '0');

/** Without root the first thing to do is always the same. */
const asRoot = (root: boolean) => (root ? {} : { remedy: 'run it again with sudo' });

/** Rights, state folder, configuration, policy, journal. */
export const setupChecks: readonly Check[] = [
  {
    code: 'rights',
    severity: 'warning',
    title: 'rights of this command',
    why: 'Without root not everything can be looked at, and nothing can be changed.',
    remedy: 'run it again with sudo',
    examine: ({ root }) => (root ? { well: 'root' } : [{ what: 'this command does not run as root' }]),
  },
  {
    code: 'state-folder',
    severity: 'failed',
    title: 'state folder',
    why: 'It holds the configuration, the root of trust and the journal: whoever may write there decides what root does.',
    remedy: 'sudo stopgap agent install',
    examine: ({ state: { folder, exists, mode, uid } }) => {
      if (!exists) return [{ what: `${folder} is not there: the agent is not set up` }];
      const open = mode !== undefined && (mode & 0o077) !== 0;
      const foreign = uid !== undefined && uid !== 0;
      if (open) return [{ what: `${folder} is open to others (mode ${octal(mode)})`, remedy: `chmod 0700 ${folder}` }];
      if (foreign) return [{ what: `${folder} belongs to the user ${uid}`, remedy: `chown -R root: ${folder}` }];
      return { well: folder };
    },
  },
  {
    code: 'configuration',
    severity: 'failed',
    title: 'configuration',
    why: 'An agent whose configuration is not valid does not start.',
    remedy: 'correct the place that is named; where there is none yet: sudo stopgap agent install',
    examine: ({ configTrouble, root }) =>
      configTrouble === undefined ? { well: 'valid' } : [{ what: configTrouble, ...asRoot(root) }],
  },
  {
    code: 'restart-due',
    severity: 'warning',
    title: 'configuration in use',
    why: 'The service reads its configuration when it starts: what was edited since is not in use, nor may its sandbox fit it.',
    remedy: 'sudo stopgap agent install',
    examine: ({ configChanged, journal, service }) => {
      const started = journal.kind === 'usable' ? journal.started : undefined;
      if (!service?.active || configChanged === undefined || started === undefined) return 'skipped';
      if (configChanged <= started) return { well: 'as it is in agent.json' };
      return [{ what: 'agent.json was edited after the service had started' }];
    },
  },
  {
    code: 'policy',
    severity: 'failed',
    title: 'policy',
    why: 'What may be applied, and how, is said there; where it cannot be read, nothing is applied.',
    remedy: 'correct the place that is named',
    examine: ({ policyTroubles, configTrouble }) => {
      if (configTrouble !== undefined) return 'skipped';
      return orWell(
        policyTroubles.map(({ why }) => ({ what: why })),
        'readable',
      );
    },
  },
  {
    code: 'journal',
    severity: 'failed',
    title: 'journal',
    why: 'Every change is written down there before it is made; without it nothing can be taken back.',
    remedy: 'keep the file, it says what was changed here; correct rights or disk, then: stopgap check',
    examine: ({ journal, root }) => {
      if (journal.kind === 'absent') return { well: 'none yet: the agent has not looked once' };
      if (journal.kind === 'unusable') return [{ what: journal.why, ...asRoot(root) }];
      const size = `${Math.ceil(journal.bytes / 1024)} KiB`;
      return { well: `sound, ${size}, ${counted(journal.held, 'mitigation')} in force` };
    },
  },
  {
    code: 'interrupted-change',
    severity: 'warning',
    title: 'interrupted changes',
    why: 'A change that broke off is taken back at the next look, before anything else.',
    remedy: 'stopgap check',
    examine: ({ journal }) => {
      if (journal.kind !== 'usable') return 'skipped';
      return journal.open === 0 ? { well: 'none' } : [{ what: `${journal.open} wait to be taken back` }];
    },
  },
  {
    code: 'last-look',
    severity: 'failed',
    title: 'last look',
    why: 'A look that fails as a whole applies nothing and removes nothing.',
    remedy: 'mend what it says; it is tried again by itself, or at once: stopgap check',
    examine: ({ journal, now }) => {
      if (journal.kind !== 'usable' || journal.looked === undefined) return 'skipped';
      if (journal.trouble !== '') return [{ what: journal.trouble }];
      return { well: `${counted(Math.max(0, Math.round((now - journal.looked) / 60_000)), 'minute')} ago` };
    },
  },
];
