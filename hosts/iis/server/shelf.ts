import { type FileState, type Files, MachineError } from '@stopgap/machine';
import { IisConfigError } from '../errors.ts';
import { limits } from '../limits.ts';
import { markedFor, mayHoldMarker } from '../ours/marker.ts';
import { stripOurs } from '../ours/strip.ts';
import { type Document, readBytes, readText, type SourceDocument } from '../text/document.ts';

/** A file as one look found it; read at once, understood when somebody asks. */
export class Shelved {
  readonly path: string;
  /** `undefined`: there is no such file, or it cannot be read. */
  readonly state: FileState | undefined;
  readonly #unreadable: IisConfigError | undefined;
  #understood: Understood | undefined;
  #raw: string | undefined;

  constructor(path: string, files: Files, stray: string | undefined) {
    this.path = path;
    if (stray !== undefined) {
      this.#unreadable = new IisConfigError('path-elsewhere', path, undefined, stray);
      return;
    }
    try {
      this.state = files.read(path, limits.fileBytes);
    } catch (error) {
      if (!(error instanceof MachineError)) throw error;
      const why = error.message.replace(`cannot read ${path}: `, 'cannot be read: ');
      this.#unreadable = new IisConfigError('file-unreadable', path, undefined, why, error);
    }
  }

  /** As it stands; `undefined`: not there, or not XML. */
  get document(): SourceDocument | undefined {
    return this.#understand().document;
  }

  /** Without anything of ours; `undefined` also where all of it is ours. */
  get base(): Document | undefined {
    return this.#understand().base;
  }

  /** Why it cannot be used, though it is there. */
  get problem(): IisConfigError | undefined {
    return this.#unreadable ?? this.#understand().problem;
  }

  /** Ids of the mitigations that something in it is marked with, even if it is not XML any more. */
  get markedFor(): readonly string[] {
    return markedFor(this.#rawText());
  }

  /** Whether a word is in it at all; far cheaper than to understand it. */
  mentions(word: string): boolean {
    return this.#rawText().includes(word);
  }

  /** ASCII characters of the file, whatever its encoding. */
  #rawText(): string {
    this.#raw ??= this.state?.bytes.toString('latin1').replaceAll('\0', '') ?? '';
    return this.#raw;
  }

  #understand(): Understood {
    this.#understood ??= this.state ? understand(this.path, this.state.bytes) : {};
    return this.#understood;
  }
}

interface Understood {
  readonly document?: SourceDocument;
  readonly base?: Document;
  readonly problem?: IisConfigError;
}

function understand(path: string, bytes: Uint8Array): Understood {
  try {
    const document = readBytes(bytes, path);
    if (!mayHoldMarker(document.text)) return { document, base: document };
    const text = stripOurs(document);
    return text === undefined ? { document } : { document, base: readText(text, path) };
  } catch (error) {
    if (error instanceof IisConfigError) return { problem: error };
    throw error;
  }
}

/** Reads each configuration file once a look, however often it is asked for. */
export class Shelf {
  readonly #files: Files;
  readonly #stray: (file: string) => string | undefined;
  readonly #known = new Map<string, Shelved>();

  /** `stray`: why a file is none of this server's, and is not opened (`Drive.stray`). */
  constructor(files: Files, stray: (file: string) => string | undefined = () => undefined) {
    this.#files = files;
    this.#stray = stray;
  }

  /** Never throws for what is in the file; the problem is part of the answer. */
  get(path: string): Shelved {
    const known = this.#known.get(path) ?? new Shelved(path, this.#files, this.#stray(path));
    this.#known.set(path, known);
    return known;
  }

  /** The file without anything of ours, where it says anything about rewriting; most do not, and are not worth understanding. */
  rewriting(path: string): Document | undefined {
    const file = this.get(path);
    return file.mentions('rewrite') ? file.base : undefined;
  }

  /** Files that were asked for and cannot be read: nobody knows what is in them. */
  get unreadable(): readonly Shelved[] {
    return [...this.#known.values()].filter(({ state, problem }) => state === undefined && problem !== undefined);
  }

  /** All files that were asked for and are there. */
  get all(): readonly Shelved[] {
    return [...this.#known.values()].filter(({ state }) => state !== undefined);
  }
}
