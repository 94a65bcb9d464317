import type { KeyObject } from 'node:crypto';
import { canonicalize } from '@tufjs/canonical-json';
import { Key, Metadata, MetadataKind, MetaFile, Root, type Targets } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { createKey } from '../publish/keys.ts';
import {
  type AnyMetadata,
  metaFile,
  snapshotMetadata,
  targetFile,
  targetFileName,
  targetsMetadata,
  timestampMetadata,
} from '../publish/metadata.ts';
import { defaultExpiryDays, metadataDate, type RoleName, roleNames, specVersion } from '../roles.ts';
import { day } from './clock.ts';
import { signatureBy, testKey } from './keys.ts';

/** A role as the simulated publisher holds it. */
export interface SimulatedRole {
  keys: KeyObject[];
  threshold: number;
  version: number;
  expiresAt: number;
}

/** A delegated role and what it signs. */
export interface SimulatedDelegate extends SimulatedRole {
  readonly name: string;
  readonly paths: readonly string[];
  readonly terminating: boolean;
  readonly parent: string;
  /** Further roles that delegate to it. */
  readonly alsoFrom?: readonly string[];
  documents: Map<string, Buffer>;
}

/**
 * A repository in memory whose publisher can do anything, honest or not: set versions and expiry at will, sign with any
 * keys, leave things out. `served` is what a web server gives away; `release` builds it anew from the fields, one role at
 * a time can be built by itself. In the manner of tuf-conformance's simulator.
 */
export class SimulatedRepository {
  readonly served = new Map<string, Buffer>();
  readonly roles: Record<RoleName, SimulatedRole>;
  readonly delegates: SimulatedDelegate[] = [];
  documents = new Map<string, Buffer>();
  consistentSnapshot = true;
  /** When the timestamp says it was signed, ms since the epoch. */
  signedAt: number;
  /** Keys that sign a role in place of its own, for impostors and for thresholds missed. */
  readonly impostors = new Map<string, KeyObject[]>();

  /** `false`: snapshot and timestamp name versions only, neither length nor hash. */
  metaHashes = true;
  /** Versions that are claimed of a file, e.g. `snapshot.json`, in place of the true ones. */
  readonly claimed = new Map<string, number>();
  /** By role: changes the signed part before it is signed. */
  readonly edits = new Map<string, (signed: object) => void>();
  /** By role: changes the file after it was signed. */
  readonly damages = new Map<string, (file: { signatures: object[]; signed: object }) => void>();

  /** A role whose first key the root lists a second time, under the id `twin`. */
  twin: RoleName | undefined;

  constructor(now = Date.now()) {
    this.signedAt = now;
    const role = (name: RoleName): SimulatedRole => {
      return { keys: [createKey('ed25519')], threshold: 1, version: 1, expiresAt: now + defaultExpiryDays[name] * day };
    };
    this.roles = {
      root: role('root'),
      targets: role('targets'),
      snapshot: role('snapshot'),
      timestamp: role('timestamp'),
    };
  }

  /** A repository with one document, as `release` leaves it. */
  static async released(now = Date.now()): Promise<SimulatedRepository> {
    const repository = new SimulatedRepository(now);
    repository.documents.set('CVE-2022-41040.xml', Buffer.from('<mitigation id="CVE-2022-41040"/>'));
    await repository.buildRoot();
    await repository.build();
    return repository;
  }

  /** The root as it is served now. */
  get root(): Buffer {
    return this.file(`metadata/${this.roles.root.version}.root.json`);
  }

  /** A served file; throws when there is none. */
  file(name: string): Buffer {
    const bytes = this.served.get(name);
    if (!bytes) throw new Error(`the repository serves no ${name}`);
    return bytes;
  }

  /** A key as metadata has it. */
  keyOf(key: KeyObject): Key {
    return testKey(key);
  }

  /** Raises all versions but the root's and builds them. */
  async release(): Promise<void> {
    for (const role of ['targets', 'snapshot', 'timestamp'] as const) this.roles[role].version += 1;
    for (const delegate of this.delegates) delegate.version += 1;
    this.signedAt += 1000;
    await this.build();
  }

  /** Signs a further root with the keys of the one before as well as its own. */
  async rotateRoot(change: (roles: Record<RoleName, SimulatedRole>) => void): Promise<void> {
    const before = [...this.roles.root.keys];
    change(this.roles);
    this.roles.root.version += 1;
    await this.buildRoot([...new Set([...before, ...this.roles.root.keys])]);
  }

