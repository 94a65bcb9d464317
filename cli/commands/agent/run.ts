import { readAgentConfig, runService, statePaths } from '@stopgap/agent';
import { lineLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { composeAgent } from '../../composition.ts';
import type { Context } from '../../context.ts';
import { exit } from '../../exit.ts';
import { parseOptions, stateFolderOf } from '../../options.ts';
import { tellParent } from '../../service.ts';
import { serviceManagerOf } from '../../service-manager.ts';

/** `stopgap agent run`: until it is told to stop. */
export async function run(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('agent', args, { verbose: { type: 'boolean' } });
  const stateFolder = stateFolderOf(values['state-dir'], context.env);
  const config = readAgentConfig(systemFiles, stateFolder);
  const paths = statePaths(stateFolder);
  const log = lineLog(systemClock, context.tell, values.verbose ? 'debug' : 'info');
  const manager = serviceManagerOf(context.env, { commands: systemCommands, clock: systemClock, log });
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
        manager.ready(context.signal);
      },
    });
  } finally {
    parts.journal.close();
  }
  return exit.ok;
}
