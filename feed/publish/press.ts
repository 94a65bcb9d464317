import { type Clock, type Files, systemClock, systemFiles } from '@stopgap/machine';
import type { Signer } from './keys.ts';
import type { FeedLayout } from './layout.ts';
import { type Passphrase, rememberPassphrases } from './passphrase.ts';
import type { Press } from './release.ts';
import { type Published, readPublished } from './repository.ts';
import { readSettings } from './settings.ts';
import { keyRing } from './unlock.ts';

/** What every signing operation takes. */
export interface SigningOptions {
  readonly passphrase: Passphrase;
  /** Signers beside the key files: hardware, a command, another machine. */
  readonly signers?: readonly Signer[];
  /**
   * Least version of what is signed now. For a feed restored from an old copy: above what readers have seen, or they
   * would take the new release for an older one.
   */
  readonly leastVersion?: number;
  readonly files?: Files;
  readonly clock?: Clock;
}

/**
 * Opens an existing feed for a release: what is out now, checked, and the means to sign the next. `published` is
 * `undefined` while the first version awaits its signatures.
 */
export function openPress(
  layout: FeedLayout,
  options: SigningOptions,
): { readonly press: Press; readonly published: Published | undefined } {
  const files = options.files ?? systemFiles;
  const settings = readSettings(layout, files);
  const published = settings.root.version === 0 ? undefined : readPublished(layout, files, settings);
  const keys = keyRing(layout, files, settings, rememberPassphrases(options.passphrase), options.signers);
  const press = {
    layout,
    files,
    clock: options.clock ?? systemClock,
    settings,
    roots: published ? [published.root.metadata] : [],
    keys,
    leastVersion: options.leastVersion,
  };
  return { press, published };
}
