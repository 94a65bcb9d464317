import { addTarget, removeTarget } from '@stopgap/feed';
import { systemFiles } from '@stopgap/machine';
import type { Mitigation } from '@stopgap/mitigation';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { checkDocument } from './check-document.ts';

/** `stopgap feed add`: nothing is staged before all files are known to be good. */
export async function add(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, { as: { type: 'string' } }, ['DIR', 'FILE', 'FILE…']);
  const [folder = '', ...names] = positionals;
  if (values.as !== undefined && names.length > 1) throw new CliError('--as goes with one FILE');
  const documents = await Promise.all(names.map(readDocument));
  for (const { mitigation, bytes } of documents) await addTarget(folder, values.as ?? `${mitigation.id}.xml`, bytes);
  const staged = documents.map(({ mitigation: { id, revision, title } }) => ({ id, revision, title }));
  if (values.json) context.print(`${JSON.stringify({ staged }, undefined, 2)}\n`);
  else {
    for (const { id, revision, title } of staged) context.print(`staged ${id} revision ${revision}: ${title}\n`);
    context.print(`let it out with: stopgap feed publish ${folder}\n`);
  }
  return exit.ok;
}

async function readDocument(file: string): Promise<{ mitigation: Mitigation; bytes: Buffer }> {
  const found = systemFiles.read(file);
  if (!found) throw new CliError(`${file}: there is no such file`);
  const { mitigation, complaints } = await checkDocument(found.bytes);
  if (!mitigation || complaints.length > 0) throw new CliError(`${file}: ${complaints.join('; ')}`);
  return { mitigation, bytes: found.bytes };
}

/** `stopgap feed remove`. */
export async function remove(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, {}, ['DIR', 'NAME', 'NAME…']);
  const [folder = '', ...names] = positionals;
  for (const name of names) await removeTarget(folder, name);
  context.print(
    values.json
      ? `${JSON.stringify({ removed: names })}\n`
      : `staged the removal of ${names.join(', ')}; let it out with: stopgap feed publish ${folder}\n`,
  );
  return exit.ok;
}
