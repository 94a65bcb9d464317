import path from 'node:path';
import { type Clock, type Files, systemClock, systemFiles } from '@stopgap/machine';
import type { Key } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { FeedError } from '../errors.ts';
import { defaultExpiryDays, type RoleName, roleNames } from '../roles.ts';
import { createKey, type KeyType, memorySigner, type Signer, tufKey } from './keys.ts';
import { type FeedLayout, feedLayout } from './layout.ts';
import { letOut } from './let-out.ts';
import { asOnlyPublisher } from './lock.ts';
import { strongPassphrase } from './new-key.ts';
import { type Passphrase, rememberPassphrases } from './passphrase.ts';
import { encryptedPkcs8 } from './pkcs8.ts';
import { draftProposal } from './proposal/draft.ts';
import { gather } from './proposal/gather.ts';
import { checkPlan, type KeyPlan } from './proposal/key-plan.ts';
import type { Proposal } from './proposal/proposal.ts';
import { reviewProposal } from './proposal/review.ts';
import { signEverything } from './proposal/sign-here.ts';
import { dropProposal, keepProposal, pendingProposals } from './proposal/store.ts';
import { holderPattern, type PublicKey } from './public-key.ts';
import type { Press } from './release.ts';
import { newestRoot } from './repository.ts';
import { checkSettings, type FeedSettings, readSettings, writeSettings } from './settings.ts';
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
  /** Of the keys that are made here. Default `ed25519`. */
  readonly keyType?: KeyType;
  /** Default for each role: one key, held by a holder of the role's name; of root and targets: see `proposeFirst`. */
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
 * Makes a feed with new keys, all of them in its folder, and publishes its first, empty version. Returns the root that
 * readers are given. Throws `feed-exists`, `roles-invalid`, `passphrase-weak`. Killed half-way, it can be called again.
 */
export async function initFeed(folder: string, options: InitOptions): Promise<EnrolledRoot> {
  const { layout, files, clock } = open(folder, options);
  const roles = rolesOf(options, []);
  return asOnlyPublisher(layout, files, async () => {
    refuseExisting(layout, files);
    const passphrase = rememberPassphrases(options.passphrase);
    const made = await makeKeys(layout, files, holdersOf(roles), options.keyType, passphrase);
    const settings = settingsFor(options, made);
    const keys = keyRing(
      layout,
      files,
      settings,
      passphrase,
      made.map(({ signer }) => signer),
    );
    const press: Press = { layout, files, clock, settings, roots: [], keys };
    const proposal = firstProposal(press, planFor(roles, made));
    const review = reviewProposal(proposal, clock.now());
    const parts = gather(review, await signEverything(press, review));
    writeSettings(layout, files, settings);
    await letOut(press, undefined, parts, proposal.documents);
    return feedRoot(folder, files);
  });
}

/**
 * Makes a feed whose root and targets keys are elsewhere, with their holders: here are only the online keys, for snapshot and
 * timestamp. Root and targets need the signatures of more than half of the holders unless `roles` says otherwise (3 of 5).
 * What they are to sign is kept and returned; nothing is out before they have. Until then it can be called again. Throws as
 * `initFeed`.
 */
export async function proposeFirst(
  folder: string,
  options: InitOptions & { readonly holders: readonly PublicKey[] },
): Promise<Proposal> {
  const { layout, files, clock } = open(folder, options);
  const roles = rolesOf(options, options.holders);
  return asOnlyPublisher(layout, files, async () => {
    refuseExisting(layout, files);
    const online = holdersOf(roles).filter((name) => !options.holders.some(({ holder }) => holder === name));
    const passphrase = rememberPassphrases(options.passphrase);
    const made = await makeKeys(layout, files, online, options.keyType, passphrase);
    const holders = [...options.holders, ...made];
    const settings = settingsFor(options, holders);
    const proposal = firstProposal({ layout, files, clock, settings }, planFor(roles, holders));
    for (const { id } of pendingProposals(layout, files)) dropProposal(layout, files, id);
    keepProposal(layout, files, proposal);
    writeSettings(layout, files, settings);
    return proposal;
  });
}

