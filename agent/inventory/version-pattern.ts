import { type Decoder, MachineError, text } from '@stopgap/machine';

/** Finds the version in a text; `undefined` where the pattern is not in it. */
export type FindVersion = (text: string) => string | undefined;

const mark = '{version}';

/** Letters, digits and `.+:~-`, a digit first, a letter or digit last, at most 128. */
const version = '([0-9](?:[0-9A-Za-z.+:~-]{0,126}[0-9A-Za-z])?)';

/**
 * A pattern is a piece of the text with `{version}` where the version stands, e.g. `nginx version: nginx/{version}`. A run of
 * blanks stands for any run of up to 32 blanks; everything else is literal. There is nothing in it that could run away:
 * every repetition is bounded, so the time is linear in the text.
 */
export const versionPattern: Decoder<FindVersion> = (value, place) => {
  const pattern = text(256)(value, place);
  const [before, after, ...more] = pattern.split(mark);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new MachineError('invalid-json', `${place}: write ${mark} once, where the version stands`);
  }
  const expression = new RegExp(literal(before) + version + literal(after));
  return (whole) => expression.exec(whole)?.[1];
};

function literal(piece: string): string {
  return piece
    .split(/ +/)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    .join('[ \\t]{1,32}');
}
