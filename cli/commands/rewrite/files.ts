import * as fs from 'node:fs';
import { createInterface } from 'node:readline';
import { systemFiles } from '@stopgap/machine';
import { CliError } from '../../exit.ts';

/** The bytes of a configuration file. Throws `CliError` that names it. */
export function readConfigBytes(file: string | undefined): Uint8Array {
  if (file === undefined) throw new CliError('--config FILE is missing; see: stopgap rewrite --help');
  const found = systemFiles.read(file);
  if (!found) throw new CliError(`${file}: there is no such file`);
  return found.bytes;
}

/** The lines of a file, or of standard input for `-`; empty ones left out. */
export async function* linesOf(file: string | undefined): AsyncGenerator<string> {
  if (file === undefined) throw new CliError('--requests FILE is missing; see: stopgap rewrite --help');
  if (file !== '-' && !fs.existsSync(file)) throw new CliError(`${file}: there is no such file`);
  const input = file === '-' ? process.stdin : fs.createReadStream(file);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield line;
  }
}
