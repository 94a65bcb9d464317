import type { AST } from '@eslint-community/regexpp';

/** An element that matches exactly one character. */
export type SingleCharacter = AST.Character | AST.CharacterClass | AST.CharacterSet;

/** Whether an element matches exactly one character, whichever it is. */
export function isSingleCharacter(element: AST.Element): element is SingleCharacter {
  return element.type === 'Character' || element.type === 'CharacterClass' || element.type === 'CharacterSet';
}

/** Which code units an element matches. V8 itself is asked, so that case folding and class escapes are by construction its own. */
export class CharacterSet {
  readonly #latin1 = new Uint8Array(256);
  readonly #ask: RegExp;

  constructor(element: SingleCharacter, ignoreCase: boolean) {
    this.#ask = new RegExp(`^${element.raw}$`, ignoreCase ? 'i' : '');
    for (let unit = 0; unit < 256; unit += 1) this.#latin1[unit] = this.#ask.test(String.fromCharCode(unit)) ? 1 : 0;
  }

  has(unit: number): boolean {
    return unit < 256 ? this.#latin1[unit] === 1 : this.#ask.test(String.fromCharCode(unit));
  }

  /** Code units below 256, as a bit each. */
  get latin1(): Uint8Array {
    return this.#latin1;
  }
}
