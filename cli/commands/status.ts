import { daysText, Journal, readServerNote, statePaths } from '@stopgap/agent/status';
import type { Command, Context } from '../context.ts';
import { CliError, exit } from '../exit.ts';
import { parseOptions, stateFolderOf } from '../options.ts';
import { type Overview, overviewOf } from '../overview.ts';
import { table } from '../print/table.ts';
import { ago, ahead } from '../print/time.ts';

const help = `Usage: stopgap status [--json] [--csv FILE] [--state-dir DIR]

Shows every mitigation that the feeds offer or that is in force, its state and why. Reads only; works whether the
agent service is running or not.

Options:
  --json           the same as JSON
  --root DIR, --product P=B
                   accepted for symmetry: what is known of an image is in the state folder that it was changed with
  --csv FILE       writes a line a mitigation: server, product, id, type, description, status, reason
  --state-dir DIR  the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)

Exit code: 0 all well, 3 something needs attention (failed, conflict, prerequisite missing, a setting of the server that
lets requests past, a feed in trouble, stale beyond what policy tolerates, or offering what it may not speak for).
`;

export const command: Command = { name: 'status', summary: 'what is in force on this server, and why', help, run };

async function run(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('status', args, {
    csv: { type: 'string' },
    root: { type: 'string' },
    product: { type: 'string', multiple: true },
  });
  const stateFolder = stateFolderOf(values['state-dir'], context.env);
  const journal = Journal.openForReading(statePaths(stateFolder).journal);
  if (!journal) {
    throw new CliError(
      `nothing is known yet in ${stateFolder}: the agent has not looked once. Start it (stopgap agent run) or look now (stopgap check)`,
      exit.refused,
    );
  }
  const overview = overviewOf(journal, readServerNote(journal), context.clock.now());
  journal.close();
  if (values.csv !== undefined) await writeCsv(values.csv, overview, context);
  if (values.json) context.print(`${JSON.stringify(overview, undefined, 2)}\n`);
  else if (values.csv === undefined) print(overview, context);
  return overview.attention ? exit.attention : exit.ok;
}

async function writeCsv(file: string, overview: Overview, context: Context): Promise<void> {
  const [{ systemFiles }, { csv }] = await Promise.all([import('@stopgap/machine'), import('../print/csv.ts')]);
  const server = overview.server?.name ?? '';
  const product = overview.server?.products.map((p) => `${p.product} ${p.build}`).join('; ') ?? '';
  const rows = overview.mitigations.map((m) => [server, product, m.id, m.type, m.title, m.state, m.reason]);
  systemFiles.write(file, csv([['Server', 'Product', 'ID', 'Type', 'Description', 'Status', 'Reason'], ...rows]), {
    mode: 0o644,
  });
  context.tell(`wrote ${rows.length} mitigations to ${file}\n`);
}

function print(overview: Overview, context: Context): void {
  const { style } = context;
  const now = context.clock.now();
  for (const feed of overview.feeds) context.print(`${feedLine(feed, overview, now, context)}\n`);
  if (overview.server) context.print(`host   ${serverLine(overview)}\n`);
  for (const warning of overview.warnings) context.print(`${style.yellow('note')}   ${warning}\n`);
  context.print('\n');
  const rows = overview.mitigations.map((m) => [
    m.id,
    m.revision === 0 ? '-' : String(m.revision),
    m.state,
    m.since === null ? '-' : ago(m.since, now),
    m.reason,
  ]);
  const columns = [
    { title: 'ID' },
    { title: 'REV', align: 'right' as const },
    { title: 'STATE' },
    { title: 'SINCE' },
    { title: 'WHY' },
  ];
  const paint = (text: string, column: number, row: number) => paintCell(text, column, row, context);
  const lines =
    rows.length > 0 ? table(columns, rows, { width: context.width, paint }) : ['no mitigation is offered or in force'];
  context.print(`${lines.join('\n')}\n`);
}

function paintCell(text: string, column: number, row: number, { style }: Context): string {
  if (row < 0) return style.dim(text);
  if (column !== 2) return text;
  if (text === 'protected') return style.green(text);
  if (['failed', 'conflict', 'prerequisite-missing'].includes(text)) return style.red(text);
  return ['applied', 'pending', 'unsupported', 'observing'].includes(text) ? style.yellow(text) : text;
}

function feedLine(feed: Overview['feeds'][number], overview: Overview, now: number, { style }: Context): string {
  const parts = [
    feed.version === null ? 'nothing verified yet' : `version ${feed.version}`,
    ...(feed.signed === null ? [] : [`signed ${ago(feed.signed, now)}`]),
    ...(feed.staleDays === 0 ? [] : [style.red(`stale by ${daysText(feed.staleDays)}`)]),
    `looked ${ago(feed.looked, now)}`,
    ...(overview.nextLook === null ? [] : [`next ${ahead(overview.nextLook, now)}`]),
  ];
  const trouble =
    feed.trouble === null
      ? ''
      : `\n       ${style.red(`trouble since ${ago(feed.trouble.since, now)}`)} (${feed.trouble.step}): ${feed.trouble.reason}`;
  return `feed   ${feed.name}  ${parts.join(', ')}${trouble}`;
}

function serverLine({ server }: Overview): string {
  const products = server?.products.map((p) => `${p.product} ${p.build}`).join(', ') ?? '';
  const hosts =
    server?.hosts
      .filter((host) => host.present)
      .map((host) => host.name)
      .join(', ') ?? '';
  return `${server?.name ?? ''}  ${products === '' ? 'no known product' : products} · ${hosts === '' ? 'no host found' : hosts}`;
}
