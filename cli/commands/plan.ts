import { type Change, type Decision, type MitigationState, preview } from '@stopgap/agent';
import { createTwoFilesPatch } from 'diff';
import type { Command, Context } from '../context.ts';
import { exit } from '../exit.ts';
import { withParts } from '../load.ts';
import { parseOptions } from '../options.ts';
import type { Style } from '../print/style.ts';
import { table } from '../print/table.ts';
import { imageHelp, imageOptions, serverOf } from '../server.ts';

const help = `Usage: stopgap plan [--root DIR [--product P=B]…] [--json] [--state-dir DIR]

What a look would do now, and every file it would change, as a diff; then what it would leave undone, and why. Changes nothing.

Options:
${imageHelp.map((line) => `  ${line}`).join('\n')}
  --json           as JSON
  --state-dir DIR  the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)
`;

export const command: Command = {
  name: 'plan',
  summary: 'what a look would change, as a diff; changes nothing',
  help,
  run,
};

async function run(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('plan', args, imageOptions);
  const { decisions, changes } = await withParts(serverOf(values, context.env), context, preview);
  const steps = decisions.filter((decision) => decision.step !== 'none' && decision.step !== 'prove');
  const undone = decisions.filter((decision) => decision.step === 'none').filter(({ state }) => waiting.has(state));
  if (values.json) {
    const plain = { steps: steps.map(plainStep), undone: undone.map(plainUndone), changes: changes.map(plainChange) };
    context.print(`${JSON.stringify(plain, undefined, 2)}\n`);
    return exit.ok;
  }
  if (steps.length === 0 && changes.length === 0) {
    const well = 'nothing to do: everything is as it should be\n';
    context.print(undone.length === 0 ? well : 'nothing to do now\n');
  } else printSteps(steps, changes, context);
  if (undone.length > 0) printUndone(undone, context);
  return exit.ok;
}

/** What should perhaps be in force and is not, for a reason that a person can act on. */
const waiting: ReadonlySet<MitigationState> = new Set([
  'failed',
  'conflict',
  'prerequisite-missing',
  'unsupported',
  'pending',
]);

type Undone = Extract<Decision, { step: 'none' }>;

function printSteps(steps: readonly Decision[], changes: readonly Change[], { print, width, style }: Context): void {
  const rows = steps.map((decision) => [decision.step, decision.id, String(decision.revision), decision.reason]);
  const columns = [{ title: 'STEP' }, { title: 'ID' }, { title: 'REV', align: 'right' as const }, { title: 'WHY' }];
  print(`${table(columns, rows, { width }).join('\n')}\n`);
  for (const change of changes) print(`\n${describe(change, style)}`);
}

function printUndone(undone: readonly Undone[], { print, width }: Context): void {
  const rows = undone.map(({ id, revision, state, reason }) => [id, String(revision), state, reason]);
  const columns = [
    { title: 'NOT DONE' },
    { title: 'REV', align: 'right' as const },
    { title: 'STATE' },
    { title: 'WHY' },
  ];
  print(`\n${table(columns, rows, { width }).join('\n')}\n`);
}

function plainUndone({ id, revision, title, state, reason }: Undone) {
  return { id, revision, title, state, reason };
}

function plainStep({ step, id, revision, title, reason }: Decision) {
  return { step, id, revision, title, reason };
}

function plainChange(change: Change) {
  return change.kind === 'file'
    ? {
        host: change.host,
        path: change.path,
        summary: change.summary,
        before: textOf(change.before),
        after: textOf(change.after),
      }
    : { host: change.host, thing: change.thing, summary: change.summary, before: change.before, after: change.after };
}

function textOf(content: { readonly base64: string } | null): string | null {
  return content && Buffer.from(content.base64, 'base64').toString('utf8');
}

function describe(change: Change, style: Style): string {
  const heading = style.bold(`${change.host}: ${change.summary}`);
  if (change.kind === 'state') return `${heading}\n  ${change.thing}: ${change.before} → ${change.after}\n`;
  const before = change.before ? change.path : '/dev/null';
  const after = change.after ? change.path : '/dev/null';
  const patch = createTwoFilesPatch(
    before,
    after,
    textOf(change.before) ?? '',
    textOf(change.after) ?? '',
    undefined,
    undefined,
    { context: 3 },
  );
  const lines = patch.split('\n').filter((line) => !/^(=+$|Index: )/.test(line));
  return `${heading}\n${lines.map((line) => colour(line, style)).join('\n')}`;
}

function colour(line: string, style: Style): string {
  if (line.startsWith('+')) return style.green(line);
  if (line.startsWith('-')) return style.red(line);
  return line.startsWith('@@') ? style.dim(line) : line;
}
