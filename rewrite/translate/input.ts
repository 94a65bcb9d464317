import type { RewriteMap } from '../model.ts';
import type { PatternTree } from '../pattern/index.ts';
import type { Template, TemplateNode } from '../template/template.ts';

/** What a pattern runs over. */
export interface Input {
  /** Map source: a variable, or text and variables in quotes. */
  readonly source: string;
  /** IIS would decode escapes that are still there. */
  readonly decode: boolean;
  readonly encoding: 'utf8' | 'bytes';
  /**
   * nginx's view of the path may differ from IIS's (see `odd` in README): such a request's text is `//` and the raw target. `whole`: the
   * source is such a text; `part`: one is inside.
   */
  readonly odd: 'never' | 'whole' | 'part';
  /** The word for the same text as a Location has it: escaped where a URL may not hold it, if the target can tell. */
  readonly escaped?: () => string;
  /** Where literals of the input can be looked for first: a variable that holds them raw or escaped. Undefined: nowhere. */
  readonly scan?: Scan;
}

/** Where words that a rule needs are looked for before the rule is looked at. */
export interface Scan {
  /** A variable that costs nothing to read and in which the words stand raw or escaped. */
  readonly source: string;
  /** They may be escaped there. */
  readonly escapes: boolean;
  /** A variable in which they stand escaped at most once, or more often but without escapes inside escapes. */
  readonly close: string;
}

/** The input of a constant template. */
export interface ConstantInput {
  readonly constant: string;
}

/** Gives a target's form of IIS's inputs. */
export interface InputSource {
  /** The input of a condition. `@throws` Inexpressible, by the name of what the target does not have. */
  ofTemplate(template: Template, ignoreCase: boolean, references?: TemplateReferences): Input | ConstantInput;
  /** The word for what a group of a pattern took from an input that it matches. `@throws` Inexpressible. */
  captured(input: Input, tree: PatternTree, group: number): string;
  /** The word for what a map has under a key. `@throws` Inexpressible. */
  lookedUp(key: Input, map: RewriteMap): string;
  /** The path that `match url` sees at a level: no leading slash. */
  relativePath(level: string, levelExpression: string): Input;
  /** The path from the site's root. */
  path(): Input;
}

/** What a template calls beside server variables; `@throws` Inexpressible where the target has no form for it. */
export interface TemplateReferences {
  captured(node: TemplateNode & { readonly kind: 'rule-capture' | 'condition-capture' }): Input | ConstantInput;
  lookedUp(node: TemplateNode & { readonly kind: 'lookup' }): Input | ConstantInput;
}
