import { AgentError, type Shown, showMitigation } from '@stopgap/agent';
import { describe } from '@stopgap/mitigation';
import type { Command, Context } from '../context.ts';
import { exit } from '../exit.ts';
import { withParts } from '../load.ts';
import { parseOptions } from '../options.ts';
import { wrap } from '../print/table.ts';
import { stamp } from '../print/time.ts';
import { imageHelp, imageOptions, serverOf } from '../server.ts';

const help = `Usage: stopgap show ID [--root DIR [--product P=B]…] [--json] [--state-dir DIR]

All about one mitigation: what it is for, what stops working while it is in force, whom it leaves unprotected, where it applies, the
evidence that proves it, and the very configuration it becomes on this server. Changes nothing.

Options:
${imageHelp.map((line) => `  ${line}`).join('\n')}
  --json           as JSON
  --state-dir DIR  the agent's state folder (default: $STOPGAP_STATE_DIR, else /var/lib/stopgap)
`;

export const command: Command = {
  name: 'show',
  summary: 'all about one mitigation, and what it becomes on this server',
  help,
  run,
};

async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('show', args, imageOptions, ['ID']);
  const id = positionals[0] ?? '';
  const shown = await withParts(serverOf(values, context.env), context, (parts) => showMitigation(parts, id));
  if (!shown)
    throw new AgentError(
      'unknown-mitigation',
      `no feed offers ${id}, and it is not in force; see the ids with: stopgap status`,
    );
  if (values.json) context.print(`${JSON.stringify(asJson(shown), undefined, 2)}\n`);
  else print(shown, context);
  return exit.ok;
}

function asJson({ offer, inForce, onHosts }: Shown) {
  const force = inForce && {
    state: inForce.state,
    since: inForce.since,
    revision: inForce.mitigation.revision,
    mode: inForce.mode,
  };
  return { ...describe(offer.mitigation), source: offer.source, inForce: force ?? null, onThisServer: onHosts };
}

function print({ offer, inForce, onHosts }: Shown, context: Context): void {
  const { mitigation: m, source } = offer;
  const { style } = context;
  const width = (context.width ?? 120) - 14;
  const line = (label: string, texts: readonly string[]) => {
    const pieces = texts.flatMap((text) => wrap(text.replace(/\s+/g, ' ').trim(), width));
    for (const [index, piece] of pieces.entries()) {
      context.print(`${index === 0 ? style.dim(label.padEnd(12)) : ' '.repeat(12)}  ${piece}\n`);
    }
  };
  context.print(`${style.bold(`${m.id}  ${m.title}`)}\n\n`);
  line('state', [inForce ? `${inForce.state} since ${stamp(inForce.since)}: ${inForce.reason}` : 'not in force']);
  line('revision', [`${m.revision}, published ${stamp(m.published)}, from ${source}`]);
  line('expires', [
    `${stamp(m.expires.at)}; then ${m.expires.then === 'remove' ? 'taken off' : 'kept, with a warning'}`,
  ]);
  line('severity', [m.severity]);
  line('CVEs', m.cves.length > 0 ? [m.cves.join(', ')] : []);
  line('what', [m.description]);
  line(
    'breaks',
    m.sideEffects.breaks.map(({ what, who }) => `${what} (${who})`),
  );
  line('monitors', m.sideEffects.monitors);
  line('unprotected', m.sideEffects.unprotected);
  line('applies to', m.applicability.flatMap(appliesTo));
  line(
    'evidence',
    m.evidence.map(
      (e) => `${e.expect === 'refused' ? 'refused' : 'passes '}  ${e.request.method} ${e.request.url}  (${e.name})`,
    ),
  );
  line(
    'read more',
    m.references.map(({ title, url }) => `${title}: ${url}`),
  );
  for (const here of onHosts) printOnHost(here, context);
}

function appliesTo({
  product,
  branches,
  exceptRoles,
}: Shown['offer']['mitigation']['applicability'][number]): readonly string[] {
  const lines = branches.map((branch) => {
    const fixes = branch.fixes.map((fix) =>
      fix.kind === 'build' ? fix.build : fix.kind === 'update' ? fix.id : `${fix.name} ${fix.version}`,
    );
    const fixed = fixes.length > 0 ? `fixed by ${fixes.join(' or ')}` : 'no fix';
    return `${branch.name}: ${branch.from} up to ${branch.below}, ${fixed}`;
  });
  return exceptRoles.length > 0 ? [...lines, `but not to ${product} with the role ${exceptRoles.join(', ')}`] : lines;
}

function printOnHost({ host, accepted, notes, parts }: Shown['onHosts'][number], { style, print }: Context): void {
  print(`\n${style.bold(`on ${host}`)}${accepted ? '' : style.yellow(' (cannot be carried out)')}\n`);
  for (const note of notes) print(`  note: ${note}\n`);
  for (const part of parts) {
    print(`  ${style.dim(part.where)}\n`);
    for (const text of part.text.trimEnd().split('\n')) print(`    ${text}\n`);
  }
}
