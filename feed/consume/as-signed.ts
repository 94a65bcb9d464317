import { canonicalize } from '@tufjs/canonical-json';
import { Root, Snapshot, Targets, Timestamp } from '@tufjs/models';
import { Trouble } from '../trouble.ts';

type Signed = Parameters<typeof Root.fromJSON>[0];

/** What the library makes of what is signed. */
const models = {
  root: (signed: Signed) => Root.fromJSON(signed).toJSON(),
  timestamp: (signed: Signed) => Timestamp.fromJSON(signed).toJSON(),
  snapshot: (signed: Signed) => Snapshot.fromJSON(signed).toJSON(),
  targets: (signed: Signed) => Targets.fromJSON(signed).toJSON(),
};

/** A role that tuf-js has a form for; delegated ones are `targets`. */
export type RoleKind = keyof typeof models;

/**
 * Refuses metadata that says something else than tuf-js makes of it. Its models leave out what they do not expect (further files
 * of a timestamp) and put in what is missing (`meta`, `spec_version`), and signatures are checked over that: what a mirror has
 * changed so would be taken, though nobody signed these bytes. What cannot be read at all tuf-js itself refuses. Throws `Trouble`
 * `content`.
 */
export function refuseUnsigned(bytes: Uint8Array, kind: RoleKind, file: string): void {
  let signed: Signed;
  let understood: unknown;
  try {
    signed = JSON.parse(Buffer.from(bytes).toString('utf8')).signed;
    understood = models[kind](signed);
  } catch {
    return;
  }
  if (canonical(signed) === canonical(understood)) return;
  throw new Trouble('content', `${file} says more, or less, than what is signed of it; ask the publisher`);
}

/** `undefined` for what has no canonical form, such as a fraction: nobody can have signed it. */
function canonical(value: unknown): string | undefined {
  try {
    return canonicalize(value);
  } catch {
    return undefined;
  }
}
