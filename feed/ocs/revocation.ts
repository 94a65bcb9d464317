import { algorithmOf, type Certificate } from './certificate.ts';
import { type Chain, verifies } from './chain.ts';
import { contextTag, type Der, expectTag, partsOf, readDer, sequenceOf, tags, takeOptional } from './der.ts';
import { booleanOf, integerOf, oidOf, smallIntegerOf, timeOf, wholeBitsOf } from './der-values.ts';
import { OcsError } from './errors.ts';
import { permissionsOf } from './extensions.ts';
import { ocsLimits } from './limits.ts';
import { oids, signatureAlgorithms } from './oids.ts';

/** A certificate revocation list (RFC 5280, section 5), read; its signature is checked where it is used. */
export interface RevocationList {
  /** Where it came from, for messages. */
  readonly place: string;
  /** DER of the issuer's name. */
  readonly issuer: Buffer;
  /** Ms since the epoch; `undefined`: it does not say until when it is the newest. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  /** By serial number, in hexadecimal of its DER content: since when the certificate is not to be trusted, ms since the epoch. */
  readonly revoked: ReadonlyMap<string, number>;
  readonly toBeSigned: Buffer;
  readonly signatureAlgorithm: string;
  readonly signature: Buffer;
}

/**
 * Holds every certificate below the pinned root against the lists at hand. Revoked by `judgedAt`, the countersigned time:
 * refused. Revoked later: what was signed before stands. Answers with sentences on what was not checked. `at` is the time of
 * checking. Times in ms since the epoch. Throws `OcsError` `revoked`, or `chain` for a list that its issuer has not signed.
 */
export function checkRevocation(
  { path, root }: Chain,
  whose: string,
  lists: readonly RevocationList[],
  judgedAt: number,
  at: number,
): readonly string[] {
  const notes: string[] = [];
  for (const [index, certificate] of path.entries()) {
    const issuer = path[index + 1];
    if (certificate === root || !issuer) break;
    const own = lists.filter((list) => list.issuer.equals(certificate.issuer));
    if (own.length === 0)
      notes.push(`Revocation of ${certificate.name}: not checked, no list of its issuer is at hand.`);
    for (const list of own) {
      checkList(list, issuer);
      refuseRevoked(list, certificate, whose, judgedAt);
    }
    const newest = Math.max(...own.map(({ nextUpdate }) => nextUpdate ?? Number.POSITIVE_INFINITY));
    if (own.length > 0 && newest < at) {
      notes.push(`Revocation of ${certificate.name}: checked against a list that was good until ${iso(newest)} only.`);
    }
  }
  return notes;
}

function checkList(list: RevocationList, issuer: Certificate): void {
  const algorithm = signatureAlgorithms.get(list.signatureAlgorithm);
  if (!algorithm || issuer.publicKey.asymmetricKeyType !== algorithm.key) {
    throw new OcsError(
      'algorithm',
      `${list.place} is signed by algorithm ${list.signatureAlgorithm}, which is not accepted here`,
    );
  }
  if (permissionsOf(issuer, issuer.name).keyUsage?.crlSign === false) {
    throw new OcsError('issuer', `${list.place}: ${issuer.name} may not sign revocation lists (key usage)`);
  }
  if (!verifies(algorithm.digest, list.toBeSigned, issuer, list.signature)) {
    throw new OcsError('chain', `${list.place} is not signed by ${issuer.name}`);
  }
}

function refuseRevoked(list: RevocationList, certificate: Certificate, whose: string, judgedAt: number): void {
  const since = list.revoked.get(certificate.serial.toString('hex'));
  if (since === undefined || since > judgedAt) return;
  throw new OcsError(
    'revoked',
    `${whose}: ${certificate.name} was revoked at ${iso(since)}, by ${iso(judgedAt)}, the time that counts (${list.place})`,
  );
}

