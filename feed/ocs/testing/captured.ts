import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { microsoftTrust } from '../microsoft.ts';
import { type OcsVerdict, verifyOcs } from '../verify.ts';

const file = path.join(import.meta.dirname, '../../../../shared/fixtures/ocs-2021-ping1.xml');
const present = existsSync(file);

/** The document that Microsoft served in 2021; undefined where ../shared is absent. */
export const captured: Buffer | undefined = present ? readFileSync(file) : undefined;
const bytes = captured ?? Buffer.alloc(0);

/** The verdict on a document under Microsoft's trust, long after its certificate has expired unless another time is given. */
export function verdict(document: string | Buffer, at = Date.UTC(2026, 6, 15)): OcsVerdict {
  return verifyOcs(Buffer.from(document), microsoftTrust(), at);
}

/** The positions from one to before another, so many apart. */
export function range(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, index) => from + index * step);
}

/** The captured document with another character of the same kind, so that base64 stays base64 and a name stays a name. */
export function changed(at: number): Buffer {
  const copy = Buffer.from(bytes);
  const was = bytes[at] ?? 0;
  copy[at] = /[A-Za-z0-9]/.test(String.fromCharCode(was))
    ? was % 2 === 0
      ? was + 1
      : was - 1
    : was === 0x20
      ? 0x09
      : 0x41;
  return copy;
}

/** Changes it at each of the positions, and says where it was believed all the same. */
export function changeEach(positions: readonly number[]): { tried: number; believed: readonly number[] } {
  return { tried: positions.length, believed: positions.filter((at) => verdict(changed(at)).ok) };
}
