import type { PreparedTemplate } from '../prepare/template.ts';
import type { FileSystemView } from '../request.ts';
import type { ConditionScope } from './conditions.ts';
import type { RequestState } from './request-state.ts';

/** What the templates of one rule read while it runs. */
export class RuleScope implements ConditionScope {
  rule: readonly string[];
  conditions: readonly string[] = [];
  readonly #state: RequestState;
  readonly #read: (name: string) => string;

  /** `read` answers server variables; `rule` are the rule pattern's captures. */
  constructor(state: RequestState, read: (name: string) => string, rule: readonly string[]) {
    this.#state = state;
    this.#read = read;
    this.rule = rule;
  }

  get fileSystem(): FileSystemView | undefined {
    return this.#state.request.fileSystem;
  }

  variable(name: string): string {
    return this.#read(name);
  }

  /** The template filled in; one without back-references is worked out once. */
  value(template: PreparedTemplate): string {
    return template.steady ? this.#state.remember(template, () => template.evaluate(this)) : template.evaluate(this);
  }
}
