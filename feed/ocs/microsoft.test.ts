import { describe, expect, it } from 'vitest';
import { readOcsContent } from './content.ts';
import { microsoftTrust } from './microsoft.ts';
import { captured, changed, changeEach, range, verdict } from './testing/captured.ts';
import { verifyOcs } from './verify.ts';

const bytes = captured ?? Buffer.alloc(0);
const text = bytes.toString('utf8');
const now = Date.UTC(2026, 6, 15);

describe.skipIf(!captured)('the document captured from Microsoft in 2021 (skipped where ../shared is absent)', () => {
  it('is believed long after its certificate has expired, by its countersignature', () => {
    expect(verdict(bytes)).toMatchObject({
      ok: true,
      signer: {
        name: expect.stringContaining('CN=Microsoft Exchange XML Signing'),
        validUntil: Date.UTC(2022, 5, 9, 18, 44, 12),
        root: { sha256: '847df6a78497943f27fc72eb93f9a637320a02b561d0a91b09e87a7807ed7c61' },
      },
      countersignature: {
        at: Date.UTC(2021, 8, 15, 16, 42, 8, 621),
        signer: { root: { sha256: 'df545bf919a2439c36983b54cdfc903dfa4f37d3996d8d84b4c31eec6f3c163e' } },
      },
      judgedAt: Date.UTC(2021, 8, 15, 16, 42, 8, 621),
    });
  });

  it('holds the heartbeat and nothing else', () => {
    const found = verdict(bytes);
    const content = found.ok ? readOcsContent(found.content) : undefined;
    expect(content?.configs.map((config) => [config.id, config.actions.map((action) => action.type)])).toEqual([
      ['PING1', ['DoNothing']],
    ]);
  });

  it('is believed with line feeds as line ends too, and with a byte order mark', () => {
    expect(text).toContain('\r\n');
    expect(verdict(text.replaceAll('\r\n', '\n')).ok).toBe(true);
    expect(verdict(`\ufeff${text}`).ok).toBe(true);
  });

  it('is refused before it was countersigned', () => {
    expect(verdict(bytes, Date.UTC(2021, 8, 1))).toMatchObject({ ok: false, code: 'validity' });
  });

  it('is refused under other roots, for the signer as for the time', () => {
    const trust = microsoftTrust();
    const other = [{ fingerprint: 'ab'.repeat(32) }];
    const codes = [
      { ...trust, roots: other },
      { ...trust, timestampRoots: other },
    ].map((one) => {
      const found = verifyOcs(bytes, one, now);
      return found.ok ? 'good' : found.code;
    });
    expect(codes).toEqual(['untrusted-root', 'untrusted-root']);
  });

  it('is refused when a further key usage is asked for', () => {
    const trust = microsoftTrust();
    const found = verifyOcs(bytes, { ...trust, purposes: [...trust.purposes, '1.2.3.4'] }, now);
    expect(found).toMatchObject({ ok: false, code: 'usage' });
  });

  it('is refused after a change in the attribute certificate of its countersignature, which no signature covers', () => {
    const [from, to] = attributeCertificate();
    const { tried, believed } = changeEach(range(from, to, 27));
    expect(tried).toBeGreaterThan(30);
    expect(believed).toEqual([]);
    expect(verdict(changed(from + 600))).toMatchObject({
      code: 'countersignature',
      reason: expect.stringMatching(
        /attribute certificate that is not known \(SHA-256 [0-9a-f]{64}\); no signature covers it/,
      ),
    });
  });

  it('is believed with another attribute certificate where that is named, or where any are left unread', () => {
    const [from] = attributeCertificate();
    const refused = verdict(changed(from + 600));
    const digest = refused.ok ? '' : (/SHA-256 ([0-9a-f]{64})/.exec(refused.reason)?.[1] ?? '');
    for (const attributeCertificates of [[digest], 'any'] as const) {
      const found = verifyOcs(changed(from + 600), { ...microsoftTrust(), attributeCertificates }, now);
      expect(found).toEqual(verdict(bytes));
    }
  });
});

/** Characters of the base64 of the countersignature that hold the 731 bytes of the attribute certificate alone. */
function attributeCertificate(): readonly [number, number] {
  const start = text.indexOf('>', text.indexOf('<CounterSignature')) + 1;
  const der = Buffer.from(text.slice(start, text.indexOf('</CounterSignature>')), 'base64');
  const at = der.indexOf(Buffer.from('a18202d730820240', 'hex'));
  return [start + Math.ceil(((at + 4) * 4) / 3), start + Math.floor(((at + 731) * 4) / 3)];
}
