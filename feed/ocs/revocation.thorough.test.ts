import { expect, it } from 'vitest';
import { type RevocationList, revocationListsFrom } from './revocation.ts';
import { crl } from './testing/crl.ts';
import { issuer, judged, leaf, now, signed, signedAt, trust } from './testing/publisher.ts';

it('a revocation list cut off or changed anywhere is refused, or not signed', async () => {
  const document = await signed();
  const good = crl(issuer, { revoked: [{ of: leaf, at: signedAt - 86_400_000 }] });
  for (let at = 0; at < good.length; at += 1) {
    const changed = Buffer.from(good);
    changed[at] = (changed[at] ?? 0) ^ 1;
    let lists: readonly RevocationList[] = [];
    try {
      lists = revocationListsFrom(changed, 'list');
    } catch (error) {
      expect(error).toMatchObject({ name: 'OcsError' });
      continue;
    }
    // A list that is of nobody known now leaves the certificate unchecked, and the verdict says so.
    const verdict = judged(document, now, { ...trust, revocationLists: lists });
    if (verdict.ok) expect(verdict.notChecked.join()).toContain('Test XML Signing: not checked');
    else expect(['chain', 'algorithm']).toContain(verdict.code);
  }
  for (const length of [0, 1, 10, good.length - 1]) {
    expect(() => revocationListsFrom(good.subarray(0, length), 'list')).toThrow(
      expect.objectContaining({ code: 'der' }),
    );
  }
});
