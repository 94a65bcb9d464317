import path from 'node:path';
import { type PublishedDocument, publishedDocuments, stagedDocuments } from '@stopgap/feed';
import { systemClock, systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { checkDocument } from './check-document.ts';
import { lintDocument } from './lint-document.ts';

/** `stopgap feed lint DIR [FILE…]`: what `add`, `propose` and `publish` refuse, and what they warn of. */
export async function lint(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, {}, ['DIR', 'FILE…']);
  const [folder = '', ...files] = positionals;
  const documents = files.length === 0 ? stagedDocuments(folder) : new Map(files.map((file) => [file, bytesOf(file)]));
  const out = publishedDocuments(folder, () => true);
  const results = await Promise.all(
    [...documents].map(async ([name, bytes]) => {
      const before = files.length === 0 ? out.find((one) => one.name === name)?.bytes : await sameId(out, bytes);
      return { name, findings: await lintDocument(name, bytes, before, systemClock.now()) };
    }),
  );
  const bad = results.some(({ findings }) => findings.some(({ severity }) => severity === 'error'));
  if (values.json) context.print(`${JSON.stringify({ ok: !bad, documents: results }, undefined, 2)}\n`);
  else {
    for (const { name, findings } of results) {
      for (const { severity, message } of findings) context.print(`${name}: ${severity}: ${message}\n`);
      if (findings.length === 0) context.print(`${name}: good\n`);
    }
    if (results.length === 0) context.print('nothing is staged\n');
  }
  return bad ? exit.refused : exit.ok;
}

/** What is out now of the mitigation that a document is, whatever its name. */
export async function sameId(out: readonly PublishedDocument[], bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const id = (await checkDocument(bytes)).mitigation?.id;
  const named = out.filter(({ name }) => path.posix.basename(name) === `${id}.xml`);
  return named[0]?.bytes;
}

function bytesOf(file: string): Uint8Array {
  const found = systemFiles.read(file);
  if (!found) throw new CliError(`${file}: there is no such file`);
  return found.bytes;
}
