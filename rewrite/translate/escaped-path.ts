const tail = '%[89AB][0-9A-F]';
/** UTF-8 as escapes (RFC 3629, section 4). */
const beyondAscii = [
  `%C[2-9A-F]${tail}`,
  `%D[0-9A-F]${tail}`,
  `%E0%[AB][0-9A-F]${tail}`,
  `%E[1-9ABCEF](?:${tail}){2}`,
  `%ED%[89][0-9A-F]${tail}`,
  `%F0%[9AB][0-9A-F](?:${tail}){2}`,
  `%F[1-3](?:${tail}){3}`,
  `%F4%8[0-9A-F](?:${tail}){2}`,
].join('|');
/** What `encodeLoose` escapes of printable ASCII: blanks, quotes, angles, `^`, backticks, braces, bars. */
const ascii = '%(?:2[02]|3[CE]|5E|60|7[BCD])';
const plain = "[\\w.~!$&'()*+,;=:@\\[\\]-]";

/**
 * A path as it stands in a target where decoding it and escaping it again, as a Location wants it, gives the same bytes: nothing to normalise, and every
 * escape is one that has to be and is written as it would be.
 */
export const escapedPath = `(?:/(?!/|\\.\\.?(?:/|\\?|\\z))(?:${plain}|${ascii}|${beyondAscii})*+)++`;
