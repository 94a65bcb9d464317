import { readAgentConfig, runService, statePaths } from '@stopgap/agent';
import { lineLog, systemClock, systemFiles } from '@stopgap/machine';
import { composeAgent } from '../composition.ts';
import type { Command, Context } from '../context.ts';
import { CliError, exit } from '../exit.ts';
import { parseOptions, stateFolderOf } from '../options.ts';
import { tellParent } from '../service.ts';

const help = `Usage: stopgap agent run [--verbose] [--state-dir DIR]

Runs the agent service in the foreground, as a service manager wants it: looks at once, every hour with jitter, and whenever
a feed says that there is something new. Logs to standard error. SIGTERM or Ctrl-C ends it; what is in force stays.

DIR/agent.json says what it works with:
  {
    "feeds":    [ { "name": "demo", "url": "https://feed.example.org/", "rootFile": "root.json" } ],
    "hosts":    [ { "kind": "nginx" } ],
    "products": [ { "product": "exchange", "detector": "exchange" } ],
    "health":   [ { "url": "http://127.0.0.1/" } ]
  }

Options:
  --verbose        log debug messages too
  --state-dir DIR  the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)
`;

export const command: Command = { name: 'agent', summary: 'run the agent service', help, run };

async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('agent', args, { verbose: { type: 'boolean' } }, ['run']);
  if (positionals[0] !== 'run')
    throw new CliError(`there is no command "agent ${positionals[0]}"; see: stopgap agent --help`);
  const stateFolder = stateFolderOf(values['state-dir'], context.env);
  const config = readAgentConfig(systemFiles, stateFolder);
  const paths = statePaths(stateFolder);
  const log = lineLog(systemClock, context.tell, values.verbose ? 'debug' : 'info');
  const parts = await composeAgent(config, stateFolder, log);
  try {
    await runService(parts, {
      lockFile: paths.lock,
      socketFile: paths.socket,
      every: config.everyMinutes * 60_000,
      random: Math.random,
      signal: context.signal,
      onReady: () => {
        log.info('ready', { state: stateFolder });
        tellParent({ ready: stateFolder });
      },
    });
  } finally {
    parts.journal.close();
  }
  return exit.ok;
}
