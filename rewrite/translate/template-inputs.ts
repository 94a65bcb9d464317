import { Inexpressible } from '../pcre/index.ts';
import type { Template, TemplateNode } from '../template/template.ts';
import type { ConstantInput, Input, InputSource } from './input.ts';

/** What a template comes to on a target, given what the target has for a server variable and how it joins texts. */
export abstract class TemplateInputs implements InputSource {
  /** For messages. */
  readonly #server: string;

  constructor(server: string) {
    this.#server = server;
  }

  abstract relativePath(level: string, levelExpression: string): Input;
  abstract path(): Input;
  /** A server variable, upper-case name. `@throws` Inexpressible. */
  abstract variable(name: string): Input | ConstantInput;
  /** Several pieces as one text, not all of them constant. */
  protected abstract joined(parts: readonly (Input | ConstantInput)[]): Input;

  /** The input of a condition. `@throws` Inexpressible, by the name of what the target does not have. */
  ofTemplate(template: Template, ignoreCase: boolean): Input | ConstantInput {
    const pieces = template.filter((node) => node.kind !== 'literal' || node.text !== '');
    const [only] = pieces;
    if (only === undefined) return { constant: '' };
    if (pieces.length === 1 && only.kind === 'function') return this.#function(only, ignoreCase);
    if (pieces.length === 1 && only.kind === 'variable') return this.variable(only.name);
    const parts = pieces.map((node) => this.#part(node));
    if (parts.every((part) => 'constant' in part)) return { constant: parts.map((part) => part.constant).join('') };
    return this.joined(parts);
  }

  #function(node: TemplateNode & { readonly kind: 'function' }, ignoreCase: boolean): Input | ConstantInput {
    const input = this.ofTemplate(node.argument, ignoreCase);
    if (node.name === 'ToLower') {
      if ('constant' in input) return { constant: input.constant.toLowerCase() };
      if (ignoreCase) return input;
    }
    if (node.name === 'UrlDecode' && !('constant' in input) && !input.decode) {
      const scan = input.scan && { ...input.scan, escapes: true };
      return { ...input, decode: true, ...(scan ? { scan } : {}) };
    }
    throw new Inexpressible(`{${node.name}:…}`, `${this.#server} cannot work {${node.name}:…} out here`);
  }

  #part(node: TemplateNode): Input | ConstantInput {
    if (node.kind === 'literal') return { constant: node.text };
    if (node.kind === 'variable') return this.variable(node.name);
    if (node.kind === 'lookup') throw new Inexpressible('rewrite map', `{${node.name}:…} calls a rewrite map`);
    if (node.kind === 'function') throw new Inexpressible(`{${node.name}:…}`, `{${node.name}:…} beside other text`);
    const letter = node.kind === 'rule-capture' ? 'R' : 'C';
    throw new Inexpressible('back-reference', `{${letter}:${node.index}} depends on what a pattern captured`);
  }
}
