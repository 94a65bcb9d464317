import { unseen, visible } from '@stopgap/machine/visible';

/** Colours, or none: only on a terminal, and never where `NO_COLOR` is set (no-color.org). */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
}

const codes = { bold: 1, dim: 2, green: 32, yellow: 33, red: 31 } as const;

/** Style for a stream. */
export function styleFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const on = stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  const paint = (code: number) => (text: string) => (on ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    bold: paint(codes.bold),
    dim: paint(codes.dim),
    green: paint(codes.green),
    yellow: paint(codes.yellow),
    red: paint(codes.red),
  };
}

/** Our own colours, which may pass; and line ends and tabs, which are how text is laid out. */
const ours = new RegExp(`\u001b\\[(?:0|${Object.values(codes).join('|')})m|\r?\n|\t`, 'g');

/** What is printed, without anything that a terminal would take for a command: much of it comes from feeds and servers. */
export function harmless(text: string): string {
  if (text.search(unseen) < 0) return text;
  const kept = text.match(ours) ?? [];
  return text
    .split(ours)
    .map((piece, index) => visible(piece) + (kept[index] ?? ''))
    .join('');
}
