import path from 'node:path';
import type { Files } from '@stopgap/machine';
import { FeedError } from '../errors.ts';
import { decryptKey, memorySigner, type Signer } from './keys.ts';
import type { FeedLayout } from './layout.ts';
import type { Passphrase } from './passphrase.ts';
import type { FeedSettings } from './settings.ts';

/** Whose signatures a role needs. */
export interface Quorum {
  readonly role: string;
  readonly keyIds: readonly string[];
  readonly threshold: number;
}

/** The signers to be had on this machine: key files, opened when they are first needed, and others given by the caller. */
export interface KeyRing {
  /** As many signers as the quorum asks for. Throws `key-missing`, `passphrase-wrong`, `passphrase-missing`. */
  signersFor(quorum: Quorum): Promise<readonly Signer[]>;
  /** Those of the keys that are here, at most as many as the threshold. Throws `passphrase-wrong`, `passphrase-missing`. */
  available(quorum: Quorum): Promise<readonly Signer[]>;
}

/** The file of a holder's key. */
export function keyFile(layout: FeedLayout, holder: string): string {
  return path.join(layout.keys, `${holder}.pem`);
}

/** A key ring over the folder's key files and `extra` signers (tokens, commands), which come first. */
export function keyRing(
  layout: FeedLayout,
  files: Files,
  settings: FeedSettings,
  passphrase: Passphrase,
  extra: readonly Signer[] = [],
): KeyRing {
  const opened = new Map<string, Signer>(extra.map((signer) => [signer.key.keyID, signer]));
  const open = async (keyId: string): Promise<Signer | undefined> => {
    const holder = settings.holders.find((entry) => entry.keyId === keyId)?.holder;
    const known = opened.get(keyId);
    if (known || holder === undefined) return known;
    const signer = await openFile(keyFile(layout, holder), holder, files, passphrase);
    if (signer?.key.keyID === keyId) opened.set(keyId, signer);
    return opened.get(keyId);
  };
  const available = async ({ keyIds, threshold }: Quorum) => {
    const signers: Signer[] = [];
    for (const keyId of keyIds) {
      if (signers.length === threshold) break;
      const signer = await open(keyId);
      if (signer) signers.push(signer);
    }
    return signers;
  };
  return {
    available,
    signersFor: async (quorum) => {
      const signers = await available(quorum);
      if (signers.length < quorum.threshold) throw tooFew(layout, settings, quorum, signers);
      return signers;
    },
  };
}

async function openFile(file: string, holder: string, files: Files, passphrase: Passphrase) {
  const state = files.read(file, 64 * 1024);
  if (!state) return undefined;
  return memorySigner(decryptKey(state.bytes.toString('utf8'), await passphrase(holder), file));
}

function tooFew(
  layout: FeedLayout,
  settings: FeedSettings,
  { role, keyIds, threshold }: Quorum,
  signers: readonly Signer[],
): FeedError {
  const absent = settings.holders
    .filter(({ keyId }) => keyIds.includes(keyId) && !signers.some(({ key }) => key.keyID === keyId))
    .map(({ holder }) => holder);
  return new FeedError(
    'key-missing',
    `${role} needs ${threshold} signature${threshold === 1 ? '' : 's'} and ${signers.length} can be made here; put the key of ${absent.join(' or ')} into ${layout.keys}, or have their holders sign: stopgap feed propose ${layout.folder}`,
  );
}