/** The root that readers of an existing feed are enrolled with. Throws `feed-missing`, `feed-damaged`, `feed-unsigned`. */
export function feedRoot(folder: string, files: Files = systemFiles): EnrolledRoot {
  const layout = feedLayout(folder);
  const bytes = newestRoot(layout, files, readSettings(layout, files));
  return { bytes, sha256: sha256(bytes) };
}

function open(folder: string, options: InitOptions & { readonly holders?: readonly PublicKey[] }) {
  const files = options.files ?? systemFiles;
  const layout = feedLayout(folder);
  refuseExisting(layout, files);
  checkSettings(settingsFor(options, options.holders ?? []), 'a feed');
  // A web server of another user goes through this folder to `repository`, and reads nothing else.
  files.makeFolder(layout.folder, 0o711);
  for (const one of [layout.keys, layout.staged, layout.proposals]) files.makeFolder(one, 0o700);
  for (const one of [layout.repository, layout.metadata, layout.targets]) files.makeFolder(one, 0o755);
  return { layout, files, clock: options.clock ?? systemClock };
}

/** What is out is never made anew: its keys would be lost. Looked at again once nobody else can be making one. */
function refuseExisting(layout: FeedLayout, files: Files): void {
  const { folder } = layout;
  if (files.read(layout.settings)) {
    if (readSettings(layout, files).root.version === 0) return;
    throw new FeedError('feed-exists', `there is already a feed in ${folder}; choose another folder`);
  }
  if (!files.read(layout.released) && !files.read(path.join(layout.metadata, 'timestamp.json'))) return;
  throw new FeedError(
    'feed-exists',
    `there is a feed in ${folder} that was let out, and its feed.json is missing; restore that from a copy, or choose another folder`,
  );
}

type Roles = ReadonlyMap<RoleName, RoleOptions>;

function rolesOf(options: InitOptions, holders: readonly PublicKey[]): Roles {
  const all = { holders: holders.map(({ holder }) => holder), threshold: Math.floor(holders.length / 2) + 1 };
  const offline = (name: RoleName) => holders.length > 0 && (name === 'root' || name === 'targets');
  const byDefault = (name: RoleName) => (offline(name) ? all : { holders: [name], threshold: 1 });
  const roles = new Map(roleNames.map((name) => [name, options.roles?.[name] ?? byDefault(name)]));
  for (const [name, { holders, threshold }] of roles) {
    if (!holders.every((holder) => holderPattern.test(holder)) || new Set(holders).size !== holders.length) {
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

function holdersOf(roles: Roles): readonly string[] {
  return [...new Set([...roles.values()].flatMap(({ holders }) => holders))];
}

interface MadeKey {
  readonly holder: string;
  readonly key: Key;
  readonly signer: Signer;
}

async function makeKeys(
  layout: FeedLayout,
  files: Files,
  holders: readonly string[],
  type: KeyType = 'ed25519',
  passphrase: Passphrase,
): Promise<readonly MadeKey[]> {
  const made: MadeKey[] = [];
  for (const holder of holders) {
    const phrase = await strongPassphrase(passphrase, holder);
    const key = createKey(type);
    files.write(keyFile(layout, holder), encryptedPkcs8(key, phrase), { mode: 0o600 });
    made.push({ holder, key: tufKey(key), signer: memorySigner(key) });
  }
  return made;
}

function settingsFor(options: InitOptions, holders: readonly PublicKey[]): FeedSettings {
  return {
    format: 1,
    name: options.name,
    root: { version: 0, sha256: '-' },
    holders: holders.map(({ holder, key }) => ({ holder, keyId: key.keyID })),
    expiryDays: { ...defaultExpiryDays, ...options.expiryDays },
  };
}

function planFor(roles: Roles, holders: readonly PublicKey[]): KeyPlan {
  const plan = new Map(
    [...roles].map(([role, { holders: names, threshold }]) => {
      const keys = names.flatMap((name) => holders.filter(({ holder }) => holder === name).map(({ key }) => key));
      return [role as string, { keys, threshold }];
    }),
  );
  for (const [role, one] of plan) checkPlan(role, one);
  return plan;
}

function firstProposal(at: Pick<Press, 'layout' | 'files' | 'clock' | 'settings'>, first: KeyPlan): Proposal {
  const proposal = draftProposal(at, undefined, { first });
  if (!proposal) throw new Error('a new feed has nothing to sign');
  return proposal;
}
