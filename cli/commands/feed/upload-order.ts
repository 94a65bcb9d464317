import { uploadOrder } from '@stopgap/feed';
import type { Context } from '../../context.ts';
import { exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';

/** `stopgap feed upload-order`: the files for a store without transactions, in the order in which to upload them. */
export async function listUploads(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, {}, ['DIR']);
  const steps = uploadOrder(positionals[0] ?? '');
  if (values.json) context.print(`${JSON.stringify({ files: steps }, undefined, 2)}\n`);
  else
    for (const { path, cacheControl, contentType } of steps)
      context.print(`${path}\t${cacheControl}\t${contentType}\n`);
  return exit.ok;
}
