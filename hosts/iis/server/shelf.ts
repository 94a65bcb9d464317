import type { FileState, Files } from '@stopgap/machine';
import { MachineError } from '@stopgap/machine';
import { IisConfigError } from '../errors.ts';
import { limits } from '../limits.ts';
import { mayHoldMarker } from '../ours/marker.ts';
import { stripOurs } from '../ours/strip.ts';
import { type Document, readBytes, readText, type SourceDocument } from '../text/document.ts';

/** A file as one look found it. */
export interface Shelved {
  readonly path: string;
  /** `undefined`: there is no such file. */
  readonly state: FileState | undefined;
  /** As it stands; `undefined`: not there, or not readable. */
  readonly document: SourceDocument | undefined;
  /** Without anything of ours; `undefined` also where all of it is ours. */
  readonly base: Document | undefined;
  readonly problem: IisConfigError | undefined;
}

/** Reads each configuration file once a look, however often it is asked for. */
export class Shelf {
  readonly #files: Files;
  readonly #known = new Map<string, Shelved>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** Never throws for what is in the file; the problem is part of the answer. */
  get(path: string): Shelved {
    const known = this.#known.get(path) ?? this.#read(path);
    this.#known.set(path, known);
    return known;
  }

  /** All files that were asked for and are there. */
  get all(): readonly Shelved[] {
    return [...this.#known.values()].filter(({ state }) => state !== undefined);
  }

  #read(path: string): Shelved {
    let state: FileState | undefined;
    try {
      state = this.#files.read(path, limits.fileBytes);
      if (!state) return { path, state, document: undefined, base: undefined, problem: undefined };
      const document = readBytes(state.bytes, path);
      return { path, state, document, base: baseOf(document, path), problem: undefined };
    } catch (error) {
      return { path, state, document: undefined, base: undefined, problem: problemOf(error, path) };
    }
  }
}

function baseOf(document: SourceDocument, path: string): Document | undefined {
  if (!mayHoldMarker(document.text)) return document;
  const text = stripOurs(document);
  return text === undefined ? undefined : readText(text, path);
}

function problemOf(error: unknown, path: string): IisConfigError {
  if (error instanceof IisConfigError) return error;
  if (error instanceof MachineError)
    return new IisConfigError('file-unreadable', path, undefined, error.message, error);
  throw error;
}
