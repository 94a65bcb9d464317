import { applications } from './corpus-applications.ts';
import { configurations } from './corpus-configurations.ts';
import { encodings } from './corpus-encodings.ts';
import { handEdited } from './corpus-hand-edited.ts';
import { rewriting } from './corpus-rewriting.ts';

/** A `web.config` as it may be found on a server. */
export interface CorpusFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const all: readonly (readonly [string, string | Uint8Array])[] = [
  ...configurations,
  ...applications,
  ...rewriting,
  ...handEdited,
  ...encodings,
];

/** Every file of the corpus. */
export const corpus: readonly CorpusFile[] = all.map(([name, content]) => ({
  name,
  bytes: typeof content === 'string' ? Buffer.from(content) : content,
}));
