import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { publisherTrust } from './microsoft.ts';
import { oids } from './oids.ts';
import { anchor, extension, type Identity, type IssueOptions, issue, rsaKeys } from './testing/pki.ts';
import {
  issuer,
  judged,
  leaf,
  now,
  outcome,
  purposes,
  root,
  signed,
  signedAt,
  timeRoot,
  trust,
} from './testing/publisher.ts';

const keys = rsaKeys();
const leafOf = (options: IssueOptions) => issue('Leaf', { issuer, purposes, keys, ...options });
const by = (first: Identity, ...rest: Identity[]) => signed({ key: first, chain: [first, ...rest] });
const withText = async (from: RegExp, to: string) => {
  const text = await signed();
  const found = text.replace(from, to);
  expect(found).not.toBe(text);
  return outcome(found);
};

describe('a chain is believed', () => {
  it('with the root in the document, and without', async () => {
    expect(outcome(await by(leaf, issuer))).toBe('good');
    expect(outcome(await by(leaf, issuer, root))).toBe('good');
  });

  it('when the root is pinned by its fingerprint alone, if the document brings it', async () => {
    const pinned = { ...trust, roots: [{ fingerprint: anchor(root).fingerprint }] };
    expect(outcome(await by(leaf, issuer, root), now, pinned)).toBe('good');
    expect(outcome(await by(leaf, issuer), now, pinned)).toBe('untrusted-root');
  });

  it('under a pinned root whose own signature is of a kind that is not accepted any more', async () => {
    const damaged = { ...root, der: Buffer.concat([root.der.subarray(0, -1), Buffer.of((root.der.at(-1) ?? 0) ^ 1)]) };
    const pinned = { ...trust, roots: [anchor(damaged)] };
    expect(outcome(await by(leaf, issuer, damaged), now, pinned)).toBe('good');
    expect(outcome(await by(leaf, issuer, damaged))).toBe('untrusted-root');
  });

  it('when the issuer is pinned, with all that stands above it in order', async () => {
    const pinned = { ...trust, roots: [anchor(issuer)] };
    expect(outcome(await by(leaf, issuer, root), now, pinned)).toBe('good');
    expect(outcome(await by(leaf, issuer, timeRoot), now, pinned)).toBe('chain');
  });

  it('for another publisher, with the usages that they name', async () => {
    const only = leafOf({ purposes: [oids.codeSigning] });
    const own = publisherTrust([anchor(root)], { ...trust, purposes: [oids.codeSigning] });
    expect(outcome(await by(only, issuer), now, own)).toBe('good');
  });

  it('without a countersignature, as long as the leaf is valid', async () => {
    const text = await signed({ timestamp: null });
    expect(outcome(text, signedAt)).toBe('good');
    expect(outcome(text, now)).toBe('validity');
    expect(outcome(text, Date.UTC(2020, 5, 1))).toBe('validity');
  });
});

describe('a leaf is refused', () => {
  it.each<[string, IssueOptions, string]>([
    ['without code signing', { purposes: [oids.exchangeXmlSigning] }, 'usage'],
    ['without the usage for Exchange', { purposes: [oids.codeSigning] }, 'usage'],
    ['with any usage instead of the two', { purposes: [oids.anyExtendedKeyUsage] }, 'usage'],
    [
      'with a usage twice',
      { purposes: [oids.codeSigning, oids.exchangeXmlSigning, oids.exchangeXmlSigning] },
      'certificate',
    ],
    ['that is a CA', { ca: true, keyUsage: 0x84 }, 'usage'],
    ['that may only encipher', { keyUsage: 0x20 }, 'usage'],
    [
      'with a critical extension that is not understood',
      { extensions: [extension('2.5.29.30', true, Buffer.of(0x30, 0))] },
      'certificate',
    ],
    ['not valid yet when it was countersigned', { from: Date.UTC(2022, 0, 1) }, 'validity'],
    ['expired when it was countersigned', { until: Date.UTC(2021, 0, 1) }, 'validity'],
  ])('%s', async (_name, options, code) => {
    expect(outcome(await by(leafOf(options), issuer))).toBe(code);
  });

  it('with an extension twice, or first in the list and no leaf of RSA, as soon as it is to sign', async () => {
    const twice = leafOf({ extensions: [extension(oids.basicConstraints, true, Buffer.of(0x30, 0))] });
    await expect(by(twice, issuer)).rejects.toMatchObject({ code: 'certificate' });
    await expect(signed({ chain: [issuer, leaf] })).rejects.toMatchObject({ code: 'algorithm' });
    const text = await signed();
    expect(outcome(text.replace(leaf.der.toString('base64'), twice.der.toString('base64')))).toBe('certificate');
    const [first, second] = [leaf, issuer].map(
      (one) => `<X509Certificate>${one.der.toString('base64')}</X509Certificate>`,
    );
    expect(outcome(text.replace(`${first}${second}`, `${second}${first}`))).toBe('chain');
  });

  it.each(['03020a80', '030100', '0304000000ff', '03020781', '03020000'])(
    'with a key usage that is no list of bits: %s',
    async (hex) => {
      const extensions = [extension(oids.keyUsage, true, Buffer.from(hex, 'hex'))];
      expect(outcome(await by(leafOf({ keyUsage: null, extensions }), issuer))).toBe('certificate');
    },
  );

  it('without any statement of usages', async () => {
    const found = issue('Leaf', { issuer, keys });
    expect(outcome(await by(found, issuer))).toBe('usage');
  });

  it('that signed itself, even when it is pinned', async () => {
    const self = issue('Self', { purposes, keys });
    expect(outcome(await by(self), now, { ...trust, roots: [anchor(self)] })).toBe('chain');
  });

  it('with a key of 1024 bits', async () => {
    const weak = leafOf({ keys: generateKeyPairSync('rsa', { modulusLength: 1024 }) });
    expect(outcome(await by(weak, issuer))).toBe('algorithm');
  });
});

