/** A run of characters in a chain: literals, and holes where any one character may stand. Finds itself in time O(text x piece). */
export class Piece {
  readonly length: number;
  readonly #solid: readonly { readonly at: number; readonly text: string }[];
  readonly #longest: { readonly at: number; readonly text: string };

  /** `characters`: one string of one code unit each (folded where the input will be), `undefined` for a hole. */
  constructor(characters: readonly (string | undefined)[]) {
    this.length = characters.length;
    const solid: { at: number; text: string }[] = [];
    characters.forEach((character, at) => {
      const last = solid.at(-1);
      if (character === undefined) return;
      if (last !== undefined && last.at + last.text.length === at) last.text += character;
      else solid.push({ at, text: character });
    });
    this.#solid = solid;
    this.#longest = solid.reduce((best, part) => (part.text.length > best.text.length ? part : best), {
      at: 0,
      text: '',
    });
  }

  /** Its literal runs, holes left out. */
  get literals(): readonly string[] {
    return this.#solid.map((part) => part.text);
  }

  standsAt(text: string, at: number): boolean {
    return (
      at >= 0 &&
      at + this.length <= text.length &&
      this.#solid.every((part) => text.startsWith(part.text, at + part.at))
    );
  }

  /** First place at or after `from`, or -1. */
  first(text: string, from: number): number {
    const { at: shift, text: literal } = this.#longest;
    for (let at = from; at + this.length <= text.length; at += 1) {
      at = text.indexOf(literal, at + shift) - shift;
      if (at < from) return -1;
      if (this.#solid.length < 2 ? at + this.length <= text.length : this.standsAt(text, at)) return at;
    }
    return -1;
  }

  /** Last place that ends at or before `end`, or -1. */
  last(text: string, end: number): number {
    const { at: shift, text: literal } = this.#longest;
    for (let at = end - this.length; at >= 0; at -= 1) {
      at = text.lastIndexOf(literal, at + shift) - shift;
      if (at < 0) return -1;
      if (this.#solid.length < 2 || this.standsAt(text, at)) return at;
    }
    return -1;
  }
}
