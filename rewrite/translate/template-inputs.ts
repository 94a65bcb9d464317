import type { RewriteMap } from '../model.ts';
import type { PatternTree } from '../pattern/index.ts';
import { Inexpressible } from '../pcre/index.ts';
import type { Template, TemplateNode } from '../template/template.ts';
import type { ConstantInput, Input, InputSource, Scan, TemplateReferences } from './input.ts';

/** What a target has a word for. */
export type RequestWord = 'host' | 'hostName' | 'method' | 'remoteAddr' | 'port' | 'https' | 'secure' | 'protocol';

const words: ReadonlyMap<string, RequestWord> = new Map<string, RequestWord>([
  ['HTTP_HOST', 'host'],
  ['SERVER_NAME', 'hostName'],
  ['REQUEST_METHOD', 'method'],
  ['HTTP_METHOD', 'method'],
  ['REMOTE_ADDR', 'remoteAddr'],
  ['REMOTE_HOST', 'remoteAddr'],
  ['SERVER_PORT', 'port'],
  ['HTTPS', 'https'],
  ['SERVER_PORT_SECURE', 'secure'],
  ['SERVER_PROTOCOL', 'protocol'],
  ['HTTP_VERSION', 'protocol'],
]);
const paths = new Set(['URL', 'PATH_INFO', 'SCRIPT_NAME', 'URL_PATH_INFO']);

/** An input that stands in the request as it is, where its words can be looked for, too. */
export const raw = (source: string): Input => ({
  source,
  decode: false,
  encoding: 'bytes',
  odd: 'never',
  scan: { source, escapes: false, close: source },
});

/** What a template comes to on a target, given what the target has for a server variable and how it joins texts. */
export abstract class TemplateInputs implements InputSource {
  /** For messages. */
  readonly #server: string;

  constructor(server: string) {
    this.#server = server;
  }

  abstract captured(input: Input, tree: PatternTree, group: number): string;
  abstract lookedUp(key: Input, map: RewriteMap): string;
  /** The path from the site's root, decoded. */
  protected abstract pathText(): string;
  /** The path as it was sent, where that is how a Location has it. */
  protected abstract escapedPathText(): string;
  /** What follows a level in a path: no leading slash. `head` is the expression of the level, if it is not the root. */
  protected abstract below(stem: string, path: string, head: string): string;
  /** Path and query of the request, the path decoded. */
  protected abstract uriText(): string;
  protected abstract escapedUriText(): string;
  /** Words of the path and the query stand in the raw target, raw or escaped. */
  protected abstract targetScan(): Scan;
  protected abstract queryString(): Input;
  /** The target as it was sent. */
  protected abstract sent(): Input;
  /** The target's word for something that stands in a request, or is known of it, as it is. */
  protected abstract word(what: RequestWord): string;
  /** The word for a header field, `HTTP_` left out. `@throws` Inexpressible. */
  protected abstract header(name: string): string;
  /** Several pieces as one text, not all of them constant. */
  protected abstract joined(parts: readonly (Input | ConstantInput)[]): Input;

  /** The path that `match url` sees at a level: no leading slash. Odd paths as in `Input`. */
  relativePath(level: string, levelExpression: string): Input {
    const path = this.pathText();
    const head = level === '/' ? '' : levelExpression;
    const source = this.below('relative', path, head);
    const input: Input = { source, decode: false, encoding: 'utf8', odd: 'whole', scan: this.targetScan() };
    if (!/^[\w./-]*$/.test(level)) return input;
    return { ...input, escaped: () => this.below('escaped_relative', this.escapedPathText(), head) };
  }

  /** The path from the site's root. */
  path(): Input {
    return {
      source: this.pathText(),
      decode: false,
      encoding: 'utf8',
      odd: 'whole',
      scan: this.targetScan(),
      escaped: () => this.escapedPathText(),
    };
  }

  #uri(): Input {
    return { ...this.path(), source: this.uriText(), escaped: () => this.escapedUriText() };
  }

  /** A server variable, upper-case name. `@throws` Inexpressible. */
  variable(name: string): Input | ConstantInput {
    const what = words.get(name);
    if (what !== undefined) return raw(this.word(what));
    if (paths.has(name)) return this.path();
    switch (name) {
      case 'REQUEST_URI':
        return this.#uri();
      case 'QUERY_STRING':
        return this.queryString();
      case 'UNENCODED_URL':
      case 'HTTP_URL':
        return this.sent();
      case 'CONTENT_TYPE':
      case 'CONTENT_LENGTH':
        return raw(this.header(name));
      default:
        if (name.startsWith('HTTP_')) return raw(this.header(name.slice(5)));
        throw new Inexpressible(`{${name}}`, `${this.#server} has nothing for the server variable {${name}}`);
    }
  }

  /** The input of a condition. `@throws` Inexpressible, by the name of what the target does not have. */
  ofTemplate(template: Template, ignoreCase: boolean, references?: TemplateReferences): Input | ConstantInput {
    const pieces = template.filter((node) => node.kind !== 'literal' || node.text !== '');
    const [only] = pieces;
    if (only === undefined) return { constant: '' };
    if (pieces.length === 1 && only.kind === 'function') return this.#function(only, ignoreCase, references);
    if (pieces.length === 1 && only.kind !== 'literal') return this.#part(only, references);
    const parts = pieces.map((node) => this.#part(node, references));
    if (parts.every((part) => 'constant' in part)) return { constant: parts.map((part) => part.constant).join('') };
    return this.joined(parts);
  }

  #function(
    node: TemplateNode & { readonly kind: 'function' },
    ignoreCase: boolean,
    references: TemplateReferences | undefined,
  ): Input | ConstantInput {
    const input = this.ofTemplate(node.argument, ignoreCase, references);
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

  #part(node: TemplateNode, references: TemplateReferences | undefined): Input | ConstantInput {
    switch (node.kind) {
      case 'literal':
        return { constant: node.text };
      case 'variable':
        return this.variable(node.name);
      case 'function':
        throw new Inexpressible(`{${node.name}:…}`, `{${node.name}:…} beside other text`);
      case 'lookup':
        if (references) return references.lookedUp(node);
        throw new Inexpressible('rewrite map', `{${node.name}:…} calls a rewrite map`);
      default: {
        if (references) return references.captured(node);
        const letter = node.kind === 'rule-capture' ? 'R' : 'C';
        throw new Inexpressible('back-reference', `{${letter}:${node.index}} depends on what a pattern captured`);
      }
    }
  }
}
