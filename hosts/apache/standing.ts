import type { FileContent } from '@stopgap/agent';
import { inspectOwnFile, type OwnFile } from '@stopgap/agent/rule-files';
import type { Files } from '@stopgap/machine';
import type { Server } from './httpd/server.ts';
import { limits } from './limits.ts';
import { ourLines } from './lines/include-line.ts';

/** Our part as it stands. */
export interface Standing {
  readonly path: string;
  readonly content: FileContent | null;
  readonly found: OwnFile;
  /** The main configuration file; `undefined`: it is gone. */
  readonly main: { readonly path: string; readonly content: FileContent; readonly text: string } | undefined;
  /** How many lines of ours are in it. */
  readonly lines: number;
  /** Files of ours in another place than the one where ours belongs now. */
  readonly strays: readonly { readonly path: string; readonly content: FileContent }[];
  /** Whether Apache reads our file; `undefined`: it refuses its configuration, and nobody knows. */
  readonly read: boolean | undefined;
}

/** Looks at our part. */
export function lookAtStanding({ place, mainFile, facts }: Server, files: Files): Standing {
  const content = contentOf(place.file, files);
  const main = contentOf(mainFile, files);
  const text = main ? bytesOf(main).toString('latin1') : '';
  const others = [...new Set([...(facts?.files ?? []), ...place.elsewhere])].filter(
    (file) => file !== place.file && file !== mainFile,
  );
  const strays = others.flatMap((path) => {
    const stray = contentOf(path, files);
    return stray && inspectOwnFile(bytesOf(stray)).kind === 'ours' ? [{ path, content: stray }] : [];
  });
  return {
    path: place.file,
    content,
    found: inspectOwnFile(content ? bytesOf(content) : undefined),
    main: main ? { path: mainFile, content: main, text } : undefined,
    lines: ourLines(text, place.file).length,
    strays,
    read: facts?.files.includes(place.file),
  };
}

function contentOf(file: string, files: Files): FileContent | null {
  const state = files.read(file, limits.fileBytes);
  return state ? { base64: state.bytes.toString('base64'), mode: state.mode } : null;
}

function bytesOf({ base64 }: FileContent): Buffer {
  return Buffer.from(base64, 'base64');
}
