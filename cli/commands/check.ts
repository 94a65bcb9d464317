import { systemFiles } from '@stopgap/machine';
import { ask, report } from '../ask.ts';
import type { Command, Context } from '../context.ts';
import { CliError } from '../exit.ts';
import { handOver } from '../hand-over.ts';
import { parseOptions } from '../options.ts';
import { serverOf } from '../server.ts';

const help = `Usage: stopgap check [--bundle FILE [--feed NAME]] [--json] [--state-dir DIR]

Does now what the agent service does every hour. Needs no service.

With --bundle no feed is asked: FILE (from "stopgap feed bundle") is verified in place of what a feed would have
answered, with no network at all. One older than what was seen is refused; so is one whose freshness ran out longer
ago than policy allows ("stale": {"stopAfterDays": N} in a policy file; default 30).

Options:
  --bundle FILE    take this offline bundle, and ask no feed
  --feed NAME      with --bundle: the feed it is for, where several are configured
  --json           answer as JSON
  --state-dir DIR  the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)

Exit code: 0 done, 1 refused or failed (the message says why), 2 wrong usage, 75 busy.
`;

export const command: Command = { name: 'check', summary: 'look now: ask the feeds, decide, apply, prove', help, run };

async function run(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('check', args, { bundle: { type: 'string' }, feed: { type: 'string' } });
  const { bundle: name, feed } = values;
  const server = serverOf(values, context.env);
  if (name === undefined) {
    if (feed !== undefined) throw new CliError('--feed goes with --bundle; without it all feeds are asked');
    return report(await ask(server, { ask: 'look', actor: context.actor }, context), values.json, context);
  }
  const file = handOver(name, server.stateFolder);
  try {
    const request = { ask: 'look', actor: context.actor, bundle: { file, name, feed } } as const;
    return report(await ask(server, request, context), values.json, context);
  } finally {
    systemFiles.remove(file);
  }
}
