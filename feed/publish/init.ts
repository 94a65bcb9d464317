import type { KeyObject } from 'node:crypto';
import { type Clock, type Files, systemClock, systemFiles } from '@stopgap/machine';
import { Metadata, Root } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { FeedError } from '../errors.ts';
import { defaultExpiryDays, metadataDate, type RoleName, roleNames, specVersion } from '../roles.ts';
import { createKey, type KeyType, memorySigner, tufKey } from './keys.ts';
import { type FeedLayout, feedLayout } from './layout.ts';
import { asOnlyPublisher } from './lock.ts';
import { targetsMetadata } from './metadata.ts';
import { leastPassphraseLength, type Passphrase, rememberPassphrases } from './passphrase.ts';
import { encryptedPkcs8 } from './pkcs8.ts';
import { nextEdition, type Press, release, signFile, writeMetadata } from './release.ts';
import { newestRoot } from './repository.ts';
import { type FeedSettings, readSettings, writeSettings } from './settings.ts';
import { keyFile, keyRing } from './unlock.ts';

/** Who signs a role, and how many of them must. A holder named in several roles has one key for all of them. */
export interface RoleOptions {
  readonly holders: readonly string[];
  readonly threshold: number;
}

/** What a new feed is to be. */
export interface InitOptions {
  /** Shown to people, e.g. `contoso`. */
  readonly name: string;
  readonly passphrase: Passphrase;
  /** Default `ed25519`. */
  readonly keyType?: KeyType;
  /** Default for each role: one key, held by a holder of the role's name. */
  readonly roles?: Readonly<Partial<Record<RoleName, RoleOptions>>>;
  readonly expiryDays?: Readonly<Partial<Record<RoleName, number>>>;
  readonly files?: Files;
  readonly clock?: Clock;
}

/** What readers are enrolled with. */
export interface EnrolledRoot {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Makes a feed with new keys and publishes its first, empty version. Returns the root that readers are given. Throws
 * `feed-exists`, `roles-invalid`, `passphrase-weak`. Killed half-way, it can be called again.
 */
export async function initFeed(folder: string, options: InitOptions): Promise<EnrolledRoot> {
  const files = options.files ?? systemFiles;
  const layout = feedLayout(folder);
  const roles = rolesOf(options);
  if (files.read(layout.settings)) {
    throw new FeedError('feed-exists', `there is already a feed in ${folder}; choose another folder`);
  }
  makeFolders(layout, files);
  return asOnlyPublisher(layout, files, async () => {
    const clock = options.clock ?? systemClock;
    const passphrase = rememberPassphrases(options.passphrase);
    const keys = await makeKeys(layout, files, roles, options.keyType ?? 'ed25519', passphrase);
    const expiryDays = { ...defaultExpiryDays, ...options.expiryDays };
    const root = rootMetadata(roles, keys, clock.now() + expiryDays.root * 86_400_000);
    const holders = [...keys].map(([holder, key]) => ({ holder, keyId: tufKey(key).keyID }));
    const unsigned: FeedSettings = {
      format: 1,
      name: options.name,
      root: { version: 1, sha256: '-' },
      holders,
      expiryDays,
    };
    const ring = keyRing(layout, files, unsigned, passphrase, [...keys.values()].map(memorySigner));
    const press: Press = { layout, files, clock, settings: unsigned, root, keys: ring };
    const rootFile = await signFile(press, 'root', root);
    writeMetadata(press, rootFile);
    await release(press, { timestamp: 0, snapshot: 0 }, targetsMetadata(nextEdition(press, 'targets', 0), {}));
    const enrolled = { bytes: rootFile.bytes, sha256: sha256(rootFile.bytes) };
    writeSettings(layout, files, { ...unsigned, root: { version: 1, sha256: enrolled.sha256 } });
    return enrolled;
  });
}

/** The root that readers of an existing feed are enrolled with. Throws `feed-missing`, `feed-damaged`. */
export function feedRoot(folder: string, files: Files = systemFiles): EnrolledRoot {
  const layout = feedLayout(folder);
  const bytes = newestRoot(layout, files, readSettings(layout, files));
  return { bytes, sha256: sha256(bytes) };
}

type Roles = ReadonlyMap<RoleName, RoleOptions>;

function rolesOf(options: InitOptions): Roles {
  const roles = new Map(roleNames.map((name) => [name, options.roles?.[name] ?? { holders: [name], threshold: 1 }]));
  for (const [name, { holders, threshold }] of roles) {
    const valid = holders.every((holder) => /^[a-z0-9][a-z0-9-]{0,62}$/.test(holder));
    if (!valid || new Set(holders).size !== holders.length) {
      throw new FeedError('roles-invalid', `${name}: holders need different names of small letters, digits and dashes`);
    }
    if (!Number.isInteger(threshold) || threshold < 1 || threshold > holders.length) {
      throw new FeedError(
        'roles-invalid',
        `${name}: a threshold of ${threshold} cannot be met by ${holders.length} holders`,
      );
    }
  }
  return roles;
}

function makeFolders(layout: FeedLayout, files: Files): void {
  for (const folder of [layout.folder, layout.keys, layout.staged]) files.makeFolder(folder, 0o700);
  for (const folder of [layout.repository, layout.metadata, layout.targets]) files.makeFolder(folder, 0o755);
}

async function makeKeys(layout: FeedLayout, files: Files, roles: Roles, type: KeyType, passphrase: Passphrase) {
  const keys = new Map<string, KeyObject>();
  for (const holder of new Set([...roles.values()].flatMap(({ holders }) => holders))) {
    const phrase = await passphrase(holder);
    if (phrase.length < leastPassphraseLength) {
      throw new FeedError(
        'passphrase-weak',
        `the passphrase of ${holder} is short; use ${leastPassphraseLength} characters or more`,
      );
    }
    const key = createKey(type);
    files.write(keyFile(layout, holder), encryptedPkcs8(key, phrase), { mode: 0o600 });
    keys.set(holder, key);
  }
  return keys;
}

function rootMetadata(roles: Roles, keys: ReadonlyMap<string, KeyObject>, expiresAt: number): Metadata<Root> {
  const tufKeys = new Map([...keys].map(([holder, key]) => [holder, tufKey(key)]));
  const idOf = (holder: string) => tufKeys.get(holder)?.keyID ?? '';
  const root = Root.fromJSON({
    spec_version: specVersion,
    version: 1,
    expires: metadataDate(expiresAt),
    consistent_snapshot: true,
    keys: Object.fromEntries([...tufKeys.values()].map((key) => [key.keyID, key.toJSON()])),
    roles: Object.fromEntries(
      [...roles].map(([name, { holders, threshold }]) => [name, { keyids: holders.map(idOf), threshold }]),
    ),
  });
  return new Metadata(root);
}
