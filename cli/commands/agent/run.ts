import * as os from 'node:os';
import { readAgentConfig, runService, statePaths } from '@stopgap/agent';
import { Notifier } from '@stopgap/agent/notify';
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
  const notifier = new Notifier(config.notify, { ...parts, server: os.hostname() });
  const ended = new AbortController();
  let telling: Promise<void> | undefined;
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
        telling = notifier.run(AbortSignal.any([context.signal, ended.signal]));
      },
      onWorked: () => notifier.poke(),
    });
  } finally {
    ended.abort();
    await telling;
    parts.journal.close();
  }
  return exit.ok;
}
