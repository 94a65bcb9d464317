import { addTarget, publishedDocuments } from '@stopgap/feed';
import { withdrawn } from '@stopgap/mitigation';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { checkDocument } from './check-document.ts';

/** `stopgap feed revoke`: stages the next revision of a mitigation, withdrawn, with the reason that servers show. */
export async function revoke(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, { reason: { type: 'string' } }, ['DIR', 'ID']);
  const [folder = '', id = ''] = positionals;
  if (values.reason === undefined) throw new CliError('--reason TEXT is missing: servers show it');
  const documents = await Promise.all(
    publishedDocuments(folder, () => true).map(async (one) => ({ ...one, ...(await checkDocument(one.bytes)) })),
  );
  const found = documents.filter(({ mitigation }) => mitigation?.id === id);
  if (found.length === 0) {
    const known = documents.flatMap(({ mitigation }) => mitigation?.id ?? []).join(', ') || 'none';
    throw new CliError(`${id} is not published here; there are: ${known}`, exit.refused);
  }
  for (const { name, bytes } of found) await addTarget(folder, name, await withdrawn(bytes, values.reason));
  const [first] = found;
  const revision = (first?.mitigation?.revision ?? 0) + 1;
  if (values.json) context.print(`${JSON.stringify({ staged: found.map(({ name }) => name), id, revision })}\n`);
  else {
    context.print(`staged ${id} revision ${revision}, withdrawn: ${values.reason}\n`);
    context.print(
      `let it out with: stopgap feed publish ${folder}, or have it signed: stopgap feed propose ${folder}\n`,
    );
  }
  return exit.ok;
}
