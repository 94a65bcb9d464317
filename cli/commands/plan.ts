import { type Change, type Decision, preview } from '@stopgap/agent';
import { createTwoFilesPatch } from 'diff';
import type { Command, Context } from '../context.ts';
import { exit } from '../exit.ts';
import { withParts } from '../load.ts';
import { parseOptions } from '../options.ts';
import type { Style } from '../print/style.ts';
import { table } from '../print/table.ts';
import { imageHelp, imageOptions, serverOf } from '../server.ts';

const help = `Usage: stopgap plan [--root DIR [--product P=B]…] [--json] [--state-dir DIR]

What a look would do now, and every file it would change, as a diff. Changes nothing.

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
  if (values.json) {
    context.print(
      `${JSON.stringify({ steps: steps.map(plainStep), changes: changes.map(plainChange) }, undefined, 2)}\n`,
    );
    return exit.ok;
  }
  if (steps.length === 0 && changes.length === 0) {
    context.print('nothing to do: everything is as it should be\n');
    return exit.ok;
  }
  const rows = steps.map((decision) => [decision.step, decision.id, String(decision.revision), decision.reason]);
  const columns = [{ title: 'STEP' }, { title: 'ID' }, { title: 'REV', align: 'right' as const }, { title: 'WHY' }];
  context.print(`${table(columns, rows, { width: context.width }).join('\n')}\n`);
  for (const change of changes) context.print(`\n${describe(change, context.style)}`);
  return exit.ok;
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
