import { LengthOrHashMismatchError, UnsignedMetadataError } from '@tufjs/models/dist/error.js';
import { BadVersionError, ExpiredMetadataError, RepositoryError } from 'tuf-js/dist/error.js';
import type { TrustedMetadataStore } from 'tuf-js/dist/store.js';
import { Trouble } from '../trouble.ts';

/**
 * Why the store would not have a file, in words that name the role, what was had and what was offered. The kind comes from
 * the error's class; numbers that the store only puts into its message are read from there.
 */
export function refusalOf(
  error: unknown,
  file: string,
  store: TrustedMetadataStore | undefined,
  bytes?: Uint8Array,
): Trouble {
  if (error instanceof Trouble) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UnsignedMetadataError) return new Trouble('signature', signatureReason(file, message), error);
  if (error instanceof ExpiredMetadataError) return expiredRole(message, store, bytes);
  if (error instanceof LengthOrHashMismatchError) {
    return new Trouble(
      'content',
      `${file} is not the one that the signed metadata names (${lower(message)}); versions are mixed or it was changed on the way, try another mirror`,
      error,
    );
  }
  if (error instanceof BadVersionError && !/match/.test(message))
    return new Trouble('rollback', rollbackReason(file, message), error);
  if (error instanceof BadVersionError) {
    return new Trouble(
      'content',
      `${file} belongs to another version (${lower(message)}); versions are mixed, try another mirror`,
      error,
    );
  }
  if (error instanceof RepositoryError && /Missing file/.test(message))
    return new Trouble('rollback', rollbackReason(file, message), error);
  return new Trouble(
    'content',
    `${file} is no such metadata (${lower(message)}); check that the url is that of a feed and that nothing on the way answers in its place`,
    error,
  );
}

/** The trouble of a role whose signature has run out. */
export function expired(role: string, expires: string): Trouble {
  const remedy =
    role === 'timestamp'
      ? 'the feed is not renewed any more, or an old copy of it is held before you'
      : 'the publisher must sign it anew';
  return new Trouble(
    'expired',
    `the ${role} of the feed expired at ${expires}; ${remedy}; check this machine's clock too`,
  );
}

function signatureReason(file: string, message: string): string {
  const [, valid, needed] = /by (\d+)\/(\d+) keys/.exec(message) ?? [];
  const count = needed === undefined ? message : `${valid} of the ${needed} signatures that are needed`;
  return `${file} bears ${count} by keys that this server trusts; it is not from this feed's publisher, or was changed on the way: check url and enrolled root`;
}

function rollbackReason(file: string, message: string): string {
  const less = /(\d+)(?: of (\S+))? is less than current version (\d+)/.exec(message);
  const what = less
    ? `offers version ${less[1]} of ${less[2] ?? (message.includes('snapshot') ? 'snapshot.json' : file)}, but version ${less[3]} was verified before`
    : lower(message);
  return `${file} goes back: it ${what}; an old copy is served, check mirrors and caches or ask the publisher`;
}

/** The store names the role in its message (`Final root.json is expired`). */
function expiredRole(message: string, store: TrustedMetadataStore | undefined, bytes?: Uint8Array): Trouble {
  const role = /(\S+)\.json is expired/.exec(message)?.[1] ?? 'metadata';
  const known = { root: store?.root, timestamp: store?.timestamp, snapshot: store?.snapshot }[role];
  return expired(role, known?.signed.expires ?? expiryIn(bytes));
}

/** Expiry of a targets role, which the store has verified but not kept. */
function expiryIn(bytes: Uint8Array | undefined): string {
  const expires: unknown = bytes ? JSON.parse(Buffer.from(bytes).toString('utf8'))?.signed?.expires : undefined;
  return typeof expires === 'string' ? expires : 'an unknown time';
}

function lower(text: string): string {
  const line = text.replace(/\s+/g, ' ').slice(0, 200);
  return line.charAt(0).toLowerCase() + line.slice(1);
}
