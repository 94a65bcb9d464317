import { checkRenewal, FeedError, keepRenewed, type Passphrase, rememberPassphrases, serveFeed } from '@stopgap/feed';
import { type Log, lineLog, systemClock } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { tellParent, untilAborted } from '../../service.ts';
import { passphraseSource } from './passphrase.ts';

/** `stopgap feed serve`: until it is told to stop. */
export async function serve(args: readonly string[], context: Context): Promise<number> {
  const options = {
    host: { type: 'string' },
    port: { type: 'string' },
    renew: { type: 'boolean' },
    'passphrase-file': { type: 'string' },
  } as const;
  const { values, positionals } = parseOptions('feed', args, options, ['DIR']);
  const port = Number(values.port ?? 8030);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new CliError(`--port ${values.port}: expected a number from 0 to 65535`);
  const log = lineLog(systemClock, context.tell);
  const [folder = ''] = positionals;
  const passphrase = values.renew ? await passphraseFor(folder, values['passphrase-file'], context, log) : undefined;
  const server = await serveFeed(folder, { host: values.host ?? '127.0.0.1', port, log });
  log.info('ready', { url: server.url });
  tellParent({ ready: server.url });
  const renewing = passphrase && keepRenewed(folder, { passphrase, log }, context.signal);
  await untilAborted(context.signal);
  await renewing;
  await server.close();
  return exit.ok;
}

/**
 * Where the passphrase for renewals comes from. A wrong one is refused where somebody is there to mend it; a service that comes up
 * after a reboot still serves what is out, which is good for days, and tries again.
 */
async function passphraseFor(
  folder: string,
  file: string | undefined,
  context: Context,
  log: Log,
): Promise<Passphrase> {
  const source = passphraseSource(file, context);
  const passphrase = process.stdin.isTTY ? rememberPassphrases(source) : source;
  try {
    await checkRenewal(folder, { passphrase });
  } catch (error) {
    if (process.stdin.isTTY || !(error instanceof FeedError)) throw error;
    log.error('the feed is served, but it could not be renewed now', { code: error.code, reason: error.message });
  }
  return passphrase;
}