  async buildRoot(signers: readonly KeyObject[] = this.#signersOf('root', this.roles.root)): Promise<void> {
    const keys = new Map<string, Key>();
    for (const name of roleNames) for (const key of this.roles[name].keys) keys.set(testKey(key).keyID, testKey(key));
    const root = Root.fromJSON({
      spec_version: specVersion,
      version: this.roles.root.version,
      expires: metadataDate(this.roles.root.expiresAt),
      consistent_snapshot: this.consistentSnapshot,
      keys: Object.fromEntries([...keys].map(([id, key]) => [id, key.toJSON()])),
      roles: Object.fromEntries(roleNames.map((name) => [name, roleJson(this.roles[name])])),
    });
    const [twin] = this.twin ? this.roles[this.twin].keys : [];
    if (twin) root.keys.twin = Key.fromJSON('twin', testKey(twin).toJSON());
    this.#serve(`metadata/${this.roles.root.version}.root.json`, 'root', new Metadata(root), signers);
  }

  /** Documents, delegated roles, targets, snapshot and timestamp, from the fields as they stand. */
  async build(): Promise<void> {
    const meta = new Map<string, ReturnType<typeof metaFile>>();
    for (const delegate of this.delegates)
      meta.set(`${delegate.name}.json`, await this.#buildTargets(delegate.name, delegate));
    meta.set('targets.json', await this.#buildTargets('targets', this.roles.targets));
    const { snapshot, timestamp } = this.roles;
    const snapshotBytes = this.#serve(
      this.#named('snapshot', snapshot),
      'snapshot',
      snapshotMetadata(snapshot, meta),
      this.#signersOf('snapshot', snapshot),
    );
    const said = this.#meta('snapshot.json', snapshot.version, snapshotBytes);
    const signed = timestampMetadata(timestamp, said, this.signedAt);
    this.#serve('metadata/timestamp.json', 'timestamp', signed, this.#signersOf('timestamp', timestamp));
  }

  async #buildTargets(name: string, role: SimulatedRole & { documents?: Map<string, Buffer> }) {
    const documents = role.documents ?? this.documents;
    const targets = Object.fromEntries(
      [...documents].map(([document, bytes]) => [document, targetFile(document, bytes)]),
    );
    for (const [document, bytes] of documents) {
      const file = this.consistentSnapshot ? targetFileName(document, sha256(bytes)) : document;
      this.served.set(`targets/${file}`, bytes);
    }
    const metadata = withDelegations(
      targetsMetadata(role, targets),
      this.delegates.filter(({ parent, alsoFrom }) => parent === name || alsoFrom?.includes(name)),
    );
    const bytes = this.#serve(this.#named(name, role), name, metadata, this.#signersOf(name, role));
    return this.#meta(`${name}.json`, role.version, bytes);
  }

  #named(name: string, { version }: SimulatedRole): string {
    return `metadata/${this.consistentSnapshot ? `${version}.` : ''}${name}.json`;
  }

  #signersOf(name: string, role: SimulatedRole): readonly KeyObject[] {
    return this.impostors.get(name) ?? role.keys;
  }

  #meta(file: string, trueVersion: number, bytes: Buffer): MetaFile {
    const version = this.claimed.get(file) ?? trueVersion;
    return this.metaHashes ? metaFile(version, bytes) : new MetaFile({ version });
  }

  #serve(file: string, role: string, metadata: AnyMetadata, signers: readonly KeyObject[]): Buffer {
    const signed: object = JSON.parse(JSON.stringify(metadata.signed.toJSON()));
    this.edits.get(role)?.(signed);
    const covered = Buffer.from(canonicalize(signed));
    const signatures = signers.map((key) => ({ keyid: testKey(key).keyID, sig: signatureBy(key, covered) }));
    const whole = { signatures, signed };
    this.damages.get(role)?.(whole);
    const bytes = Buffer.from(`${JSON.stringify(whole)}\n`);
    this.served.set(file, bytes);
    return bytes;
  }
}

function roleJson({ keys, threshold }: SimulatedRole) {
  return { keyids: keys.map((key) => testKey(key).keyID), threshold };
}

/** `Delegations` is not in the package's index, so it comes in by the JSON form. */
function withDelegations(metadata: Metadata<Targets>, delegates: readonly SimulatedDelegate[]): Metadata<Targets> {
  if (delegates.length === 0) return metadata;
  const keys = delegates.flatMap((delegate) => delegate.keys.map(testKey));
  const delegations = {
    keys: Object.fromEntries(keys.map((key) => [key.keyID, key.toJSON()])),
    roles: delegates.map(({ name, paths, terminating, ...role }) => ({
      name,
      paths: [...paths],
      terminating,
      ...roleJson(role),
    })),
  };
  const signed = { ...metadata.signed.toJSON(), delegations };
  return Metadata.fromJSON(MetadataKind.Targets, { signed, signatures: [] });
}
