import type { ScopedRules } from '@stopgap/rewrite';

/** What rules become for nginx. */
export interface CompiledRules {
  /** What nginx is to read, by kind of file: `http`, `server`, and directives that nginx hands down (see `LineKind`). */
  readonly bodies: ReadonlyMap<string, string>;
  /** For people: where nginx differs from IIS. */
  readonly notes: readonly string[];
}

export interface CompilerOptions {
  /** Begins the name of every variable. */
  readonly prefix: string;
  /** As nginx says, e.g. `1.22.1`. */
  readonly nginxVersion: string;
  /** Absolute path of the log for rules that are only observed. */
  readonly observeLog: string;
  /** What a regular `server_name` took has to be there behind our lines. */
  readonly keepCaptures?: boolean;
}

/** The part of the `rewrite` room that this host needs. */
export interface RuleCompiler {
  /** Why the rules cannot be held here, a sentence each; empty: they can. */
  check(rules: readonly ScopedRules[], options: CompilerOptions): readonly string[];
  compile(rules: readonly ScopedRules[], options: CompilerOptions): CompiledRules;
}
