import path from 'node:path';
import type { Files } from '@stopgap/machine';
import type { Root } from '@tufjs/models';
import { FeedError } from '../errors.ts';
import type { RoleName } from '../roles.ts';
import { decryptKey, memorySigner, type Signer } from './keys.ts';
import type { FeedLayout } from './layout.ts';
import type { Passphrase } from './passphrase.ts';
import type { FeedSettings } from './settings.ts';

/** The signers to be had on this machine: key files, opened when they are first needed, and others given by the caller. */
export interface KeyRing {
  /** As many signers as the role's threshold asks for. Throws `key-missing`, `passphrase-wrong`, `passphrase-missing`. */
  signersFor(root: Root, role: RoleName): Promise<readonly Signer[]>;
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
  return {
    signersFor: async (root, role) => {
      const { keyIDs, threshold } = roleOf(root, role);
      const signers: Signer[] = [];
      for (const keyId of keyIDs) {
        if (signers.length === threshold) break;
        const signer = await open(keyId);
        if (signer) signers.push(signer);
      }
      if (signers.length < threshold) throw tooFew(layout, settings, role, keyIDs, threshold, signers);
      return signers;
    },
  };
}

function roleOf(root: Root, role: RoleName) {
  const found = root.roles[role];
  if (!found) throw new FeedError('feed-damaged', `the root does not name the role ${role}`);
  return found;
}

async function openFile(file: string, holder: string, files: Files, passphrase: Passphrase) {
  const state = files.read(file, 64 * 1024);
  if (!state) return undefined;
  return memorySigner(decryptKey(state.bytes.toString('utf8'), await passphrase(holder), file));
}

function tooFew(
  layout: FeedLayout,
  settings: FeedSettings,
  role: RoleName,
  keyIds: readonly string[],
  threshold: number,
  signers: readonly Signer[],
): FeedError {
  const absent = settings.holders
    .filter(({ keyId }) => keyIds.includes(keyId) && !signers.some(({ key }) => key.keyID === keyId))
    .map(({ holder }) => holder);
  return new FeedError(
    'key-missing',
    `${role} needs ${threshold} signature${threshold === 1 ? '' : 's'} and ${signers.length} can be made here; put the key of ${absent.join(' or ')} into ${layout.keys}`,
  );
}
