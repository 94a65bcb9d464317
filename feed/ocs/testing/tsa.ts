import { createHash, sign } from 'node:crypto';
import { octets, sequence, tagged } from '../../der.ts';
import { oids } from '../oids.ts';
import { algorithm, bigInteger, commonName, dotted, generalizedTime } from './encode.ts';
import type { Identity } from './pki.ts';

/** How a timestamp is to differ from a proper one. */
export interface TimestampOptions {
  readonly tsa: Identity;
  readonly issuerName: string;
  /** Besides the signer's own. */
  readonly certificates: readonly Identity[];
  /** Ms since the epoch. */
  readonly at: number;
  readonly imprintAlgorithm?: string;
  readonly imprint?: Buffer;
  readonly contentType?: string;
  readonly signedContentType?: string;
  readonly messageDigest?: Buffer;
  readonly named?: Identity;
  readonly unsigned?: boolean;
  readonly signature?: Buffer;
  readonly indefinite?: boolean;
  /** In place of the `TSTInfo`, the signed attributes (content of the `SET`), the certificate of the authority: DER that says what it likes. */
  readonly info?: Buffer;
  readonly attributes?: Buffer;
  readonly certificate?: Buffer;
}

const sha256 = '2.16.840.1.101.3.4.2.1';

/** An RFC 3161 token over `value`. */
export function timestamp(value: Buffer, options: TimestampOptions): Buffer {
  const digest = algorithm(sha256, true);
  const imprint = options.imprint ?? hash(value);
  const info = options.info ?? timestampInfo(options.at, imprint, options.imprintAlgorithm);
  const named = hash(options.named?.der ?? options.certificate ?? options.tsa.der);
  const attributes =
    options.attributes ??
    signedAttributes(options.messageDigest ?? hash(info), named, options.signedContentType ?? oids.tstInfo);
  const signature = options.signature ?? sign('sha256', tagged(0x31, attributes), options.tsa.key);
  const signer = sequence(
    Buffer.of(2, 1, 1),
    sequence(commonName(options.issuerName), bigInteger(options.tsa.serial)),
    digest,
    tagged(0xa0, attributes),
    algorithm('1.2.840.10045.4.3.2'),
    octets(signature),
    ...(options.unsigned ? [tagged(0xa1, attribute('1.2.3', Buffer.of(5, 0)))] : []),
  );
  const signedData = sequence(
    Buffer.of(2, 1, 3),
    tagged(0x31, digest),
    sequence(dotted(options.contentType ?? oids.tstInfo), tagged(0xa0, octets(info))),
    tagged(0xa0, options.certificate ?? options.tsa.der, ...options.certificates.map((one) => one.der)),
    tagged(0x31, signer),
  );
  if (!options.indefinite) return sequence(dotted(oids.signedData), tagged(0xa0, signedData));
  const end = Buffer.of(0, 0);
  return Buffer.concat([Buffer.of(0x30, 0x80), dotted(oids.signedData), Buffer.of(0xa0, 0x80), signedData, end, end]);
}

/** A `TSTInfo` (RFC 3161, section 2.4.2). */
export function timestampInfo(at: number, imprint: Buffer, imprintAlgorithm = sha256): Buffer {
  return sequence(
    Buffer.of(2, 1, 1),
    dotted('1.2.3.4'),
    sequence(algorithm(imprintAlgorithm, true), octets(imprint)),
    Buffer.of(2, 1, 7),
    generalizedTime(at),
  );
}

/** The attributes that a timestamp signs: type and digest of its content, and which certificate is the signer's. */
export function signedAttributes(digest: Buffer, certificate: Buffer, type: string = oids.tstInfo): Buffer {
  return Buffer.concat([
    attribute(oids.contentType, dotted(type)),
    attribute(oids.messageDigest, octets(digest)),
    attribute(oids.signingCertificateV2, sequence(sequence(sequence(octets(certificate))))),
  ]);
}

function attribute(id: string, value: Buffer): Buffer {
  return sequence(dotted(id), tagged(0x31, value));
}

function hash(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
