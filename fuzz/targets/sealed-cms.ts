import { createHash, X509Certificate } from 'node:crypto';
import { OcsError } from '../../feed/ocs/errors.ts';
import { oids } from '../../feed/ocs/oids.ts';
import { anchor } from '../../feed/ocs/testing/pki.ts';
import { signedAt, timeRoot, tsa } from '../../feed/ocs/testing/publisher.ts';
import { signedAttributes, timestamp, timestampInfo } from '../../feed/ocs/testing/tsa.ts';
import { type Timestamp, verifyTimestamp } from '../../feed/ocs/timestamp.ts';
import { must } from '../engine/check.ts';
import { behind } from '../engine/mutate.ts';
import { mutateDer } from '../engine/mutate-der.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';
import { renewed, sealed, toBeSigned } from './sealed-pki.ts';

const value = Buffer.from('the value of a signature');
const proper = { tsa, issuerName: timeRoot.name, certificates: [], at: signedAt };
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
const info = timestampInfo(signedAt, hash(value));
/** Stands in kept inputs for the digest of the authority's certificate, which each run has another of. */
const anyDigest = Buffer.alloc(32, '*');
const trust = { timestampRoots: [anchor(timeRoot)], attributeCertificates: [] };

/** What may be said freely, and signed by the authority, or by its root, all the same; and what must hold when it is believed. */
interface Seal {
  readonly seed: Buffer;
  readonly token: (said: Buffer) => Buffer;
  readonly check: (said: Buffer, found: Timestamp) => void;
}

const seals: ReadonlyMap<string, Seal> = new Map<string, Seal>([
  ['I', { seed: info, token: (said) => timestamp(value, { ...proper, info: said }), check: checkInfo }],
  [
    'A',
    {
      seed: signedAttributes(hash(info), anyDigest),
      token: (said) => timestamp(value, { ...proper, attributes: withDigest(said) }),
      check: checkAttributes,
    },
  ],
  [
    'C',
    {
      seed: toBeSigned(tsa.der),
      token: (said) => timestamp(value, { ...proper, certificate: certificateOf(said) }),
      check: (said) => checkCertificate(certificateOf(said)),
    },
  ],
  ['T', { seed: timestamp(value, proper), token: (said) => said, check: checkToken }],
]);

/**
 * A countersignature of which one part may say what it likes, and is signed all the same: by the first byte the timestamp (`I`), the
 * signed attributes (`A`), the authority's certificate (`C`), or nothing is signed anew (`T`).
 */
export function openSealedCms(): OpenTarget {
  return {
    seeds: [...seals].map(([mark, { seed }]) => Buffer.concat([Buffer.from(mark), seed])),
    most: 16 * 1024,
    mutate: behind(1, mutateDer),
    run: (input) => {
      const seal = seals.get(input.toString('latin1', 0, 1));
      if (!seal) return 'refused';
      const said = input.subarray(1);
      const token = seal.token(said);
      return outcomeOf(() => seal.check(said, verifyTimestamp({ token, certificates: [] }, value, trust)), OcsError);
    },
  };
}

/** The time is one that stands there, and the imprint that of the value, looked for without taking DER apart. */
function checkInfo(said: Buffer, { at }: Timestamp): void {
  const imprints = ['sha256', 'sha384', 'sha512'].map((name) => createHash(name).update(value).digest());
  must(
    imprints.some((imprint) => said.includes(imprint)),
    'the imprint is of something else',
  );
  const second = new Date(at).toISOString().replace(/[-:T]|\.\d+Z$/g, '');
  must(said.includes(second), `it does not say ${second}`);
}

function checkAttributes(said: Buffer, { at }: Timestamp): void {
  must(said.includes(hash(info)), 'the digest is of something else');
  must(withDigest(said).includes(hash(tsa.der)), 'the certificate is another');
  must(at === signedAt, 'the time is another');
}

function checkCertificate(der: Buffer): void {
  const x509 = new X509Certificate(der);
  must(!x509.ca, 'OpenSSL takes the authority for an issuer of certificates');
  must(x509.keyUsage?.join() === oids.timeStamping, 'OpenSSL sees other key usages');
  must(x509.verify(timeRoot.publicKey) && x509.checkIssued(new X509Certificate(timeRoot.der)), 'another issued it');
  must(x509.validFromDate.getTime() <= signedAt && signedAt <= x509.validToDate.getTime(), 'OpenSSL reads other times');
}

function checkToken(said: Buffer, { at }: Timestamp): void {
  must(at === signedAt && said.includes(info), 'something is believed that nobody signed');
}

function withDigest(said: Buffer): Buffer {
  const at = said.indexOf(anyDigest);
  return at < 0 ? said : Buffer.concat([said.subarray(0, at), hash(tsa.der), said.subarray(at + anyDigest.length)]);
}

function certificateOf(said: Buffer): Buffer {
  return sealed(renewed(said, tsa.serial, tsa.publicKey.export({ format: 'der', type: 'spki' })), timeRoot);
}
