import { feedLogs, feedRoots, type LoggedEntry, type RootEntry } from '@stopgap/feed';
import type { Context } from '../../context.ts';
import { exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { stamp } from '../../print/time.ts';

/** `stopgap feed log`: every publication, after the chain has been followed and held against the documents. */
export async function log(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, { role: { type: 'string' } }, ['DIR']);
  const [folder = ''] = positionals;
  const wanted = (role: string) => values.role === undefined || role === values.role;
  const all = feedLogs(folder).filter(({ role }) => wanted(role));
  const roots = wanted('root') ? feedRoots(folder) : [];
  if (values.json) {
    context.print(`${JSON.stringify({ roots, logs: all }, undefined, 2)}\n`);
    return exit.ok;
  }
  for (const root of roots) context.print(`${rootLines(root).join('\n')}\n`);
  if (roots.length > 0) context.print(`root: ${roots.length}, each signed by the one before\n\n`);
  for (const { role, entries } of all) {
    for (const entry of entries) context.print(`${entryLines(entry).join('\n')}\n`);
    const head = entries.at(-1);
    context.print(
      head
        ? `${role}: ${entries.length} entries, each following the one before; they lead to what is out. Head ${head.hash}\n\n`
        : `${role}: no entries; the next publication begins the log\n\n`,
    );
  }
  return exit.ok;
}

function rootLines({ version, sha256, changes, signed }: RootEntry): readonly string[] {
  return [
    `root ${version}  ${sha256.slice(0, 16)}  signed by ${signed.join(', ')}`,
    ...(changes.length === 0 ? ['signed anew'] : changes).map((line) => `    ${line}`),
  ];
}

function entryLines({ role, number, version, at, says, changes, hash }: LoggedEntry): readonly string[] {
  return [
    `${role} ${number}  ${stamp(at)}  version ${version}  ${hash.slice(0, 16)}`,
    ...says.map((line) => `    ${line}`),
    ...changes.map(({ name, sha256 }) =>
      sha256 === undefined ? `    - ${name}` : `    + ${name}  ${sha256.slice(0, 16)}`,
    ),
    ...(says.length + changes.length === 0 ? [number === 1 ? '    the first version' : '    signed anew'] : []),
  ];
}
