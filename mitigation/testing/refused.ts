import { readFileSync } from 'node:fs';

/** One malformed document: a piece of the sample, what stands there instead, and what is said about it. */
export interface RefusedCase {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly code: string;
  readonly message: RegExp;
}

/** Reads `refused-….txt`: blocks of four lines, `# name`, `- piece`, `+ instead`, `code: pattern`; `\n` and `\uXXXX` are escapes. */
export function readRefused(name: string): readonly RefusedCase[] {
  const text = readFileSync(new URL(`./refused-${name}.txt`, import.meta.url), 'utf8');
  return text.trimEnd().split('\n\n').map(readBlock);
}

function readBlock(block: string): RefusedCase {
  const match = /^# (.+)\n- (.+)\n\+ ?(.*)\n([a-z-]+):(?: (.+))?$/.exec(block);
  if (!match) throw new Error(`not a block of four lines: ${block}`);
  const [, name = '', from = '', to = '', code = '', pattern = ''] = match;
  return { name, from: withEscapes(from), to: withEscapes(to), code, message: new RegExp(pattern) };
}

function withEscapes(text: string): string {
  return text.replace(/\\(n|\\|u[0-9a-f]{4})/g, (_whole, sign: string) => {
    if (sign === 'n') return '\n';
    return sign === '\\' ? '\\' : String.fromCharCode(Number.parseInt(sign.slice(1), 16));
  });
}
