import { type Decoder, listOf, MachineError, oneOf, text } from '@stopgap/machine';

/** A text that matches `pattern` as a whole; `say` describes what is right. */
export function matching(pattern: RegExp, say: string): Decoder<string> {
  return (value, place) => {
    const word = text(1024)(value, place);
    if (pattern.test(word)) return word;
    throw new MachineError('invalid-json', `${place}: expected ${say}, found ${JSON.stringify(word.slice(0, 60))}`);
  };
}

/** The name of a product, written as in mitigations. */
export const productName = matching(/^[a-z][a-z0-9._-]{0,63}$/, 'a product name in lower case such as "exchange"');

/** Roles of a server, written as in mitigations. */
export const roleNames = listOf(matching(/^[a-z][a-z0-9-]{0,31}$/, 'a role in lower case such as "edge"'), 32);

/** Ids of installed updates. */
export const updateIds = listOf(matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'an update such as "KB5000871"'), 1000);

/** The name of a Debian package (Debian Policy, 5.6.1). */
export const packageName = matching(/^[a-z0-9][a-z0-9+.-]{1,127}$/, 'the name of a Debian package');

/** The detector's own name, so that the entry as a whole can be decoded. */
export const detectorName = <const N extends string>(name: N) => oneOf(name);
