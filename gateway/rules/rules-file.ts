import { createHash } from 'node:crypto';
import {
  type Decoder,
  decodeJson,
  type Files,
  listOf,
  MachineError,
  object,
  oneOf,
  text,
  whole,
} from '@stopgap/machine';
import { GatewayError } from '../errors.ts';

/** The rules of one action of one mitigation, as the agent hands them to a gateway. */
export interface RulesEntry {
  /** The mitigation's id. */
  readonly owner: string;
  readonly revision: number;
  /** Which action of the mitigation, from 0. */
  readonly index: number;
  /** Virtual path the rules stand at, `/` for the root; see `ScopedRules`. */
  readonly level: string;
  readonly mode: 'enforce' | 'observe';
  /** The `<rewrite>` element, as published. */
  readonly rewrite: string;
}

/** What is loaded: entries and the digest that stands for them. */
export interface RulesFile {
  readonly digest: string;
  readonly entries: readonly RulesEntry[];
}

const format = 'stopgap-gateway-rules';
const version = 1;

/** Caps a rules file, bytes: some 4,000 mitigations of ordinary size. */
export const maxRulesBytes = 8 * 1024 * 1024;
const maxEntries = 10_000;

/** A `<rewrite>` element: the one text that may span lines. */
const rewriteText: Decoder<string> = (value, place) => {
  if (typeof value !== 'string' || value === '' || value.length > 1024 * 1024) {
    throw new MachineError('invalid-json', `${place}: expected the text of a <rewrite> element`);
  }
  return value;
};

const decodeEntry = object({
  owner: text(256),
  revision: whole(1, Number.MAX_SAFE_INTEGER),
  index: whole(0, 1000),
  level: text(1024),
  mode: oneOf('enforce', 'observe'),
  rewrite: rewriteText,
});

const decodeFile = object({
  format: oneOf(format),
  version: whole(version, version),
  digest: text(80),
  rules: listOf(decodeEntry, maxEntries),
});

/** `sha256:…` over the entries in their order, every field of each. */
export function digestOf(entries: readonly RulesEntry[]): string {
  const hash = createHash('sha256');
  for (const e of entries)
    hash.update(`${JSON.stringify([e.owner, e.revision, e.index, e.level, e.mode, e.rewrite])}\n`);
  return `sha256:${hash.digest('hex')}`;
}

/** The file that holds the entries; the same entries give the same bytes. */
export function formatRulesFile(entries: readonly RulesEntry[]): string {
  const rules = entries.map(({ owner, revision, index, level, mode, rewrite }) => ({
    owner,
    revision,
    index,
    level,
    mode,
    rewrite,
  }));
  return `${JSON.stringify({ format, version, digest: digestOf(entries), rules }, undefined, 2)}\n`;
}

/**
 * Parses a rules file. Throws `GatewayError` `invalid-rules-file` naming the place: damage, an unknown version, or a digest that
 * does not fit its entries (somebody edited it).
 */
export function parseRulesFile(bytes: Uint8Array, name: string): RulesFile {
  const { digest, rules } = decodeRules(bytes, name);
  if (digest !== digestOf(rules)) {
    throw new GatewayError(
      'invalid-rules-file',
      `${name}: its digest does not fit its rules, so it was edited by hand; ${remedy}`,
    );
  }
  return { digest, entries: rules };
}

/**
 * The entries of a rules file whoever edited it, for taking ours out of it. Throws `GatewayError` `invalid-rules-file` when there
 * is nothing left to read.
 */
export function parseEditedRulesFile(bytes: Uint8Array, name: string): readonly RulesEntry[] {
  return decodeRules(bytes, name).rules;
}

const remedy = '`stopgap check` writes it anew';

function decodeRules(bytes: Uint8Array, name: string): { digest: string; rules: readonly RulesEntry[] } {
  if (bytes.byteLength > maxRulesBytes) {
    throw new GatewayError(
      'invalid-rules-file',
      `${name} has ${bytes.byteLength} bytes; at most ${maxRulesBytes} are read`,
    );
  }
  try {
    return decodeJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes), name, decodeFile);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new GatewayError('invalid-rules-file', `${why}; ${remedy}`, error);
  }
}

/** Reads the rules file; an absent one holds no rules yet. Throws `GatewayError` `invalid-rules-file`. */
export function readRulesFile(file: string, files: Files): RulesFile {
  let state: ReturnType<Files['read']>;
  try {
    state = files.read(file, maxRulesBytes);
  } catch (error) {
    throw new GatewayError('invalid-rules-file', `${error instanceof Error ? error.message : error}`, error);
  }
  return state ? parseRulesFile(state.bytes, file) : { digest: digestOf([]), entries: [] };
}
