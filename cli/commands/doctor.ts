import { diagnose, doctorChecks, type Finding } from '@stopgap/agent/doctor';
import type { Command, Context } from '../context.ts';
import { collectFacts } from '../doctor/collect.ts';
import { exit } from '../exit.ts';
import { parseOptions, stateFolderOf } from '../options.ts';
import { wrap } from '../print/table.ts';

const help = `Usage: stopgap doctor [--offline] [--json] [--state-dir DIR]

Checks that this server is ready for mitigations: rights, configuration, policy, journal, hosts and what they lack, products, write
access and disk space where hosts write, the service and its sandbox, the feeds, the clock. Each thing that is not well comes with
its remedy. Changes nothing, and keeps nothing from being done: the agent goes on as well as it can.

Options:
  --offline        do not go to the feeds
  --json           as JSON
  --state-dir DIR  the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)

Exit code: 0 ready, perhaps with warnings, 3 something has to be mended.
`;

export const command: Command = {
  name: 'doctor',
  summary: 'check that this server is ready, with the remedy for what is not',
  help,
  run,
};

async function run(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('doctor', args, { offline: { type: 'boolean' } });
  const stateFolder = stateFolderOf(values['state-dir'], context.env);
  const facts = await collectFacts(stateFolder, values.offline === true, context);
  const findings = diagnose(doctorChecks, facts);
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length;
  const summary = { failed: count('failed'), warnings: count('warning'), ready: count('failed') === 0 };
  if (values.json) context.print(`${JSON.stringify({ ...summary, findings }, undefined, 2)}\n`);
  else print(findings, summary, context);
  return summary.ready ? exit.ok : exit.attention;
}

interface Summary {
  readonly failed: number;
  readonly warnings: number;
  readonly ready: boolean;
}

function print(findings: readonly Finding[], { failed, warnings, ready }: Summary, context: Context): void {
  const { style, print: say } = context;
  const shown = findings.filter(({ verdict }) => verdict !== 'skipped');
  const titles = Math.max(...shown.map(({ title }) => title.length));
  const before = ' '.repeat(titles + 11);
  const width = context.width === undefined ? Number.POSITIVE_INFINITY : Math.max(24, context.width - before.length);
  const paint = { ok: style.green, warning: style.yellow, failed: style.red, skipped: style.dim };
  for (const { title, verdict, detail, remedy, why } of shown) {
    const [first = '', ...more] = wrap(detail, width);
    say(`${title.padEnd(titles)}  ${paint[verdict](verdict.padEnd(7))}  ${first}\n`);
    for (const line of more) say(`${before}${line}\n`);
    if (verdict === 'ok') continue;
    for (const line of wrap(why, width)) say(`${before}${style.dim(line)}\n`);
    for (const line of wrap(`→ ${remedy}`, width)) say(`${before}${line}\n`);
  }
  const counts = `${failed} to mend, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  say(`\n${ready ? style.green('ready') : style.red('not ready')}: ${counts}\n`);
}
