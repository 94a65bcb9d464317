import { sign, X509Certificate } from 'node:crypto';
import { sequence, tagged } from '../../feed/der.ts';
import { readCertificate } from '../../feed/ocs/certificate.ts';
import { checkValidity, verifyChain } from '../../feed/ocs/chain.ts';
import { readDer, sequenceOf } from '../../feed/ocs/der.ts';
import { OcsError } from '../../feed/ocs/errors.ts';
import { checkRevocation, revocationListsFrom } from '../../feed/ocs/revocation.ts';
import { crl } from '../../feed/ocs/testing/crl.ts';
import { algorithm } from '../../feed/ocs/testing/encode.ts';
import { anchor, type Identity } from '../../feed/ocs/testing/pki.ts';
import { issuer, leaf, purposes, root, signedAt } from '../../feed/ocs/testing/publisher.ts';
import { must, mustEqual } from '../engine/check.ts';
import { behind } from '../engine/mutate.ts';
import { mutateDer } from '../engine/mutate-der.ts';
import { type OpenTarget, type Outcome, outcomeOf } from '../engine/target.ts';

/** What is signed in a certificate or a list. */
export function toBeSigned(der: Buffer): Buffer {
  return sequenceOf(readDer(der, 'seed'), 'seed')[0]?.bytes ?? Buffer.alloc(0);
}

/** Whatever stands there, signed by that key (P-256): a certificate or a list. */
export function sealed(body: Buffer, by: Identity): Buffer {
  const kind = algorithm('1.2.840.10045.4.3.2');
  return sequence(body, kind, tagged(0x03, Buffer.of(0), sign('sha256', body, by.key)));
}

/** Serial numbers as these identities have, and keys on P-256, put in place of those of an earlier run. */
export function renewed(body: Buffer, serial: Buffer, key: Buffer): Buffer {
  const copy = Buffer.from(body);
  for (let at = copy.indexOf('020c41', 0, 'hex'); at >= 0; at = copy.indexOf('020c41', at + 1, 'hex'))
    serial.copy(copy, at + 2);
  const start = key.subarray(0, 27);
  for (let at = copy.indexOf(start); at >= 0; at = copy.indexOf(start, at + 1)) key.copy(copy, at);
  return copy;
}

const spki = ({ publicKey }: Identity) => publicKey.export({ format: 'der', type: 'spki' });

/**
 * First byte: whether it is the leaf or the issuer; the rest is what its issuer signs, whatever it says. Where the chain is believed,
 * OpenSSL reads the same of these certificates.
 */
export function openChain(): OpenTarget {
  const anchors = [anchor(root)];
  return {
    seeds: [
      Buffer.concat([Buffer.from('L'), toBeSigned(leaf.der)]),
      Buffer.concat([Buffer.from('I'), toBeSigned(issuer.der)]),
    ],
    most: 8 * 1024,
    mutate: behind(1, mutateDer),
    run: (input) => {
      const body = input.subarray(1);
      const ders =
        input[0] === 0x49
          ? [leaf.der, sealed(renewed(body, issuer.serial, spki(issuer)), root)]
          : [sealed(body, issuer), issuer.der];
      return outcomeOf(() => {
        const certificates = ders.map((der) => readCertificate(der, 'it'));
        const chain = verifyChain({ certificates, anchors, purposes, only: false, whose: 'signer' });
        checkValidity(chain, 'signer', signedAt, 'now');
        agreesWithOpenSsl(ders);
      }, OcsError);
    },
  };
}

function agreesWithOpenSsl(ders: readonly Buffer[]): void {
  const [first, second, top] = [...ders, root.der].map((der) => new X509Certificate(der));
  if (!first || !second || !top) return;
  must(!first.ca, 'OpenSSL takes the leaf for an authority');
  for (const purpose of purposes) must(first.keyUsage?.includes(purpose) ?? false, `OpenSSL does not see ${purpose}`);
  must(second.ca && top.ca, 'OpenSSL takes the issuer for no authority');
  must(first.checkIssued(second) && second.checkIssued(top), 'OpenSSL sees another issuer');
  must(first.verify(second.publicKey) && second.verify(top.publicKey), 'OpenSSL sees no signature that holds');
  for (const { validFromDate, validToDate } of [first, second])
    must(validFromDate.getTime() <= signedAt && signedAt <= validToDate.getTime(), 'OpenSSL reads other times');
}

/**
 * First byte `S`: what an issuer signs as its revocation list, whatever it says; otherwise a file with lists. A list that names the
 * signer refuses it; one that is taken without a word is signed by the issuer and is the same when read again.
 */
export function openRevocation(): OpenTarget {
  const chain = verifyChain({
    certificates: [leaf, issuer].map(({ der }) => readCertificate(der, 'it')),
    anchors: [anchor(root)],
    purposes,
    only: false,
    whose: 'signer',
  });
  const seeds = [
    crl(issuer, { revoked: [{ of: leaf, at: signedAt + 1 }] }),
    crl(issuer, { revoked: [{ of: root, at: 0, invalidSince: 1 }] }),
    crl(issuer, { nextUpdate: null }),
  ];
  return {
    seeds: [
      ...seeds.map((der) => Buffer.concat([Buffer.from('S'), toBeSigned(der)])),
      ...seeds.slice(0, 1),
      `-----BEGIN X509 CRL-----\n${seeds[0]?.toString('base64')}\n-----END X509 CRL-----\n`,
    ],
    words: ['-----BEGIN X509 CRL-----', '-----END X509 CRL-----'],
    most: 64 * 1024,
    mutate: behind(1, mutateDer),
    run: (input) => {
      const isSealed = input[0] === 0x53;
      const bytes = isSealed ? sealed(renewed(input.subarray(1), leaf.serial, spki(issuer)), issuer) : input;
      return outcomeOf(() => {
        const lists = revocationListsFrom(bytes, 'it');
        mustEqual(revocationListsFrom(Buffer.from(bytes), 'it'), lists, 'read twice, it is not the same');
        const since = lists[0]?.revoked.get(leaf.serial.toString('hex'));
        const own = lists[0]?.issuer.equals(chain.leaf.issuer) ?? false;
        const outcome = checked(() => checkRevocation(chain, 'signer', lists, signedAt, signedAt));
        if (isSealed && own && since !== undefined && since <= signedAt)
          must(outcome === 'refused', 'a revoked signer is believed');
        if (!isSealed && own) must(outcome === 'refused', 'a list is believed that nobody signed');
      }, OcsError);
    },
  };
}

function checked(work: () => unknown): Outcome {
  return outcomeOf(work, OcsError);
}
