import { OcsError, serveOcs } from '@stopgap/feed/ocs';
import { lineLog, systemClock } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { tellParent, untilAborted } from '../../service.ts';

/** `stopgap feed serve --ocs`: until it is told to stop. */
export async function serveOcsDocument(args: readonly string[], context: Context): Promise<number> {
  const options = { ocs: { type: 'string' }, host: { type: 'string' }, port: { type: 'string' } } as const;
  const { values } = parseOptions('feed', args, options);
  const port = Number(values.port ?? 8030);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new CliError(`--port ${values.port}: expected a number from 0 to 65535`);
  }
  const log = lineLog(systemClock, context.tell);
  const server = await serveOcs(values.ocs ?? '', { host: values.host ?? '127.0.0.1', port, log }).catch((error) => {
    throw error instanceof OcsError ? new CliError(error.message, exit.refused) : error;
  });
  log.info('ready', { url: server.url });
  tellParent({ ready: server.url });
  await untilAborted(context.signal);
  await server.close();
  return exit.ok;
}
