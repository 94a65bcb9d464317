import { canonicalize } from '@tufjs/canonical-json';
import { Metadata, MetaFile, type Root, Signature, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import { sha256 } from '../digest.ts';
import { metadataDate, signedAtField, specVersion } from '../roles.ts';
import type { Signer } from './keys.ts';

export type AnyMetadata = Metadata<Root> | Metadata<Targets> | Metadata<Snapshot> | Metadata<Timestamp>;

/** Version and expiry (ms since the epoch) of a metadata file to be. */
export interface Edition {
  readonly version: number;
  readonly expiresAt: number;
}

const common = (edition: Edition) => ({
  version: edition.version,
  specVersion,
  expires: metadataDate(edition.expiresAt),
});

/** Unsigned `targets` metadata over these files. */
export function targetsMetadata(edition: Edition, targets: Readonly<Record<string, TargetFile>>): Metadata<Targets> {
  return new Metadata(new Targets({ ...common(edition), targets: { ...targets } }));
}

/** Unsigned `snapshot` metadata; naming length and hash of each file lets readers refuse before they parse. */
export function snapshotMetadata(edition: Edition, files: ReadonlyMap<string, MetaFile>): Metadata<Snapshot> {
  return new Metadata(new Snapshot({ ...common(edition), meta: Object.fromEntries(files) }));
}

/** Unsigned `timestamp` metadata, which also says when it was signed (ms since the epoch). */
export function timestampMetadata(edition: Edition, snapshot: MetaFile, signedAt: number): Metadata<Timestamp> {
  const unrecognizedFields = { [signedAtField]: metadataDate(signedAt) };
  return new Metadata(new Timestamp({ ...common(edition), snapshotMeta: snapshot, unrecognizedFields }));
}

/** What one metadata file says about another: version, length and SHA-256. */
export function metaFile(version: number, bytes: Uint8Array): MetaFile {
  return new MetaFile({ version, length: bytes.length, hashes: { sha256: sha256(bytes) } });
}

/** What `targets` says about a document. */
export function targetFile(name: string, bytes: Uint8Array): TargetFile {
  return new TargetFile({ path: name, length: bytes.length, hashes: { sha256: sha256(bytes) } });
}

/** Adds each signer's signature over the canonical form of the signed part (specification, section 4.2.1). */
export async function addSignatures(metadata: AnyMetadata, signers: readonly Signer[]): Promise<void> {
  const bytes = signedBytes(metadata);
  for (const signer of signers) {
    const sig = Buffer.from(await signer.sign(bytes)).toString('hex');
    metadata.signatures[signer.key.keyID] = new Signature({ keyID: signer.key.keyID, sig });
  }
}

/** What is signed: the canonical form of the signed part (specification, section 4.2.1). */
export function signedBytes(metadata: AnyMetadata): Buffer {
  return Buffer.from(canonicalize(metadata.signed.toJSON()));
}

/** The file as it is served. */
export function metadataBytes(metadata: AnyMetadata): Buffer {
  return Buffer.from(`${JSON.stringify(metadata.toJSON())}\n`);
}

/** `3.targets.json`; `timestamp.json` alone has no version in its name (specification, section 6.2). */
export function metadataFileName(role: string, version: number): string {
  return role === 'timestamp' ? 'timestamp.json' : `${version}.${role}.json`;
}

/** `ab12….CVE-2022-41040.xml`, in the folder of the target's path (specification, section 6.2). */
export function targetFileName(name: string, hash: string): string {
  const cut = name.lastIndexOf('/') + 1;
  return `${name.slice(0, cut)}${hash}.${name.slice(cut)}`;
}
