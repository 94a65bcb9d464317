/**
 * What may change how a terminal shows other text: control characters (C0, DEL and C1, of which U+009B starts an escape
 * sequence as ESC does), separators of lines, and characters that turn the direction of text.
 */
export const unseen: RegExp =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The text with all such characters written out, as `\\u001b`: it stays on its line and cannot pass for another. */
export function visible(text: string): string {
  return text.replace(unseen, writtenOut);
}

/** One such character as JSON would have it. */
export function writtenOut(character: string): string {
  const short = JSON.stringify(character).slice(1, -1);
  return short.length > 1 ? short : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
