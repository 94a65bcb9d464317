import type { RewriteError } from '../errors.ts';
import { fileOf } from '../levels/config-source.ts';
import type { DecidingRule } from '../verdict.ts';

/** One line of `stopgap rewrite eval`'s answers, keys in the order they are printed. */
export interface AnswerLine {
  readonly id?: unknown;
  readonly outcome: 'pass' | 'rewrite' | 'redirect' | 'custom' | 'abort' | 'invalid-config' | 'invalid-request';
  /** `pass`, `rewrite`: path and query, or the absolute URL of a proxy rewrite. */
  readonly url?: string;
  /** `redirect`, `custom`: what is answered. `pass`, `rewrite`: the response's, if the line had one. */
  readonly status?: number;
  readonly subStatus?: number;
  readonly reason?: string;
  readonly location?: string;
  /** Response headers after the outbound rules. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** What rules set on the request. Header names in lower case. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** Names as the rules write them. */
  readonly serverVariables?: Readonly<Record<string, string>>;
  /** `runtime`: the configuration fails only when the rule fires; IIS answers 500. */
  readonly phase?: 'runtime';
  /** The rules that decided, outbound ones last. */
  readonly rules?: readonly string[];
  /** Of an unusable configuration. */
  readonly line?: number;
  readonly column?: number;
  /** Where the place is in a file that a `configSource` names. */
  readonly file?: string;
}

/** The single answer to an unusable configuration. */
export function invalidConfiguration(error: RewriteError): AnswerLine {
  const { line, column } = error.position;
  const file = fileOf(error.position);
  return { outcome: 'invalid-config', reason: error.message, line, column, ...(file === undefined ? {} : { file }) };
}

/** Names of rules, for the answer's `rules`. */
export function ruleNames(by: readonly DecidingRule[]): { readonly rules: readonly string[] } | Record<never, never> {
  return by.length > 0 ? { rules: by.map((one) => one.rule) } : {};
}

/** A map as a JSON object, whatever its keys are called. */
export function jsonObject<T>(map: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries(map);
}
