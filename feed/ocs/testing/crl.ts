import { sign } from 'node:crypto';
import { sequence, tagged } from '../../der.ts';
import { type RevocationList, readRevocationList } from '../revocation.ts';
import { algorithm, bigInteger, commonName, dotted, generalizedTime } from './encode.ts';
import { extension, type Identity } from './pki.ts';

/** What a list is to say. */
export interface CrlOptions {
  readonly revoked?: readonly {
    readonly of: Identity;
    readonly at: number;
    readonly invalidSince?: number;
    readonly critical?: string;
  }[];
  readonly thisUpdate?: number;
  /** `null`: it does not say. */
  readonly nextUpdate?: number | null;
  /** Signs in place of the issuer. */
  readonly signer?: Identity;
  readonly extensions?: readonly Buffer[];
  readonly version?: number;
}

/** A revocation list in DER. */
export function crl(issuer: Identity, options: CrlOptions = {}): Buffer {
  const {
    revoked = [],
    thisUpdate = Date.UTC(2026, 4, 1),
    nextUpdate = Date.UTC(2026, 6, 1),
    signer = issuer,
  } = options;
  const rsa = signer.key.asymmetricKeyType === 'rsa';
  const kind = rsa ? algorithm('1.2.840.113549.1.1.11', true) : algorithm('1.2.840.10045.4.3.2');
  const entries = revoked.map(({ of, at, invalidSince, critical }) => {
    const more = [
      ...(invalidSince === undefined ? [] : [extension('2.5.29.24', false, generalizedTime(invalidSince))]),
      ...(critical === undefined ? [] : [extension(critical, true, Buffer.of(5, 0))]),
    ];
    return sequence(bigInteger(of.serial), generalizedTime(at), ...(more.length > 0 ? [sequence(...more)] : []));
  });
  const tbs = sequence(
    Buffer.of(2, 1, options.version ?? 1),
    kind,
    commonName(issuer.name),
    generalizedTime(thisUpdate),
    ...(nextUpdate === null ? [] : [generalizedTime(nextUpdate)]),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    ...(options.extensions ? [tagged(0xa0, sequence(...options.extensions))] : []),
  );
  return sequence(tbs, kind, tagged(0x03, Buffer.of(0), sign('sha256', tbs, signer.key)));
}

/** The same, read. */
export function listOf(issuer: Identity, options: CrlOptions = {}): RevocationList {
  return readRevocationList(crl(issuer, options), `list of ${issuer.name}`);
}

/** An extension that is critical and that nobody knows. */
export const strange = (id: string): Buffer =>
  sequence(dotted(id), Buffer.of(1, 1, 0xff), tagged(0x04, Buffer.of(5, 0)));
