import { Journal } from '@stopgap/agent/journal';
import { statePaths } from '@stopgap/agent/paths';
import type { Command, Context } from '../context.ts';
import { CliError, exit } from '../exit.ts';
import { parseOptions, stateFolderOf } from '../options.ts';
import { table } from '../print/table.ts';
import { stamp } from '../print/time.ts';

const help = `Usage: stopgap history [ID] [--last N] [--json] [--state-dir DIR]

What happened on this server, newest first: what was applied, repaired, removed, refused, what was changed in policy and by whom.

Options:
  --last N         so many entries (default 50)
  --json           as JSON
  --state-dir DIR  the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)
`;

export const command: Command = { name: 'history', summary: 'what happened, when, and who asked for it', help, run };

async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('history', args, { last: { type: 'string' } }, ['ID?']);
  const most = Number(values.last ?? 50);
  if (!Number.isInteger(most) || most < 1 || most > 1_000_000)
    throw new CliError(`--last ${values.last}: expected a whole number from 1 to 1000000`);
  const stateFolder = stateFolderOf(values['state-dir'], context.env);
  const journal = Journal.openForReading(statePaths(stateFolder).journal);
  if (!journal) throw new CliError(`nothing has happened yet in ${stateFolder}`, exit.refused);
  const entries = journal.history(most, positionals[0]);
  journal.close();
  if (values.json) {
    context.print(`${JSON.stringify(entries, undefined, 2)}\n`);
    return exit.ok;
  }
  if (entries.length === 0) {
    context.print(`nothing has happened to ${positionals[0] ?? 'this server'} yet; see the ids with: stopgap status\n`);
    return exit.ok;
  }
  const rows = entries.map((entry) => [
    stamp(entry.at),
    entry.actor,
    entry.event,
    entry.mitigation ?? '-',
    entry.detail,
  ]);
  const columns = [{ title: 'WHEN' }, { title: 'WHO' }, { title: 'WHAT' }, { title: 'ID' }, { title: 'DETAIL' }];
  context.print(`${table(columns, rows, { width: context.width }).join('\n')}\n`);
  return exit.ok;
}
