import path from 'node:path';
import { type Decoder, listOf, MachineError, object, oneOf, optional, text, whole } from '@stopgap/machine';

/** One OCS-style feed that a server looks at. */
export interface OcsFeedConfig {
  readonly name: string;
  /** Of the document itself, e.g. `https://feed.example.org/mitigations`. */
  readonly url: string;
  /** Where what was verified is kept; a folder of this feed alone. */
  readonly stateFolder: string;
  /** PEM file of the publisher's roots. Default: Microsoft's, pinned. */
  readonly rootFile?: string;
  /** PEM file of the roots for countersignatures. Default: those of `rootFile`, and Microsoft's. */
  readonly timeRootFile?: string;
  /** Key usages that the signer must have. Default: code signing and signing XML for Exchange. */
  readonly usages?: readonly string[];
  /** A document that was countersigned longer ago is not taken any more. Default: none is too old. */
  readonly maximumAgeDays?: number;
  /** Files of revocation lists (PEM or DER) that something else keeps fresh. Default: revocation is not checked. */
  readonly revocationFiles?: readonly string[];
  /** SHA-256 of further attribute certificates that countersignatures may hold, or `any`. Default: those that are known. */
  readonly attributeCertificates?: readonly string[] | 'any';
  /** `http://[user:password@]host:port`, or `direct`. Default: the environment's HTTP(S)_PROXY and NO_PROXY. */
  readonly proxy?: string;
  /** PEM file of further authorities for TLS, e.g. that of a proxy which inspects it. */
  readonly caFile?: string;
}

const digests = listOf(text(64), 1000);
const unreadCertificates: Decoder<readonly string[] | 'any'> = (value, place) => {
  if (value === 'any') return value;
  const given = digests(value, place);
  const wrong = given.find((one) => !/^[0-9a-f]{64}$/.test(one));
  if (wrong === undefined) return given;
  const found = JSON.stringify(wrong);
  throw new MachineError(
    'invalid-json',
    `${place}: expected "any", or digests of 64 small hexadecimal digits, found ${found}`,
  );
};

const decoder = object({
  kind: oneOf('ocs'),
  name: text(64),
  url: text(2000),
  rootFile: optional(text()),
  timeRootFile: optional(text()),
  usages: optional(listOf(text(200), 16)),
  maximumAgeDays: optional(whole(1, 36_500)),
  revocationFiles: optional(listOf(text(), 32)),
  attributeCertificates: optional(unreadCertificates),
  proxy: optional(text()),
  caFile: optional(text()),
});

/**
 * One entry of an agent's `feeds` with `kind: "ocs"`. Files are relative to the folder that `feedsFolder` is in. Throws
 * `MachineError` `invalid-json` naming the place.
 */
export function decodeOcsFeedConfig(value: unknown, place: string, feedsFolder: string): OcsFeedConfig {
  const { kind: _kind, ...entry } = decoder(value, place);
  const wrong = (field: string, expected: string, found: string) =>
    new MachineError('invalid-json', `${place}.${field}: expected ${expected}, found ${JSON.stringify(found)}`);
  if (!/^[a-z0-9][a-z0-9-]*$/.test(entry.name)) throw wrong('name', 'small letters, digits and dashes', entry.name);
  for (const usage of entry.usages ?? []) {
    if (!/^[0-2](\.\d{1,15}){1,20}$/.test(usage)) throw wrong('usages', 'numbers with dots between', usage);
  }
  const { rootFile, timeRootFile, caFile, revocationFiles, ...others } = entry;
  const near = (file: string) => path.resolve(path.dirname(feedsFolder), file);
  const files = Object.entries({ rootFile, timeRootFile, caFile }).flatMap(([key, file]) =>
    file === undefined ? [] : [[key, near(file)]],
  );
  return {
    ...present(others),
    ...Object.fromEntries(files),
    ...(revocationFiles ? { revocationFiles: revocationFiles.map(near) } : {}),
    stateFolder: path.join(feedsFolder, entry.name),
  };
}

function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> };
}
