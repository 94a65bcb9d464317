import { RewriteError } from '../errors.ts';
import type { InboundRule, OutboundRule, ScopedRules } from '../model.ts';
import { PatternProblem } from '../pattern/index.ts';
import { Inexpressible } from '../pcre/index.ts';
import { TemplateProblem } from '../template/template.ts';
import type { Refusal } from './result.ts';
import { commentText } from './text.ts';

/** Which rules of a set run when: global rules see the path from the root. */
export type Collection = 'globalRules' | 'rules';

/** How a target tries a rule by itself; both throw for what it cannot express. */
export interface Attempts {
  inbound(rule: InboundRule, collection: Collection): void;
  outbound(rule: OutboundRule): void;
}

/** Why enabled rules of a set cannot be expressed: each with the first thing that stands in the way. */
export function refusalsIn(set: ScopedRules, attempts: Attempts): readonly Refusal[] {
  const tried = (rule: string, attempt: () => void): readonly Refusal[] => {
    const problem = problemOf(attempt);
    return problem ? [{ owner: set.owner, rule, ...problem }] : [];
  };
  const { configuration } = set;
  const inbound = (collection: Collection) =>
    configuration[collection]
      .filter((rule) => rule.enabled)
      .flatMap((rule) => tried(rule.name, () => attempts.inbound(rule, collection)));
  return [
    ...inbound('globalRules'),
    ...inbound('rules'),
    ...configuration.outboundRules
      .filter((rule) => rule.enabled)
      .flatMap((rule) => tried(rule.name, () => attempts.outbound(rule))),
  ];
}

/** `@throws` RewriteError `unsupported` for the first refusal, at its rule. */
export function throwFirst(refusals: readonly Refusal[], rules: readonly ScopedRules[], server: string): void {
  const [refusal] = refusals;
  if (refusal === undefined) return;
  const owner = rules.find((set) => set.owner === refusal.owner);
  const { globalRules = [], rules: own = [], outboundRules = [] } = owner?.configuration ?? {};
  const rule = [...globalRules, ...own, ...outboundRules].find((one) => one.name === refusal.rule);
  const message = `${refusal.owner}, rule "${refusal.rule}": ${server} cannot express ${refusal.feature}: ${refusal.why}`;
  throw new RewriteError('unsupported', message, rule?.position ?? { line: 1, column: 1 });
}

/** A comment that says whose rules they are, unless there are none. */
export function withOwners(rules: readonly ScopedRules[], text: string): string {
  if (text === '') return '';
  const owners = [...new Set(rules.map((set) => commentText(set.owner)))];
  const lines = [
    'Made by Stopgap from IIS URL Rewrite rules. Changes here are lost.',
    ...owners.map((owner) => `Rules of ${owner}`),
  ];
  return `${lines.map((line) => `# ${line}\n`).join('')}${text}`;
}

/** What stands in the way of something, by name; undefined if nothing does. */
function problemOf(attempt: () => unknown): { readonly feature: string; readonly why: string } | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof Inexpressible) return { feature: error.feature, why: error.message };
    if (error instanceof PatternProblem) return { feature: error.code, why: error.message };
    if (error instanceof TemplateProblem) return { feature: 'template', why: error.message };
    throw error;
  }
}
