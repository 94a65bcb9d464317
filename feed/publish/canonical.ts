import { canonicalize } from '@tufjs/canonical-json';

/**
 * Reads canonical JSON, the form that is signed. It is not quite JSON: in its texts only quotes and backslashes are escaped,
 * so a line end stands as it is. Bytes that are not the one canonical form of what they say are refused: nothing in them
 * could be overlooked then. Throws an error that says so.
 */
export function parseCanonical(bytes: Uint8Array) {
  const text = Buffer.from(bytes).toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  const escaped = text.replace(/[\u0000-\u001f]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const value = JSON.parse(escaped);
  if (!Buffer.from(canonicalize(value)).equals(bytes)) throw new Error('the bytes to be signed are not canonical JSON');
  return value;
}
