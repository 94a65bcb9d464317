import type { Certificate } from './certificate.ts';
import { expectTag, readDer, sequenceOf, tags, takeOptional } from './der.ts';
import { booleanOf, oidOf, smallIntegerOf } from './der-values.ts';
import { OcsError } from './errors.ts';
import { oids } from './oids.ts';

/** What a certificate's extensions allow it to do. */
export interface Permissions {
  readonly ca: boolean;
  /** How many further issuers may stand below it; `undefined`: any number. */
  readonly pathLength: number | undefined;
  /** `undefined`: it does not say. */
  readonly keyUsage:
    | { readonly digitalSignature: boolean; readonly keyCertSign: boolean; readonly crlSign: boolean }
    | undefined;
  /** Purposes; `undefined`: it does not say. */
  readonly purposes: ReadonlySet<string> | undefined;
}

/** Critical extensions that are understood here; policies are accepted as they are, as RFC 5280 does by default. */
const understood: ReadonlySet<string> = new Set([
  oids.basicConstraints,
  oids.keyUsage,
  oids.extendedKeyUsage,
  oids.subjectAltName,
  oids.certificatePolicies,
]);

/** Reads them. A critical one that is not understood is refused (RFC 5280, section 4.2). Throws `OcsError`. */
export function permissionsOf(certificate: Certificate, what: string): Permissions {
  for (const [id, { critical }] of certificate.extensions) {
    if (critical && !understood.has(id)) {
      throw new OcsError('certificate', `${what} has the critical extension ${id}, which is not understood here`);
    }
  }
  return {
    ...basicConstraints(certificate, what),
    keyUsage: keyUsage(certificate, what),
    purposes: purposes(certificate, what),
  };
}

function basicConstraints(certificate: Certificate, what: string): Pick<Permissions, 'ca' | 'pathLength'> {
  const value = certificate.extensions.get(oids.basicConstraints)?.value;
  if (!value) return { ca: false, pathLength: undefined };
  const place = `${what}: basic constraints`;
  const rest = [...sequenceOf(readDer(value, place), place)];
  const flag = takeOptional(rest, tags.boolean);
  const length = takeOptional(rest, tags.integer);
  if (rest.length > 0) throw new OcsError('certificate', `${place}: there are surplus parts`);
  return {
    ca: flag ? booleanOf(flag, place) : false,
    pathLength: length ? smallIntegerOf(length, place) : undefined,
  };
}

/** RFC 5280, section 4.2.1.3: bit 0 is digitalSignature, bit 1 nonRepudiation, bit 5 keyCertSign, bit 6 cRLSign. */
function keyUsage(certificate: Certificate, what: string): Permissions['keyUsage'] {
  const value = certificate.extensions.get(oids.keyUsage)?.value;
  if (!value) return undefined;
  const place = `${what}: key usage`;
  const [unused = 8, bits = 0, ...more] = expectTag(readDer(value, place), tags.bitString, place).content;
  const last = more.at(-1) ?? bits;
  // X.690, section 8.6.2: at most seven bits of the last byte are not used; nine are defined.
  if (unused > 7 || more.length > 1 || (bits === 0 && more.length === 0) || last & ((1 << unused) - 1))
    throw new OcsError('certificate', `${place}: it is no list of bits`);
  return { digitalSignature: (bits & 0xc0) !== 0, keyCertSign: (bits & 0x04) !== 0, crlSign: (bits & 0x02) !== 0 };
}

function purposes(certificate: Certificate, what: string): Permissions['purposes'] {
  const value = certificate.extensions.get(oids.extendedKeyUsage)?.value;
  if (!value) return undefined;
  const place = `${what}: extended key usage`;
  const named = sequenceOf(readDer(value, place), place).map((one) => oidOf(one, place));
  const found = new Set(named);
  // RFC 3161, section 2.3, wants just one of an authority; nobody names one twice who has nothing to hide.
  if (found.size < named.length) throw new OcsError('certificate', `${place}: a usage is there twice`);
  return found;
}
