import type { Template } from '../template/template.ts';

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
  ofTemplate(template: Template, ignoreCase: boolean): Input | ConstantInput;
  /** The path that `match url` sees at a level: no leading slash. */
  relativePath(level: string, levelExpression: string): Input;
  /** The path from the site's root. */
  path(): Input;
}
