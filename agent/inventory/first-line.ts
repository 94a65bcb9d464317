/** The first line of what a program said, at most 200 characters, for a message. */
export function firstLine(text: string): string {
  const line = text.trim().split(/\r?\n/)[0] ?? '';
  return line === '' ? 'it said nothing' : line.slice(0, 200);
}
