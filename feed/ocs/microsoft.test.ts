import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOcsContent } from './content.ts';
import { microsoftTrust } from './microsoft.ts';
import { verifyOcs } from './verify.ts';

const file = path.join(import.meta.dirname, '../../../shared/fixtures/ocs-2021-ping1.xml');
const present = existsSync(file);
const bytes = present ? readFileSync(file) : Buffer.alloc(0);
const text = bytes.toString('utf8');
const now = Date.UTC(2026, 6, 15);
/** Long: every one of some 19,000 positions in place of some 150. */
const everyByte = process.env.STOPGAP_EVERY_BYTE === '1';
const verdict = (document: string | Buffer, at = now) => verifyOcs(Buffer.from(document), microsoftTrust(), at);

describe.skipIf(!present)('the document captured from Microsoft in 2021 (skipped where ../shared is absent)', () => {
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

  it('is refused after any change of one byte in its content and its signed values, at every position or every seventh', () => {
    const spans = [
      [0, text.indexOf('<Signature xmlns')],
      ...['SignedInfo', 'SignatureValue', 'Exponent'].map((name) => spanOf(name)),
    ] as const;
    const { tried, believed } = changeEach(spans.flatMap(([from, to]) => range(from, to, everyByte ? 1 : 7)));
    expect(tried).toBeGreaterThan(everyByte ? 1200 : 170);
    expect(believed).toEqual([]);
  }, 3_600_000);

  it(`is refused after any change of one byte elsewhere, at ${everyByte ? 'every position' : 'some 150 positions'}`, () => {
    const { tried, believed } = changeEach(range(0, bytes.length, everyByte ? 1 : 127));
    expect(tried).toBeGreaterThan(everyByte ? 19_000 : 140);
    expect(believed).toEqual([]);
  }, 3_600_000);

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

function spanOf(name: string): readonly [number, number] {
  return [text.indexOf(`<${name}`), text.indexOf(`</${name}>`) + name.length + 3];
}

/** Characters of the base64 of the countersignature that hold the 731 bytes of the attribute certificate alone. */
function attributeCertificate(): readonly [number, number] {
  const start = text.indexOf('>', text.indexOf('<CounterSignature')) + 1;
  const der = Buffer.from(text.slice(start, text.indexOf('</CounterSignature>')), 'base64');
  const at = der.indexOf(Buffer.from('a18202d730820240', 'hex'));
  return [start + Math.ceil(((at + 4) * 4) / 3), start + Math.floor(((at + 731) * 4) / 3)];
}

function range(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, index) => from + index * step);
}

/** Another character of the same kind, so that base64 stays base64 and a name stays a name. */
function changed(at: number): Buffer {
  const copy = Buffer.from(bytes);
  const was = bytes[at] ?? 0;
  copy[at] = /[A-Za-z0-9]/.test(String.fromCharCode(was))
    ? was % 2 === 0
      ? was + 1
      : was - 1
    : was === 0x20
      ? 0x09
      : 0x41;
  return copy;
}

function changeEach(positions: readonly number[]): { tried: number; believed: readonly number[] } {
  return { tried: positions.length, believed: positions.filter((at) => verdict(changed(at)).ok) };
}
