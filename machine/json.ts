import { MachineError } from './errors.ts';

/** Turns a parsed JSON value into a typed one, or throws `invalid-json` naming the place (`agent.json: feeds[0].url`). */
export type Decoder<T> = (value: unknown, place: string) => T;

/** Parses text as JSON and decodes it. `name` is what errors call the document. Throws `MachineError` `invalid-json`. */
export function decodeJson<T>(text: string, name: string, decoder: Decoder<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new MachineError(
      'invalid-json',
      `${name} is not JSON: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
  return decoder(value, name);
}

function wrong(place: string, expected: string, value: unknown): MachineError {
  const found = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value)).slice(0, 60);
  return new MachineError('invalid-json', `${place}: expected ${expected}, found ${found}`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const controls = /[\u0000-\u001f\u007f-\u009f]/;

/** A string of 1 to `most` characters without control characters. */
export function text(most = 4096): Decoder<string> {
  return (value, place) => {
    if (typeof value !== 'string' || value === '' || value.length > most || controls.test(value)) {
      throw wrong(place, `a text of 1 to ${most} characters`, value);
    }
    return value;
  };
}

/** A whole number within bounds, both inclusive. */
export function whole(least: number, most: number): Decoder<number> {
  return (value, place) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      throw wrong(place, `a whole number from ${least} to ${most}`, value);
    }
    // JSON has a -0, which is written as 0: one number, not two.
    return value === 0 ? 0 : value;
  };
}

/** `true` or `false`. */
export const flag: Decoder<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw wrong(place, 'true or false', value);
  return value;
};

/** Exactly one of the given words. */
export function oneOf<const W extends string>(...words: readonly W[]): Decoder<W> {
  return (value, place) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw wrong(place, `one of ${words.map((w) => `"${w}"`).join(', ')}`, value);
    return word;
  };
}

/** A list of at most `most` entries. */
export function listOf<T>(entry: Decoder<T>, most = 1000): Decoder<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw wrong(place, 'a list', value);
    if (value.length > most) throw wrong(place, `a list of at most ${most} entries`, value.length);
    return value.map((item, index) => entry(item, `${place}[${index}]`));
  };
}

/** The decoder's value, or `fallback` where the key is absent. */
export function optional<T>(decoder: Decoder<T>, fallback: T): Decoder<T>;
export function optional<T>(decoder: Decoder<T>): Decoder<T | undefined>;
export function optional<T>(decoder: Decoder<T>, fallback?: T): Decoder<T | undefined> {
  return (value, place) => (value === undefined ? fallback : decoder(value, place));
}

/** Passes the value on undecoded, for whoever knows its shape. */
export const anything: Decoder<unknown> = (value) => value;

type Fields = Readonly<Record<string, Decoder<unknown>>>;
type Decoded<F extends Fields> = { readonly [K in keyof F]: F[K] extends Decoder<infer T> ? T : never };

/** An object with exactly these keys: an unknown key is refused, so that a misspelt setting cannot be silently ignored. */
export function object<F extends Fields>(fields: F): Decoder<Decoded<F>> {
  return (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(place, 'an object', value);
    const given = new Map(Object.entries(value));
    for (const key of given.keys()) {
      if (!Object.hasOwn(fields, key)) {
        const known = Object.keys(fields).join(', ');
        throw new MachineError('invalid-json', `${place}: unknown key ${JSON.stringify(key)}; known are ${known}`);
      }
    }
    const entries = Object.entries(fields).map(([key, decoder]) => [
      key,
      decoder(given.get(key), keyPlace(place, key)),
    ]);
    return Object.fromEntries(entries) as Decoded<F>;
  };
}

/** An object used as a dictionary; comes back as a `Map`, so no key can be mistaken for a property. */
export function mapOf<T>(entry: Decoder<T>, most = 1000): Decoder<ReadonlyMap<string, T>> {
  return (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(place, 'an object', value);
    const entries = Object.entries(value);
    if (entries.length > most) throw wrong(place, `at most ${most} keys`, entries.length);
    return new Map(entries.map(([key, item]) => [key, entry(item, keyPlace(place, key))]));
  };
}

function keyPlace(place: string, key: string): string {
  return place.includes(': ') ? `${place}.${key}` : `${place}: ${key}`;
}
