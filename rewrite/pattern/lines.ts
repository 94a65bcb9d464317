const terminator = /[\n\r\u2028\u2029]/g;

/** Start of the line behind the next line terminator (LF, CR, U+2028, U+2029: what `.` stops at) at or after `from`; -1 if there is none. */
export function nextLineStart(text: string, from: number): number {
  terminator.lastIndex = from;
  return terminator.test(text) ? terminator.lastIndex : -1;
}
