import { makeBundle } from '@stopgap/feed/bundle';
import { systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { stamp } from '../../print/time.ts';

/** `stopgap feed bundle`: a feed in one file, for servers without a network. */
export async function bundle(args: readonly string[], context: Context): Promise<number> {
  const options = { out: { type: 'string' }, root: { type: 'string' } } as const;
  const { values, positionals } = parseOptions('feed', args, options, ['DIR']);
  const { out } = values;
  if (out === undefined) throw new CliError('--out FILE is missing; see: stopgap feed --help');
  const root = values.root === undefined ? undefined : readRoot(values.root);
  const { bytes, ...made } = await makeBundle(positionals[0] ?? '', root ? { root } : {});
  systemFiles.write(out, bytes, { mode: 0o644 });
  if (values.json) context.print(`${JSON.stringify({ file: out, bytes: bytes.length, ...made })}\n`);
  else {
    const roots =
      made.roots.from === made.roots.to ? `root ${made.roots.to}` : `roots ${made.roots.from} to ${made.roots.to}`;
    context.print(
      `${out}: version ${made.version}, ${made.documents} documents, ${roots}, ${bytes.length} bytes; fresh until ${stamp(made.expiresAt)}\n`,
    );
    context.print(`take it to a server and run there: stopgap check --bundle ${out}\n`);
  }
  return exit.ok;
}

function readRoot(file: string): Buffer {
  const found = systemFiles.read(file, 1024 * 1024);
  if (!found) throw new CliError(`${file}: there is no such file`);
  return found.bytes;
}
