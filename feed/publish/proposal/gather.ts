import { type Metadata, type Root, Signature, type Targets } from '@tufjs/models';
import { FeedError } from '../../errors.ts';
import { verifies } from '../verify-signature.ts';
import type { PartReview } from './review.ts';
import type { Need } from './review-needs.ts';
import { nameOf } from './review-roles.ts';
import type { PartSignature } from './signature-file.ts';

/** How far a quorum has come. */
export interface NeedState {
  readonly need: Need;
  readonly signed: readonly string[];
  readonly absent: readonly string[];
  readonly met: boolean;
}

/** A part with the signatures that are good. */
export interface GatheredPart {
  readonly review: PartReview;
  readonly signatures: readonly PartSignature[];
  readonly needs: readonly NeedState[];
}

/** Puts signatures to the parts; those that do not verify, or by keys that do not count, are left out. Pure. */
export function gather(review: readonly PartReview[], signatures: readonly PartSignature[]): readonly GatheredPart[] {
  return review.map((part) => {
    const keys = new Map(part.needs.flatMap(({ keys }) => [...keys]));
    const good = new Map<string, PartSignature>();
    for (const signature of signatures) {
      const key = keys.get(signature.keyId);
      if (signature.role !== part.role || !key) continue;
      if (verifies(key, part.signed, Buffer.from(signature.sig, 'hex'))) good.set(signature.keyId, signature);
    }
    const needs = part.needs.map((need) => {
      const signed = need.keyIds.filter((id) => good.has(id));
      return { need, signed, absent: need.keyIds.filter((id) => !good.has(id)), met: signed.length >= need.threshold };
    });
    return { review: part, signatures: [...good.values()], needs };
  });
}

/** Throws `signatures-missing`, naming who has not signed, unless every quorum is met. */
export function requireSignatures(parts: readonly GatheredPart[], names: ReadonlyMap<string, string>): void {
  const missing = parts.flatMap(({ review, needs }) =>
    needs.filter(({ met, need }) => !met && !need.optional).map((state) => sentence(review.role, state, names)),
  );
  if (missing.length > 0) throw new FeedError('signatures-missing', `nothing was published: ${missing.join('; ')}`);
}

/** The metadata of a part with all good signatures. */
export function signedMetadata({ review, signatures }: GatheredPart): Metadata<Root> | Metadata<Targets> {
  const { metadata } = review;
  metadata.signatures = Object.fromEntries(
    signatures.map(({ keyId, sig }) => [keyId, new Signature({ keyID: keyId, sig })]),
  );
  return metadata;
}

function sentence(role: string, { need, signed, absent }: NeedState, names: ReadonlyMap<string, string>): string {
  const who = absent.map((id) => nameOf(id, names)).join(', ');
  const why = need.why === 'as things are' ? '' : ` by ${need.why}`;
  return `${role} has ${signed.length} of the ${need.threshold} signatures${why} that it needs; still to sign: ${who}`;
}
