import { addTarget, publishedDocuments, removeTarget } from '@stopgap/feed';
import { systemClock, systemFiles } from '@stopgap/machine';
import type { Mitigation } from '@stopgap/mitigation';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { checkDocument } from './check-document.ts';
import { lintDocument } from './lint-document.ts';

const addOptions = { as: { type: 'string' }, in: { type: 'string' } } as const;

/** `stopgap feed add`: nothing is staged before all files are known to be good. */
export async function add(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, addOptions, ['DIR', 'FILE', 'FILE…']);
  const [folder = '', ...files] = positionals;
  if (values.as !== undefined && files.length > 1) throw new CliError('--as goes with one FILE');
  const prefix = values.in === undefined ? '' : `${values.in}/`;
  const out = publishedDocuments(folder, () => true);
  const documents = await Promise.all(files.map((file) => readDocument(file)));
  const named = documents.map((one) => ({ ...one, name: values.as ?? `${prefix}${one.mitigation.id}.xml` }));
  for (const one of named) {
    const before = out.find(({ name }) => name === one.name)?.bytes;
    const findings = await lintDocument(one.name, one.bytes, before, systemClock.now());
    const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    if (errors.length > 0) throw new CliError(`${one.file}: ${errors.join('; ')}`);
    for (const { message } of findings) context.tell(`${context.style.yellow('warning:')} ${one.file}: ${message}\n`);
  }
  for (const { name, bytes } of named) await addTarget(folder, name, bytes);
  const staged = documents.map(({ mitigation: { id, revision, title } }) => ({ id, revision, title }));
  if (values.json) context.print(`${JSON.stringify({ staged }, undefined, 2)}\n`);
  else {
    for (const { id, revision, title } of staged) context.print(`staged ${id} revision ${revision}: ${title}\n`);
    context.print(
      `let it out with: stopgap feed publish ${folder}, or have it signed: stopgap feed propose ${folder}\n`,
    );
  }
  return exit.ok;
}

async function readDocument(file: string): Promise<{ file: string; mitigation: Mitigation; bytes: Buffer }> {
  const found = systemFiles.read(file);
  if (!found) throw new CliError(`${file}: there is no such file`);
  const { mitigation, complaints } = await checkDocument(found.bytes);
  if (!mitigation) throw new CliError(`${file}: ${complaints.join('; ')}`);
  return { file, mitigation, bytes: found.bytes };
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
