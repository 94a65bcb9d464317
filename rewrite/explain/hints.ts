import { variableIsKnown } from '../evaluate/server-variables.ts';
import { compilePattern, PatternExhausted, PatternProblem } from '../pattern/index.ts';
import type { PreparedRules } from '../prepare/rules.ts';
import type { RewriteRequest } from '../request.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { variablesOf } from '../template/template.ts';
import type { ExplainedCondition, PatternTrial } from './explanation.ts';

/** What people get wrong about rules, said where it is why a rule did not do what it looks as if it would. */
export class Hints {
  readonly #request: RewriteRequest;
  /** Variables that some rule sets, upper case. */
  readonly #set: ReadonlySet<string>;

  constructor(rules: PreparedRules, request: RewriteRequest) {
    this.#request = request;
    const inbound = [...rules.global, ...rules.distributed].flatMap((set) => set.sources);
    this.#set = new Set(inbound.flatMap((rule) => rule.serverVariables.map(({ name }) => name.toUpperCase())));
  }

  /** About a rule's own pattern that did not match; `path`: it was tried on a path. */
  ofMatch(trial: PatternTrial, path: boolean): string | undefined {
    if (trial.captures !== undefined) return undefined;
    const { pattern, syntax } = trial;
    const ecmaScript = syntax === 'ECMAScript';
    if (path && (ecmaScript ? /^\^\\?\// : /^\//).test(pattern)) {
      return 'the path comes to a rule without its first slash, so nothing begins with one here';
    }
    if (path && ecmaScript && /\\\?/.test(pattern)) {
      return 'the query is no part of what "match url" sees; test {QUERY_STRING} in a condition';
    }
    return otherCase(trial);
  }

  /** About a condition. */
  ofCondition({ template, trial, holds, negate }: Omit<ExplainedCondition, 'hint'>): string | undefined {
    if (!trial) {
      if (this.#request.fileSystem) return undefined;
      return 'nothing was said of files ("fs" of a request, --file), so nothing but the root folder is taken to be there';
    }
    const unknown = variablesOf(parseTemplate(template)).filter(
      (name) => !variableIsKnown(name) && !this.#set.has(name),
    );
    if (unknown.length > 0) return unknown.map((name) => this.#unknown(name)).join('; ');
    return trial.captures === undefined && holds === negate ? otherCase(trial) : undefined;
  }

  #unknown(name: string): string {
    const header = name.replaceAll('_', '-').toLowerCase();
    const asHeader = Object.hasOwn(this.#request.headers, header) ? `; the header is {HTTP_${name}}` : '';
    return `{${name}} is not known here and taken as empty${asHeader}`;
  }
}

function otherCase({ pattern, syntax, ignoreCase, captures, input }: PatternTrial): string | undefined {
  if (ignoreCase || captures !== undefined) return undefined;
  try {
    if (!compilePattern(pattern, syntax, true, 'bound').test(input)) return undefined;
  } catch (error) {
    if (error instanceof PatternProblem || error instanceof PatternExhausted) return undefined;
    throw error;
  }
  return 'it would match if letter case did not matter (ignoreCase="false")';
}
