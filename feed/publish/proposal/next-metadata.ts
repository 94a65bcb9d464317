import { Metadata, MetadataKind, Root, type TargetFile, type Targets } from '@tufjs/models';
import { logRestartsField, metadataDate, productsField, specVersion } from '../../roles.ts';
import { type Edition, targetsMetadata } from '../metadata.ts';
import type { KeyPlan } from './key-plan.ts';

/** An unsigned root over this plan. */
export function nextRoot(edition: Edition, plan: KeyPlan, restarts: number): Metadata<Root> {
  const keys = [...plan.values()].flatMap((role) => role.keys);
  return new Metadata(
    Root.fromJSON({
      spec_version: specVersion,
      version: edition.version,
      expires: metadataDate(edition.expiresAt),
      consistent_snapshot: true,
      keys: Object.fromEntries(keys.map((key) => [key.keyID, key.toJSON()])),
      roles: Object.fromEntries(
        [...plan].map(([role, { keys, threshold }]) => [role, { keyids: keys.map(({ keyID }) => keyID), threshold }]),
      ),
      ...(restarts === 0 ? {} : { [logRestartsField]: restarts }),
    }),
  );
}

/**
 * Unsigned metadata of targets or a delegated role. `Delegations` is not in the package's index, so it comes in by the JSON
 * form. Every delegation is terminating: for what one role may speak, no other is asked.
 */
export function nextTargets(
  edition: Edition,
  targets: Readonly<Record<string, TargetFile>>,
  delegations: KeyPlan,
): Metadata<Targets> {
  const plain = targetsMetadata(edition, targets);
  if (delegations.size === 0) return plain;
  const keys = [...delegations.values()].flatMap((role) => role.keys);
  const value = {
    keys: Object.fromEntries(keys.map((key) => [key.keyID, key.toJSON()])),
    roles: [...delegations].map(([name, { keys, threshold, paths = [], products }]) => ({
      name,
      keyids: keys.map(({ keyID }) => keyID),
      threshold,
      terminating: true,
      paths: [...paths],
      ...(products ? { [productsField]: [...products] } : {}),
    })),
  };
  const signed = { ...plain.signed.toJSON(), delegations: value };
  return Metadata.fromJSON(MetadataKind.Targets, { signed, signatures: [] });
}
