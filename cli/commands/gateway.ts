import { readGatewayConfig, startGateway } from '@stopgap/gateway';
import { lineLog, systemClock, systemFiles } from '@stopgap/machine';
import type { Command, Context } from '../context.ts';
import { CliError, exit } from '../exit.ts';
import { parseOptions } from '../options.ts';
import { tellParent, untilAborted } from '../service.ts';

const help = `Usage: stopgap gateway run --config FILE [--verbose]

Runs the gateway in the foreground: a reverse proxy that enforces the agent's rules in front of a server that has no rule
engine of its own. SIGTERM or Ctrl-C ends it once requests in flight are done.

FILE, for example:
  {
    "listen": { "host": "0.0.0.0", "port": 443 },
    "tls": { "certFile": "/etc/ssl/site.pem", "keyFile": "/etc/ssl/private/site.key" },
    "upstream": "http://127.0.0.1:8081",
    "rulesFile": "/var/lib/stopgap/gateway/rules.json",
    "controlSocket": "/run/stopgap/gateway.sock"
  }

Options:
  --config FILE  the gateway's configuration
  --verbose      log debug messages too
`;

export const command: Command = {
  name: 'gateway',
  summary: 'run the gateway, a reverse proxy that enforces rules',
  help,
  run,
};

async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(
    'gateway',
    args,
    { config: { type: 'string' }, verbose: { type: 'boolean' } },
    ['run'],
  );
  if (positionals[0] !== 'run')
    throw new CliError(`there is no command "gateway ${positionals[0]}"; see: stopgap gateway --help`);
  if (values.config === undefined) throw new CliError('--config FILE is missing; see: stopgap gateway --help');
  const log = lineLog(systemClock, context.tell, values.verbose ? 'debug' : 'info');
  const gateway = await startGateway(readGatewayConfig(values.config, systemFiles), {
    files: systemFiles,
    clock: systemClock,
    log,
  });
  const address = `${gateway.address.host}:${gateway.address.port}`;
  log.info('ready', { address });
  tellParent({ ready: address });
  await untilAborted(context.signal);
  await gateway.close();
  return exit.ok;
}
