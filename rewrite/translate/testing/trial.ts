import type { ScopedRules } from '../../model.ts';
import type { HeaderFields, RewriteRequest } from '../../request.ts';
import type { WireRequest } from './wire.ts';

/** Rules, and the requests to send them. */
export interface Trial {
  readonly name: string;
  readonly rules: readonly ScopedRules[];
  readonly requests: readonly WireRequest[];
}

/** What came of comparing a server with the evaluator. */
export interface Comparison {
  readonly compared: number;
  readonly refused: number;
  /** Redirects and rewrites to the same place. */
  readonly redirected: number;
  /** The server refused the request itself (400), rules or no rules. */
  readonly ownRefusals: number;
  /** The server refused what IIS lets pass, in a class that the README names. */
  readonly broader: ReadonlyMap<string, number>;
  readonly disagreements: readonly string[];
}

/** The request as the evaluator takes it. */
export function rewriteRequest({ method, url, host, headers }: WireRequest): RewriteRequest {
  const fields: Record<string, string | readonly string[]> = Object.create(null);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = fields[key];
    fields[key] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value];
  }
  return { method, scheme: 'http', host, url, headers: fields satisfies HeaderFields };
}
