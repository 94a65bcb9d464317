import type { ScopedRules } from '@stopgap/rewrite';

/** What rules become for nginx. */
export interface CompiledRules {
  /** Goes into `http { }`. */
  readonly http: string;
  /** Goes into each protected `server { }`. */
  readonly server: string;
  /** For people: where nginx differs from IIS without changing a verdict. */
  readonly notes: readonly string[];
}

/** The part of the `rewrite` room that this host needs. */
export interface RuleCompiler {
  /** Why the rules cannot be held here, a sentence each; empty: they can. */
  check(rules: readonly ScopedRules[]): readonly string[];
  compile(rules: readonly ScopedRules[]): CompiledRules;
}
