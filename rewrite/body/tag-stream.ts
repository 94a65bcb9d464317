import { readStartTag, type StartTag } from './start-tag.ts';

/** Answers the new raw text of an attribute's value; tag and attribute names in lower case. */
export type RewriteAttribute = (tag: string, attribute: string, value: string) => string;

/** Longest start tag that is looked into, in UTF-16 code units; a longer one passes as it is. */
const longestTag = 64 * 1024;

/** Elements whose content is no markup. */
const rawElements: ReadonlySet<string> = new Set(['script', 'style']);

/**
 * Rewrites attribute values in HTML that arrives in pieces. Everything else comes out as it went in: comments and the
 * insides of `script` and `style` are not looked into, entities are not decoded.
 */
export class TagStream {
  readonly #rewrite: RewriteAttribute;
  #rest = '';
  /** What ends the passage that is not looked into: a comment's `-->`, or the end tag of a raw element. */
  #until: RegExp | undefined;

  constructor(rewrite: RewriteAttribute) {
    this.#rewrite = rewrite;
  }

  /** Takes a piece; answers what can go out. */
  write(piece: string): string {
    return this.#run(this.#rest + piece, false);
  }

  /** Answers what was held back. */
  end(): string {
    return this.#run(this.#rest, true);
  }

  #run(text: string, last: boolean): string {
    let out = '';
    let at = 0;
    while (at < text.length) {
      const step = this.#until ? this.#passage(text, at, last) : this.#markup(text, at, last);
      out += step.out;
      if (step.next === at && step.out === '') break;
      at = step.next;
    }
    this.#rest = text.slice(at);
    return out;
  }

  /** Inside a comment, a raw element or a tag that is too long. */
  #passage(text: string, at: number, last: boolean): { readonly out: string; readonly next: number } {
    const until = this.#until;
    if (!until) return { out: '', next: at };
    until.lastIndex = at;
    const end = until.exec(text);
    if (end) this.#until = undefined;
    const next = end ? end.index + end[0].length : Math.max(at, last ? text.length : text.length - 16);
    return { out: text.slice(at, next), next };
  }

  #markup(text: string, at: number, last: boolean): { readonly out: string; readonly next: number } {
    const open = text.indexOf('<', at);
    if (open < 0) return { out: text.slice(at), next: text.length };
    if (open > at) return { out: text.slice(at, open), next: open };
    if (text.startsWith('<!--', at)) {
      this.#until = /-->/g;
      return { out: '<!--', next: at + 4 };
    }
    if (!last && text.length - at < 4) return { out: '', next: at };
    if (!/[a-z]/i.test(text[at + 1] ?? '')) return { out: '<', next: at + 1 };
    const tag = readStartTag(text, at);
    if (tag) return { out: this.#tag(text, at, tag), next: tag.end };
    if (last) return { out: text.slice(at), next: text.length };
    if (text.length - at < longestTag) return { out: '', next: at };
    this.#until = />/g;
    return { out: '<', next: at + 1 };
  }

  #tag(text: string, at: number, tag: StartTag): string {
    if (rawElements.has(tag.name)) this.#until = new RegExp(`</${tag.name}`, 'gi');
    let out = '';
    let from = at;
    for (const attribute of tag.attributes) {
      const value = text.slice(attribute.from, attribute.to);
      out += text.slice(from, attribute.from) + this.#rewrite(tag.name, attribute.name, value);
      from = attribute.to;
    }
    return out + text.slice(from, tag.end);
  }
}