/** Reads a list in DER. `place` names it. Throws `OcsError` `der` or `certificate`. */
export function readRevocationList(bytes: Buffer, place: string): RevocationList {
  if (bytes.length > ocsLimits.revocationListBytes)
    throw new OcsError('too-large', `${place} has ${bytes.length} bytes`);
  const [tbs, algorithm, signature, ...surplus] = sequenceOf(readDer(bytes, place), place);
  const body = expectTag(tbs, tags.sequence, `${place}: what is signed`);
  const rest = [...partsOf(body)];
  const version = takeOptional(rest, tags.integer);
  if (surplus.length > 0 || !version || smallIntegerOf(version, `${place}: version`) !== 1) {
    throw refused(place, 'it is no revocation list of version 2');
  }
  const [inner, issuer, thisUpdate] = rest.splice(0, 3);
  const next = rest[0]?.tag === tags.sequence || rest[0]?.tag === contextTag(0) ? undefined : rest.shift();
  const entries = takeOptional(rest, tags.sequence);
  checkExtensions(takeOptional(rest, contextTag(0)), place);
  if (rest.length > 0 || !inner?.bytes.equals(algorithm?.bytes ?? Buffer.alloc(0)))
    throw refused(place, 'it has parts that do not belong there');
  return {
    place,
    issuer: expectTag(issuer, tags.sequence, `${place}: issuer`).bytes,
    thisUpdate: timeOf(thisUpdate, `${place}: this update`),
    nextUpdate: next && timeOf(next, `${place}: next update`),
    revoked: readEntries(entries, place),
    toBeSigned: body.bytes,
    signatureAlgorithm: algorithmOf(algorithm, `${place}: signature algorithm`),
    signature: wholeBitsOf(signature, `${place}: signature`),
  };
}

function readEntries(value: Der | undefined, place: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const entry of value ? partsOf(value, ocsLimits.revokedCertificates) : []) {
    const [serial, date, extensions, ...surplus] = sequenceOf(entry, `${place}: an entry`);
    if (surplus.length > 0) throw refused(place, 'an entry has surplus parts');
    const since = Math.min(timeOf(date, `${place}: an entry`), invalidSince(extensions, place));
    found.set(integerOf(serial, `${place}: an entry`).toString('hex'), since);
  }
  return found;
}

/** Section 5.3.2: a key may have been in wrong hands before anybody noticed. */
function invalidSince(extensions: Der | undefined, place: string): number {
  let since = Number.POSITIVE_INFINITY;
  for (const { id, critical, value } of extensions ? extensionsOf(extensions, place) : []) {
    if (id === oids.invalidityDate)
      since = timeOf(readDer(value, `${place}: invalidity date`), `${place}: invalidity date`);
    else if (critical) throw refused(place, `an entry has the critical extension ${id}, which is not understood here`);
  }
  return since;
}

/** A list that covers only a part, or only changes, says so in a critical extension: such a list is not understood here. */
function checkExtensions(wrapped: Der | undefined, place: string): void {
  const [list] = wrapped ? partsOf(wrapped) : [];
  for (const { id, critical } of list ? extensionsOf(list, place) : []) {
    if (critical) throw refused(place, `it has the critical extension ${id}, which is not understood here`);
  }
}

function extensionsOf(list: Der, place: string): readonly { id: string; critical: boolean; value: Buffer }[] {
  return sequenceOf(list, `${place}: extensions`).map((extension) => {
    const rest = [...sequenceOf(extension, `${place}: an extension`)];
    const id = oidOf(rest.shift(), `${place}: an extension`);
    const flag = takeOptional(rest, tags.boolean);
    const value = expectTag(rest[0], tags.octetString, `${place}: extension ${id}`).content;
    return { id, critical: flag ? booleanOf(flag, `${place}: extension ${id}`) : false, value };
  });
}

/** The lists in a file: PEM, one or more, or DER. Throws `OcsError`. */
export function revocationListsFrom(bytes: Buffer, place: string): readonly RevocationList[] {
  const blocks = [
    ...bytes.toString('latin1').matchAll(/-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]*)-----END X509 CRL-----/g),
  ];
  if (blocks.length === 0) return [readRevocationList(bytes, place)];
  return blocks.map((block) => readRevocationList(Buffer.from(block[1] ?? '', 'base64'), place));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function refused(what: string, why: string): OcsError {
  return new OcsError('certificate', `${what} is refused: ${why}`);
}
