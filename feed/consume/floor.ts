import { decodeJson, object, whole } from '@stopgap/machine';
import type { TrustFolder } from './folder.ts';

/**
 * The floor of the clock: the latest time (ms since the epoch) at which verified metadata says it was signed. A machine
 * whose clock is set back, by fault or by an attacker, would otherwise take expired metadata for good.
 */
const decoder = object({ provenAt: whole(0, 8_640_000_000_000_000) });
const name = 'clock.json';

/** The floor, ms since the epoch; 0 when there is none yet or its file is damaged. */
export function readFloor(folder: TrustFolder): number {
  try {
    const bytes = folder.read(name, 4096);
    return bytes ? decodeJson(bytes.toString('utf8'), name, decoder).provenAt : 0;
  } catch {
    return 0;
  }
}

/** Raises the floor; never lowers it. */
export function raiseFloor(folder: TrustFolder, provenAt: number): void {
  if (provenAt > readFloor(folder)) folder.write(name, JSON.stringify({ provenAt }));
}

/** Forgets the floor, when the keys that set it are no longer trusted. */
export function forgetFloor(folder: TrustFolder): void {
  folder.remove(name);
}
