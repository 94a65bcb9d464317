import * as fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { systemFiles } from '@stopgap/machine';
import { fileOf, invalidConfiguration, type ReadBeside, type RewriteError } from '@stopgap/rewrite';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';

/** A configuration file as it was named, and how to read what a `configSource` in it names. */
export interface ConfigFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly readBeside: ReadBeside;
  /** It is called `applicationHost.config`, so it is the server's, whatever it holds. */
  readonly server: boolean;
}

/** Reads a configuration file. Throws `CliError` that names it. */
export function readConfig(name: string | undefined): ConfigFile {
  if (name === undefined) throw new CliError('--config FILE is missing; see: stopgap rewrite --help');
  const found = systemFiles.read(name);
  if (!found) throw new CliError(`${name}: there is no such file`);
  return {
    name,
    bytes: found.bytes,
    readBeside: (file) => systemFiles.read(path.join(path.dirname(name), file))?.bytes,
    server: path.basename(name).toLowerCase() === 'applicationhost.config',
  };
}

/**
 * Says why a configuration cannot be used, and gives the exit code: a line of JSON for programs, `file:line:column: reason` on standard error for people.
 */
export function refuseConfig(error: RewriteError, { name }: ConfigFile, json: boolean, context: Context): number {
  if (json) context.print(`${JSON.stringify(invalidConfiguration(error))}\n`);
  else {
    const beside = fileOf(error.position);
    const file = beside === undefined ? name : path.join(path.dirname(name), beside);
    context.tell(`${file}:${error.position.line}:${error.position.column}: ${error.message}\n`);
  }
  return exit.usage;
}

/** The lines of a file, or of standard input for `-`; empty ones left out. */
export async function* linesOf(file: string | undefined): AsyncGenerator<string> {
  if (file === undefined) throw new CliError('--requests FILE is missing; see: stopgap rewrite --help');
  if (file !== '-' && !fs.existsSync(file)) throw new CliError(`${file}: there is no such file`);
  const input = file === '-' ? process.stdin : fs.createReadStream(file);
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    // A byte order mark, which editors on Windows write, is no part of the first line.
    if (line.trim() !== '') yield line.replace(/^\ufeff/, '');
  }
}
