import { sequence, tagged } from '../der.ts';

/** A P-256 signature from its two numbers of 32 bytes side by side (IEEE P1363) to DER; `undefined` when it is none. */
export function ecdsaInDer(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length !== 64) return undefined;
  return sequence(positive(bytes.subarray(0, 32)), positive(bytes.subarray(32)));
}

/** `INTEGER` without leading zeros but for the one that keeps it positive (X.690, 8.3). */
function positive(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = Buffer.from(first === -1 ? [0] : bytes.subarray(first));
  return tagged(0x02, (digits[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.alloc(0), digits);
}
