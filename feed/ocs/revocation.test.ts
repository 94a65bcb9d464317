import { beforeAll, describe, expect, it } from 'vitest';
import { pem } from '../der.ts';
import type { OcsVerdict } from './index.ts';
import { type RevocationList, revocationListsFrom } from './revocation.ts';
import { type CrlOptions, crl, listOf, strange } from './testing/crl.ts';
import { issue } from './testing/pki.ts';
import { issuer, judged, leaf, now, root, signed, signedAt, timeRoot, trust, tsa } from './testing/publisher.ts';

const day = 86_400_000;
let document: string;
beforeAll(async () => {
  document = await signed();
});

const against = (...revocationLists: readonly RevocationList[]): OcsVerdict =>
  judged(document, now, { ...trust, revocationLists });
const code = (verdict: OcsVerdict) => (verdict.ok ? 'good' : verdict.code);
const whole = () => [listOf(issuer), listOf(root), listOf(timeRoot)];

describe('revocation', () => {
  it('is not checked where no list is given, and the verdict says so', () => {
    expect(against()).toMatchObject({ ok: true, notChecked: [expect.stringMatching(/^Revocation: not checked/)] });
  });

  it('is checked for every certificate of which there is a list, and the verdict names the others', () => {
    expect(against(...whole())).toMatchObject({ ok: true, notChecked: [] });
    expect(against(listOf(issuer))).toMatchObject({
      ok: true,
      notChecked: [
        expect.stringContaining('Test Issuer: not checked'),
        expect.stringContaining('Test Time Stamping: not checked'),
      ],
    });
  });

  it.each<[string, () => RevocationList]>([
    ['the signer', () => listOf(issuer, { revoked: [{ of: leaf, at: signedAt - day }] })],
    ['the signer, at the very moment that counts', () => listOf(issuer, { revoked: [{ of: leaf, at: signedAt }] })],
    [
      'the signer, whose key was in wrong hands before',
      () => listOf(issuer, { revoked: [{ of: leaf, at: now, invalidSince: signedAt - day }] }),
    ],
    ['the issuer', () => listOf(root, { revoked: [{ of: issuer, at: signedAt - day }] })],
    ['the timestamp authority', () => listOf(timeRoot, { revoked: [{ of: tsa, at: signedAt - day }] })],
  ])('of %s by the countersigned time refuses the document', (_who, list) => {
    expect(code(against(...whole(), list()))).toBe('revoked');
  });

  it('of the signer after the countersigned time leaves what was signed before', () => {
    expect(code(against(...whole(), listOf(issuer, { revoked: [{ of: leaf, at: signedAt + day }] })))).toBe('good');
  });

  it('of somebody else is no matter', () => {
    expect(code(against(listOf(issuer, { revoked: [{ of: tsa, at: signedAt - day }] })))).toBe('good');
  });

  it('by a list that has run out is said to be so, and what stands on it counts', () => {
    const old = { nextUpdate: now - day };
    expect(against(listOf(issuer, old), listOf(root), listOf(timeRoot))).toMatchObject({
      ok: true,
      notChecked: [expect.stringMatching(/checked against a list that was good until 2026-05-31/)],
    });
    expect(code(against(listOf(issuer, { ...old, revoked: [{ of: leaf, at: signedAt - day }] })))).toBe('revoked');
    expect(code(against(listOf(issuer, { nextUpdate: null })))).toBe('good');
  });

  it('by a list that its issuer has not signed refuses the document', () => {
    expect(code(against(listOf(issuer, { signer: root })))).toBe('chain');
    expect(code(against(listOf(issuer, { signer: issue('Test Issuer', { ca: true }) })))).toBe('chain');
  });
});

describe('a revocation list', () => {
  it('is read from PEM, several in a file, and from DER', () => {
    const both = `${pem('X509 CRL', crl(issuer))}\n${pem('X509 CRL', crl(root))}`;
    expect(revocationListsFrom(Buffer.from(both), 'file')).toHaveLength(2);
    expect(revocationListsFrom(crl(issuer), 'file')).toHaveLength(1);
  });

  it.each<[string, CrlOptions, string]>([
    ['of version 1', { version: 0 }, 'certificate'],
    ['that covers only a part', { extensions: [strange('2.5.29.28')] }, 'certificate'],
    ['that has only changes', { extensions: [strange('2.5.29.27')] }, 'certificate'],
    ['with an entry of another issuer', { revoked: [{ of: leaf, at: now, critical: '2.5.29.29' }] }, 'certificate'],
  ])('%s is refused', (_name, options, expected) => {
    expect(() => listOf(issuer, options)).toThrow(expect.objectContaining({ code: expected }));
  });
});
