import { describe, expect, it } from 'vitest';
import { oids } from './oids.ts';
import { issue } from './testing/pki.ts';
import {
  issuer,
  judged,
  leaf,
  now,
  outcome,
  root,
  signed,
  signedAt,
  timeRoot,
  trust,
  tsa,
} from './testing/publisher.ts';
import { type TimestampOptions, timestamp } from './testing/tsa.ts';

const proper: TimestampOptions = { tsa, issuerName: timeRoot.name, certificates: [], at: signedAt };
const withTime = async (departure: Partial<TimestampOptions>, at = now) =>
  outcome(await signed({ timestamp: departure }), at);
const tsaOf = (options: Parameters<typeof issue>[1]) =>
  issue('Other TSA', { issuer: timeRoot, purposes: [oids.timeStamping], purposesCritical: true, ...options });
const swap = async (token: Buffer) => {
  const text = await signed();
  const found = text.replace(/(<CounterSignature[^>]*>)[^<]*/, `$1${token.toString('base64')}`);
  expect(found).not.toBe(text);
  return outcome(found);
};

describe('a countersignature is believed', () => {
  it('and says when the document was signed at the latest', async () => {
    expect(judged(await signed())).toMatchObject({
      countersignature: {
        at: signedAt,
        signer: { name: 'CN=Test Time Stamping', root: { name: 'CN=Test Time Root' } },
      },
      judgedAt: signedAt,
    });
  });

  it('with the root inside, with indefinite lengths outside, and without the mark critical', async () => {
    expect(await withTime({ certificates: [timeRoot] })).toBe('good');
    expect(await withTime({ indefinite: true })).toBe('good');
    expect(await withTime({ tsa: tsaOf({ purposesCritical: false }) })).toBe('good');
  });

  it('with an issuer between, in any order', async () => {
    const between = issue('Between', { ca: true, issuer: timeRoot });
    const under = tsaOf({ issuer: between });
    expect(await withTime({ tsa: under, issuerName: 'Between', certificates: [timeRoot, between] })).toBe('good');
  });

  it('when this machine is a little behind', async () => {
    expect(await withTime({}, signedAt - 60_000)).toBe('good');
  });
});

describe('a countersignature is refused', () => {
  it.each<[string, Partial<TimestampOptions>, string]>([
    ['over another value', { imprint: Buffer.alloc(32, 1) }, 'countersignature'],
    ['with a SHA-1 imprint', { imprintAlgorithm: '1.3.14.3.2.26', imprint: Buffer.alloc(20) }, 'algorithm'],
    ['with an MD5 imprint', { imprintAlgorithm: '1.2.840.113549.2.5', imprint: Buffer.alloc(16) }, 'algorithm'],
    ['that holds something else than a timestamp', { contentType: '1.2.840.113549.1.7.1' }, 'countersignature'],
    ['whose signed content type is another', { signedContentType: '1.2.840.113549.1.7.1' }, 'countersignature'],
    ['whose content was changed', { messageDigest: Buffer.alloc(32) }, 'countersignature'],
    ['that names another certificate', { named: leaf }, 'countersignature'],
    ['with another signature', { signature: Buffer.alloc(70, 1) }, 'countersignature'],
    ['with unsigned attributes', { unsigned: true }, 'countersignature'],
    ['with a certificate that has no part in it', { certificates: [issuer] }, 'countersignature'],
    ['with a certificate twice', { certificates: [tsa] }, 'countersignature'],
    ['that names a signer who is not there', { issuerName: 'Nobody' }, 'countersignature'],
    ['by somebody without the usage', { tsa: tsaOf({ purposes: [oids.codeSigning] }) }, 'usage'],
    ['by somebody without any usage', { tsa: issue('No Usage', { issuer: timeRoot }) }, 'usage'],
    [
      'by somebody with other usages besides',
      { tsa: tsaOf({ purposes: [oids.timeStamping, oids.codeSigning] }) },
      'usage',
    ],
    [
      'by somebody with the usage twice',
      { tsa: tsaOf({ purposes: [oids.timeStamping, oids.timeStamping] }) },
      'certificate',
    ],
    ['by the signer', { tsa: leaf, issuerName: issuer.name, certificates: [issuer, root] }, 'untrusted-root'],
    ['up to an unknown root', { tsa: tsaOf({ issuer: root }), issuerName: root.name }, 'untrusted-root'],
    ['by a certificate that had expired by then', { tsa: tsaOf({ until: signedAt - 1000 }) }, 'validity'],
    ['by a certificate that was not valid yet', { tsa: tsaOf({ from: signedAt + 1000 }) }, 'validity'],
    ['from the future', { at: now + 3_600_000 }, 'validity'],
    ['from after the leaf had expired', { at: Date.UTC(2023, 0, 1) }, 'validity'],
    ['from before the leaf was valid', { at: Date.UTC(2020, 6, 1) }, 'validity'],
  ])('%s', async (_name, departure, code) => {
    expect(await withTime(departure)).toBe(code);
  });

  it('taken from another document', async () => {
    expect(await swap(timestamp(Buffer.from('the signature of another document'), proper))).toBe('countersignature');
  });

  it('with bytes after it, cut off, or with indefinite lengths further inside', async () => {
    const token = timestamp(Buffer.from('x'), proper);
    expect(await swap(Buffer.concat([token, Buffer.of(0)]))).toBe('der');
    expect(await swap(token.subarray(0, -1))).toBe('der');
    expect(await swap(Buffer.from('3080060a', 'hex'))).toBe('countersignature');
    expect(
      await swap(Buffer.from('30800609 2a864886f70d010702 a080 3080 0000 0000 0000'.replaceAll(' ', ''), 'hex')),
    ).toBe('der');
  });

  it('larger than may be read', async () => {
    expect(await swap(Buffer.alloc(70_000, 0x30))).toBe('too-large');
  });

  it('with certificates beside it that are not those inside', async () => {
    const text = await signed();
    const beside = (der: Buffer) =>
      text.replace(
        '<CounterSignature',
        `<X509Data><X509Certificate>${der.toString('base64')}</X509Certificate></X509Data><CounterSignature`,
      );
    expect(outcome(beside(tsa.der))).toBe('good');
    expect(outcome(beside(leaf.der))).toBe('countersignature');
  });

  it('of another format', async () => {
    const text = await signed();
    expect(outcome(text.replace('cms-timestamp-message', 'pkcs7'))).toBe('shape');
  });

  it('under no pinned root at all', async () => {
    expect(outcome(await signed(), now, { ...trust, timestampRoots: [] })).toBe('untrusted-root');
  });
});

it('taking a bad countersignature away does not help once the leaf has expired', async () => {
  const text = await signed({ timestamp: { imprint: Buffer.alloc(32) } });
  expect(outcome(text.replace(/<Object[\s\S]*<\/Object>/, ''))).toBe('validity');
});
