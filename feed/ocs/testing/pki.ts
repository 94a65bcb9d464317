import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { pem, sequence, tagged } from '../../der.ts';
import { anchorsFromPem, type TrustAnchor } from '../anchors.ts';
import { oids } from '../oids.ts';
import { algorithm, bigInteger, commonName, dotted, generalizedTime } from './encode.ts';

/** A certificate with its private key. */
export interface Identity {
  readonly name: string;
  readonly der: Buffer;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
  readonly serial: Buffer;
}

/** What a certificate is to say; by default a leaf that may sign, valid 2020 to 2040. */
export interface IssueOptions {
  readonly issuer?: Identity;
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** Key usage bits; default by `ca`. `null`: none. */
  readonly keyUsage?: number | null;
  readonly purposes?: readonly string[];
  readonly purposesCritical?: boolean;
  readonly from?: number;
  readonly until?: number;
  readonly keys?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  /** DER of further extensions. */
  readonly extensions?: readonly Buffer[];
}

const start = Date.UTC(2020, 0, 1);
const end = Date.UTC(2040, 0, 1);

/** A fresh elliptic key pair, which is quick to make. */
export function ecKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

let rsa: ReturnType<typeof generateKeyPairSync> | undefined;

/** An RSA key pair, made once: making one takes a good part of a second. */
export function rsaKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  rsa ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return rsa as unknown as { publicKey: KeyObject; privateKey: KeyObject };
}

/** Makes a certificate. Without an issuer it signs itself. */
export function issue(name: string, options: IssueOptions = {}): Identity {
  const { publicKey, privateKey } = options.keys ?? ecKeys();
  const serial = Buffer.concat([Buffer.of(0x41), randomBytes(11)]);
  const signer = options.issuer ?? { name, key: privateKey };
  const kind =
    signer.key.asymmetricKeyType === 'rsa'
      ? algorithm('1.2.840.113549.1.1.11', true)
      : algorithm('1.2.840.10045.4.3.2');
  const tbs = sequence(
    tagged(0xa0, Buffer.of(2, 1, 2)),
    bigInteger(serial),
    kind,
    commonName(signer.name),
    sequence(generalizedTime(options.from ?? start), generalizedTime(options.until ?? end)),
    commonName(name),
    publicKey.export({ format: 'der', type: 'spki' }),
    tagged(0xa3, sequence(...extensionsOf(options))),
  );
  const signature = sign('sha256', tbs, signer.key);
  const der = sequence(tbs, kind, tagged(0x03, Buffer.of(0), signature));
  return { name, der, key: privateKey, publicKey, serial };
}

function extensionsOf(options: IssueOptions): readonly Buffer[] {
  const { ca = false, pathLength, purposes, keyUsage = ca ? 0x06 : 0x80 } = options;
  const found: Buffer[] = [];
  const constraints = [
    ...(ca ? [Buffer.of(1, 1, 0xff)] : []),
    ...(pathLength === undefined ? [] : [Buffer.of(2, 1, pathLength)]),
  ];
  found.push(extension(oids.basicConstraints, true, sequence(...constraints)));
  if (keyUsage !== null) found.push(extension(oids.keyUsage, true, tagged(0x03, Buffer.of(0, keyUsage))));
  if (purposes)
    found.push(extension(oids.extendedKeyUsage, options.purposesCritical ?? false, sequence(...purposes.map(dotted))));
  return [...found, ...(options.extensions ?? [])];
}

/** One extension. */
export function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(dotted(id), ...(critical ? [Buffer.of(1, 1, 0xff)] : []), tagged(0x04, value));
}

/** The anchor that a certificate is. */
export function anchor(identity: Identity): TrustAnchor {
  const [found] = anchorsFromPem(pem('CERTIFICATE', identity.der), identity.name);
  if (!found) throw new Error('no certificate');
  return found;
}
