import { type Template, type TemplateFunction, type TemplateNode, TemplateProblem } from './template.ts';

const functions: ReadonlyMap<string, TemplateFunction> = new Map([
  ['tolower', 'ToLower'],
  ['urlencode', 'UrlEncode'],
  ['urldecode', 'UrlDecode'],
  ['htmlencode', 'HtmlEncode'],
]);

/** Calls inside one another; IIS states no bound, ours keeps recursion small. */
const deepest = 32;

/**
 * Parses literals, `{NAME}`, `{R:n}`, `{C:n}`, `{Function:…}` and `{Map:…}`, which may nest. A `}` that closes nothing is a
 * literal. Throws `TemplateProblem` for an unclosed brace, an empty name and an index that is not one digit.
 */
export function parseTemplate(text: string): Template {
  return new Reader(text).read(0);
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(depth: number): Template {
    const nodes: TemplateNode[] = [];
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at];
      if (character === '}' && depth > 0) break;
      nodes.push(character === '{' ? this.#reference(depth) : this.#literal(depth));
    }
    return nodes;
  }

  #literal(depth: number): TemplateNode {
    const end = depth > 0 ? /[{}]|$/g : /\{|$/g;
    end.lastIndex = this.#at;
    const to = end.exec(this.#text)?.index ?? this.#text.length;
    const text = this.#text.slice(this.#at, to);
    this.#at = to;
    return { kind: 'literal', text };
  }

  #reference(depth: number): TemplateNode {
    const open = this.#at;
    if (depth >= deepest) throw new TemplateProblem(`references are nested more than ${deepest} deep`, open);
    const name = /[^{}:]*/y;
    name.lastIndex = open + 1;
    const found = name.exec(this.#text)?.[0] ?? '';
    const end = this.#text[open + 1 + found.length];
    if (end === undefined) throw new TemplateProblem('"{" is never closed', open);
    if (found.trim() === '') throw new TemplateProblem('"{" is followed by no name', open);
    if (end === '{') throw new TemplateProblem(`"{${found}" is neither closed nor followed by ":"`, open);
    this.#at = open + found.length + 2;
    return end === '}' ? { kind: 'variable', name: found.toUpperCase() } : this.#call(found, open, depth);
  }

  #call(name: string, open: number, depth: number): TemplateNode {
    const argument = this.read(depth + 1);
    if (this.#text[this.#at] !== '}') throw new TemplateProblem(`"{${name}:" is never closed`, open);
    const inside = this.#text.slice(open + name.length + 2, this.#at);
    this.#at++;
    const kind = name.toUpperCase();
    if (kind === 'R' || kind === 'C') {
      if (!/^[0-9]$/.test(inside)) throw new TemplateProblem(`{${name}:${inside}}: the index must be 0 to 9`, open);
      return { kind: kind === 'R' ? 'rule-capture' : 'condition-capture', index: Number(inside) };
    }
    const known = functions.get(name.toLowerCase());
    if (known) return { kind: 'function', name: known, argument };
    return { kind: 'lookup', name, argument, offset: open };
  }
}
