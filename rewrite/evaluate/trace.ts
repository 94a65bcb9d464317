import type { PreparedInboundRule, PreparedInboundSet } from '../prepare/rules.ts';
import type { TestedCondition } from './conditions.ts';

/** Told of every step while rules are evaluated; `explain` listens. */
export interface InboundTrace {
  /** A rule's pattern was tried. `captures`: what it matched, none without a match. */
  tried(
    set: PreparedInboundSet,
    rule: PreparedInboundRule,
    input: string,
    captures: readonly string[] | undefined,
  ): void;
  tested(condition: TestedCondition): void;
  /** The last rule tried fired. `result`: the filled-in url, reason or description. */
  fired(result: { readonly set: ReadonlyMap<string, string>; readonly url?: string; readonly stops: boolean }): void;
  /** A set is passed over. */
  skipped(set: PreparedInboundSet, path: string): void;
}