describe('an issuer is refused', () => {
  const chainWith = (options: IssueOptions): Promise<string> => {
    const middle = issue('Middle', { ca: true, issuer: root, ...options });
    return by(leafOf({ issuer: middle }), middle);
  };
  it.each<[string, IssueOptions, string]>([
    ['that is no CA', { ca: false, keyUsage: 0x06 }, 'issuer'],
    ['that may not sign certificates', { keyUsage: 0x80 }, 'issuer'],
    ['that does not say what its key is for', { keyUsage: null }, 'issuer'],
    ['that is limited to other usages', { purposes: [oids.timeStamping] }, 'issuer'],
    ['that had expired', { until: Date.UTC(2021, 0, 1) }, 'validity'],
  ])('%s', async (_name, options, code) => {
    expect(outcome(await chainWith(options))).toBe(code);
  });

  it('that allows no issuer below it, when there is one', async () => {
    const second = issue('Second', { ca: true, issuer });
    expect(outcome(await by(leafOf({ issuer: second }), second, issuer))).toBe('issuer');
  });

  it('that has the right name and another key', async () => {
    const impostor = issue(issuer.name, { ca: true, issuer: root });
    expect(outcome(await by(leaf, impostor))).toBe('chain');
  });

  it('that is a leaf of the same publisher', async () => {
    const child = leafOf({ issuer: leaf });
    expect(outcome(await by(child, leaf, issuer))).toBe('issuer');
  });
});

describe('a list of certificates is refused', () => {
  const stranger = issue('Stranger', { ca: true });
  it.each<[string, readonly Identity[], string]>([
    ['in another order', [leaf, root, issuer], 'chain'],
    ['with the issuer of another before the root', [leaf, timeRoot, root], 'chain'],
    ['with one twice', [leaf, issuer, issuer], 'chain'],
    ['with one that does not belong', [leaf, issuer, root, stranger], 'chain'],
    ['without the issuer', [leaf], 'untrusted-root'],
    ['up to another root', [leafOf({ issuer: stranger }), stranger], 'untrusted-root'],
  ])('%s', async (_name, chain, code) => {
    expect(outcome(await signed({ chain }))).toBe(code);
  });

  it('with a root of the right name and another key', async () => {
    const impostor = issue(root.name, { ca: true });
    const middle = issue('Middle', { ca: true, issuer: impostor });
    expect(outcome(await by(leafOf({ issuer: middle }), middle, impostor))).toBe('untrusted-root');
    expect(outcome(await by(leafOf({ issuer: middle }), middle))).toBe('chain');
  });

  it('that is too long', async () => {
    const chain = Array.from({ length: 8 }, (_, index) => issue(`C${index}`, { ca: true }));
    await expect(signed({ chain: [leaf, ...chain] })).rejects.toMatchObject({ code: 'shape' });
  });

  it('with bytes after a certificate', async () => {
    const longer = { ...leaf, der: Buffer.concat([leaf.der, Buffer.of(0)]) };
    const text = (await signed()).replaceAll(leaf.der.toString('base64'), longer.der.toString('base64'));
    expect(outcome(text)).toBe('der');
  });
});

describe('the bare key is refused', () => {
  it('when it is not that of the certificate', async () => {
    expect(await withText(/<Modulus>[^<]*/, `<Modulus>${Buffer.alloc(256, 0xab).toString('base64')}`)).toBe(
      'key-mismatch',
    );
    expect(await withText(/<Exponent>AQAB/, '<Exponent>AQAD')).toBe('key-mismatch');
  });

  it('when it is written with zeros in front', async () => {
    expect(await withText(/<Exponent>AQAB/, '<Exponent>AAEAAQ==')).toBe('key-mismatch');
  });

  it('when it is missing, so that only a certificate is there', async () => {
    expect(await withText(/<KeyValue>.*<\/KeyValue>/, '')).toBe('shape');
  });

  it('when an attacker signs with it and leaves the certificates of the publisher there', async () => {
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const attacker = issue('Attacker', { purposes, keys: own });
    const text = await signed({ key: attacker, timestamp: null });
    expect(outcome(text, signedAt)).toBe('signature');
    const { n = '' } = own.publicKey.export({ format: 'jwk' });
    const bare = Buffer.from(n, 'base64url').toString('base64');
    expect(outcome(text.replace(/<Modulus>[^<]*/, `<Modulus>${bare}`), signedAt)).toBe('key-mismatch');
  });
});

it('says of a refusal what was refused and why', async () => {
  const verdict = judged(await signed({ timestamp: null }));
  expect(verdict).toEqual({
    ok: false,
    code: 'validity',
    reason:
      'signer: CN=Test XML Signing is valid from 2021-01-01T00:00:00.000Z to 2022-01-01T00:00:00.000Z, not at 2026-06-01T00:00:00.000Z (no countersignature says earlier)',
  });
});
