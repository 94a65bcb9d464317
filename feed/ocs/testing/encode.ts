import { sequence, tagged } from '../../der.ts';

/** `OBJECT IDENTIFIER` from its dotted form. */
export function dotted(id: string): Buffer {
  const [first = 0, second = 0, ...rest] = id.split('.').map(Number);
  return tagged(0x06, ...[40 * first + second, ...rest].map(base128));
}

function base128(arc: number): Buffer {
  const bytes = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift((left % 128) | 0x80);
  return Buffer.from(bytes);
}

/** `AlgorithmIdentifier`; with NULL as parameters where `withNull`. */
export function algorithm(id: string, withNull = false): Buffer {
  return sequence(dotted(id), ...(withNull ? [Buffer.of(5, 0)] : []));
}

/** `GeneralizedTime`. */
export function generalizedTime(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
  return tagged(0x18, Buffer.from(text, 'latin1'));
}

/** A `Name` with nothing but a common name. */
export function commonName(name: string): Buffer {
  return sequence(tagged(0x31, sequence(dotted('2.5.4.3'), tagged(0x0c, Buffer.from(name)))));
}

/** A positive `INTEGER` from its bytes. */
export function bigInteger(bytes: Buffer): Buffer {
  return tagged(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}
