import path from 'node:path';
import { type Files, systemFiles } from '@stopgap/machine';
import { feedLayout } from './layout.ts';
import { metadataFileName, targetFileName } from './metadata.ts';
import { hashesOf } from './proposal/review-documents.ts';
import { readPublished } from './repository.ts';
import { readSettings } from './settings.ts';

/** A file to be uploaded. */
export interface UploadStep {
  /** Below `repository/`, with slashes: the key of the object. */
  readonly path: string;
  /** What to send as `Cache-Control`. */
  readonly cacheControl: string;
  readonly contentType: string;
}

/**
 * The files of the version that is out, in an order in which readers of a store without transactions (S3 and its like) see a
 * whole version at any instant: what is named before what names it, `timestamp.json` last. Where there is more than one root,
 * `timestamp.json` comes before the newest one too: a release that goes with a new root is signed for the old one as well,
 * and so is there before servers change their root. Old files stay where they are. Throws `feed-missing`, `feed-damaged`.
 */
export function uploadOrder(folder: string, files: Files = systemFiles): readonly UploadStep[] {
  const layout = feedLayout(folder);
  const { root, roles, snapshot } = readPublished(layout, files, readSettings(layout, files));
  const documents = [...roles.values()].flatMap(({ metadata }) =>
    [...hashesOf(metadata.signed)].map(([name, hash]) => `targets/${targetFileName(name, hash)}`),
  );
  const named = [...roles].map(([role, { metadata }]) => metadataFileName(role, metadata.signed.version));
  const current = root.metadata.signed.version;
  const roots = Array.from({ length: current }, (_one, index) => metadataFileName('root', index + 1));
  const [first = '', ...later] = roots;
  const lasting = [...named, metadataFileName('snapshot', snapshot.signed.version), first];
  const ends = later.length === 0 ? ['timestamp.json'] : ['timestamp.json', ...later, 'timestamp.json'];
  const metadata = [...lasting, ...ends].map((name) => path.posix.join('metadata', name));
  return [...documents.sort(), ...metadata].map((name) => ({
    path: name,
    cacheControl: name.endsWith('/timestamp.json') ? 'no-cache' : 'public, max-age=31536000, immutable',
    contentType: name.endsWith('.json') ? 'application/json' : 'application/octet-stream',
  }));
}
