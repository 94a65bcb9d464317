import { expect, it } from 'vitest';
import { publishedCeremony } from '../../testing/ceremony.ts';
import { addTarget, proposeFeed } from '../index.ts';
import { reviewProposal } from './review.ts';

it('a proposal is refused with any one byte of what is to be signed changed', async () => {
  const { folder } = await publishedCeremony();
  await addTarget(folder, 'b.xml', Buffer.from('<b/>'));
  const { proposal } = await proposeFeed(folder, {});
  const now = Date.now();
  const signed = proposal.parts[0]?.signed ?? Buffer.alloc(0);
  let harmless = 0;
  for (let at = 0; at < signed.length; at += 1) {
    const bytes = Buffer.from(signed);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    try {
      reviewProposal({ ...proposal, parts: [{ role: 'targets', signed: bytes }] }, now);
      harmless += 1;
    } catch (error) {
      expect(error).toMatchObject({ code: 'proposal-invalid' });
    }
  }
  // Digits of the expiry, of lengths that the signatures would no longer cover, and of the version: all shown to the holder.
  expect(harmless).toBeLessThan(40);
});
