import { decodeJson, type Files, listOf, object, text, whole } from '@stopgap/machine';
import { FeedError } from '../errors.ts';
import type { RoleName } from '../roles.ts';
import type { FeedLayout } from './layout.ts';

/** `feed.json`: what the publisher's side has to remember that is not in the signed metadata. */
export interface FeedSettings {
  readonly format: 1;
  readonly name: string;
  /**
   * The newest root, by version and SHA-256: what everything else in the repository is checked against. Version 0: the
   * first one still awaits its signatures.
   */
  readonly root: { readonly version: number; readonly sha256: string };
  readonly holders: readonly { readonly holder: string; readonly keyId: string }[];
  readonly expiryDays: Readonly<Record<RoleName, number>>;
}

const days = whole(1, 3660);

const decoder = object({
  format: whole(1, 1),
  name: text(100),
  root: object({ version: whole(0, 1_000_000), sha256: text(64) }),
  holders: listOf(object({ holder: text(64), keyId: text(64) }), 200),
  expiryDays: object({ root: days, targets: days, snapshot: days, timestamp: days }),
});

/** Reads `feed.json`. Throws `feed-missing` and, for a file that is not ours, `MachineError` `invalid-json`. */
export function readSettings(layout: FeedLayout, files: Files): FeedSettings {
  const state = files.read(layout.settings, 256 * 1024);
  if (!state) {
    throw new FeedError('feed-missing', `there is no feed in ${layout.folder}; make one with: stopgap feed init`);
  }
  return { ...decodeJson(state.bytes.toString('utf8'), layout.settings, decoder), format: 1 };
}

/** Throws `MachineError` `invalid-json` for settings that could not be read again. `place` names them. */
export function checkSettings(settings: FeedSettings, place: string): void {
  decoder(settings, place);
}

/** Writes `feed.json`. Throws `MachineError` `invalid-json` for settings that could not be read again. */
export function writeSettings(layout: FeedLayout, files: Files, settings: FeedSettings): void {
  checkSettings(settings, layout.settings);
  files.write(layout.settings, `${JSON.stringify(settings, undefined, 2)}\n`, { mode: 0o600 });
}

const released = object({ timestamp: whole(0, Number.MAX_SAFE_INTEGER), signedAt: whole(0, Number.MAX_SAFE_INTEGER) });

/** Version and time (ms since the epoch) of the last timestamp this publisher let out; zeros before the first. */
export interface Released {
  readonly timestamp: number;
  readonly signedAt: number;
}

/** Reads `released.json`. */
export function readReleased(layout: FeedLayout, files: Files): Released {
  const state = files.read(layout.released, 4096);
  if (!state) return { timestamp: 0, signedAt: 0 };
  return decodeJson(state.bytes.toString('utf8'), layout.released, released);
}

/** Writes `released.json`. */
export function writeReleased(layout: FeedLayout, files: Files, value: Released): void {
  files.write(layout.released, `${JSON.stringify(value)}\n`, { mode: 0o600 });
}
