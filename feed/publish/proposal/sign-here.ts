import type { Signer } from '../keys.ts';
import type { Press } from '../release.ts';
import type { GatheredPart } from './gather.ts';
import type { PartReview } from './review.ts';
import type { PartSignature } from './signature-file.ts';

/** Signs, with the keys that are on this machine, what is still missing. Throws `passphrase-wrong`, `passphrase-missing`. */
export async function signHere(press: Press, parts: readonly GatheredPart[]): Promise<readonly PartSignature[]> {
  const signatures: PartSignature[] = [];
  for (const { review, needs } of parts) {
    for (const { need, signed, absent, met } of needs) {
      if (met) continue;
      const signers = await press.keys.available({
        ...need,
        keyIds: absent,
        threshold: need.threshold - signed.length,
      });
      signatures.push(...(await signPart(review, signers)));
    }
  }
  return signatures;
}

/** Signs all of it here. Throws `key-missing` for the first role whose threshold cannot be reached with the keys here. */
export async function signEverything(press: Press, review: readonly PartReview[]): Promise<readonly PartSignature[]> {
  const signatures: PartSignature[] = [];
  for (const part of review) {
    for (const need of part.needs) {
      const signers = await (need.optional ? press.keys.available(need) : press.keys.signersFor(need));
      signatures.push(...(await signPart(part, signers)));
    }
  }
  return signatures;
}

async function signPart({ role, signed }: PartReview, signers: readonly Signer[]): Promise<readonly PartSignature[]> {
  const signatures: PartSignature[] = [];
  for (const signer of signers) {
    const sig = Buffer.from(await signer.sign(signed)).toString('hex');
    signatures.push({ role, keyId: signer.key.keyID, sig });
  }
  return signatures;
}
