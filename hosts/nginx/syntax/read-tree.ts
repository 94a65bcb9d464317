import path from 'node:path';
import type { Files, Folders } from '@stopgap/machine';
import { limits } from '../limits.ts';
import { lineKind } from '../lines/include-line.ts';
import { lineAt, NginxConfigError } from './errors.ts';
import { expandGlob } from './glob.ts';
import { isPattern } from './glob-pattern.ts';
import { parseStatements, type Statement } from './statements.ts';
import { type ConfigFile, type ConfigTree, type Context, contextInside, parameters, type Visit } from './tree.ts';

/** What is needed to read a configuration. */
export interface TreeSource {
  readonly files: Files;
  readonly folders: Folders;
  /** Absolute path of the first file; relative includes start from its folder (`conf_prefix` of nginx). */
  readonly configFile: string;
  /** Our own folder: what our lines include is not followed. */
  readonly folder: string;
}

/**
 * Reads a configuration with everything that it includes. Throws `NginxConfigError` where nginx would refuse the syntax
 * or an include; inside blocks that are none of our business an include that cannot be read is passed over.
 */
export function readTree(source: TreeSource): ConfigTree {
  const reading = { source, files: new Map<string, ConfigFile>(), visits: [] as Visit[], includes: 0 };
  const first = load(reading, source.configFile, { file: source.configFile, line: 1 });
  visitAll(reading, first, first.statements, { context: 'main', within: undefined, depth: 0 });
  return reading;
}

interface Reading {
  readonly source: TreeSource;
  readonly files: Map<string, ConfigFile>;
  readonly visits: Visit[];
  includes: number;
}

interface Spot {
  readonly context: Context;
  readonly within: Visit | undefined;
  /** Files between this and the first one. */
  readonly depth: number;
}

function visitAll(reading: Reading, file: ConfigFile, statements: readonly Statement[], spot: Spot): void {
  for (const statement of statements) {
    const visit: Visit = { file, statement, context: spot.context, within: spot.within };
    reading.visits.push(visit);
    if (statement.body) {
      const context = contextInside(spot.context, statement.name);
      visitAll(reading, file, statement.body.statements, { context, within: visit, depth: spot.depth });
    } else if (statement.name === 'include' && !lineKind(statement, file.text, reading.source.folder)) {
      include(reading, visit, spot);
    }
  }
}

function include(reading: Reading, visit: Visit, spot: Spot): void {
  const place = { file: visit.file.path, line: lineAt(visit.file.text, visit.statement.start) };
  if (spot.depth >= limits.includeDepth) {
    throw new NginxConfigError('include-too-deep', place.file, place.line, 'files include one another too deep');
  }
  for (const target of includedPaths(reading.source, visit.statement)) {
    if (++reading.includes > limits.includes) {
      const message = `more than ${limits.includes} files are included`;
      throw new NginxConfigError('too-many-files', place.file, place.line, message);
    }
    const file = spot.context === 'other' ? attempt(reading, target, place) : load(reading, target, place);
    if (file) visitAll(reading, file, file.statements, { ...spot, depth: spot.depth + 1 });
  }
}

/** The files that an `include` takes in, in nginx's order; a plain name whether it is there or not. */
export function includedPaths(source: TreeSource, statement: Statement): readonly string[] {
  const [parameter, more] = parameters(statement);
  if (parameter === undefined || more !== undefined) return [];
  const full = path.isAbsolute(parameter) ? parameter : `${path.dirname(source.configFile)}/${parameter}`;
  return isPattern(full) ? expandGlob(full, source.folders) : [full];
}

interface Place {
  readonly file: string;
  readonly line: number;
}

function load(reading: Reading, target: string, place: Place): ConfigFile {
  const { files, folders } = reading.source;
  try {
    const real = folders.realPath(target);
    const known = real === undefined ? undefined : reading.files.get(real);
    if (known) return known;
    const found = real === undefined ? undefined : files.read(real, limits.fileBytes);
    if (real !== undefined && found) {
      const text = found.bytes.toString('latin1');
      const file = { path: real, text, mode: found.mode, statements: parseStatements(real, text) };
      reading.files.set(real, file);
      return file;
    }
  } catch (error) {
    if (error instanceof NginxConfigError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new NginxConfigError('include-unreadable', place.file, place.line, why, error);
  }
  throw new NginxConfigError('include-unreadable', place.file, place.line, `${target} does not exist`);
}

function attempt(reading: Reading, target: string, place: Place): ConfigFile | undefined {
  try {
    return load(reading, target, place);
  } catch (error) {
    if (error instanceof NginxConfigError) return undefined;
    throw error;
  }
}
