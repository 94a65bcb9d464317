import type { HeldAction } from '@stopgap/agent';
import { isWithin } from '@stopgap/rewrite';
import { limits } from '../limits.ts';
import { insertOurs } from '../ours/insert.ts';
import { itemNames, sameName } from '../ours/place.ts';
import { filesBelow } from '../server/files-below.ts';
import { inheritedAt, type SiteView } from '../server/inheritance.ts';
import { layersOf, type PlacedDocument } from '../server/levels.ts';
import type { Server } from '../server/server.ts';
import type { Site } from '../server/sites.ts';
import { type Document, readText } from '../text/document.ts';
import { encodeSource } from '../text/source-text.ts';
import type { UrlRewrite } from './fragment.ts';
import { type FileAddition, type Judgement, judge, type ViewsOf } from './judge.ts';
import type { Spot } from './placement.ts';

/** What all wanted actions together come to. */
export interface Arrangement {
  /** One for each wanted action, in order. */
  readonly judgements: readonly Judgement[];
  /** By file: what is to be put into it, and what it is then. */
  readonly files: ReadonlyMap<string, ArrangedFile>;
}

/** An addition with the file it goes into. */
export type PlacedAddition = Pick<FileAddition, 'file' | 'addition'>;

/** A file as it is to be. */
export interface ArrangedFile {
  readonly additions: readonly FileAddition['addition'][];
  readonly text: string;
}

/** A `web.config` where there is none: what it holds besides ours. */
const emptyFile = '<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n</configuration>\r\n';

const noSite: Site = { name: '', startsByItself: false, bindings: [], directories: [] };

/**
 * Judges the wanted actions one after the other, each beside those before it and `besides`. What cannot stand is left out.
 * Pure, but for reading files through the shelf.
 */
export function arrange(
  server: Server,
  wanted: readonly (readonly [HeldAction, UrlRewrite])[],
  besides: readonly PlacedAddition[] = [],
): Arrangement {
  const files = new Map(withAdditions(server, new Map(), besides));
  const below = lookBelow(server);
  const judgements = wanted.map(([held, action]) => {
    const judgement = judge(server, held, action, documentsFrom(server, files), viewsFrom(server, files, below));
    if (judgement.verdict !== 'put') return judgement;
    const next = withAdditions(server, files, judgement.additions);
    const views = viewsFrom(server, next, below);
    const harm = tooLarge(server, next, judgement.additions) ?? harmOf(views, judgement.additions);
    if (harm !== undefined) return { verdict: 'conflict' as const, detail: harm };
    for (const [file, arranged] of next) files.set(file, arranged);
    return { ...judgement, notes: [...judgement.notes, ...gapsOf(views, judgement.additions)] };
  });
  return { judgements, files };
}

function documentsFrom(server: Server, files: ReadonlyMap<string, ArrangedFile>) {
  const read = new Map<string, Document>();
  return (file: string): Document | undefined => {
    const arranged = files.get(file);
    if (!arranged) return server.shelf.rewriting(file);
    const known = read.get(file) ?? readText(arranged.text, file);
    read.set(file, known);
    return known;
  };
}

/** Looks below each level once. */
type Below = (site: Site, level: string) => readonly PlacedDocument[];

function lookBelow(server: Server): Below {
  const known = new Map<string, readonly PlacedDocument[]>();
  return (site, level) => {
    const key = `${site.name}${level}`;
    const found = known.get(key) ?? filesBelow(server, site, level);
    known.set(key, found);
    return found;
  };
}

function viewsFrom(server: Server, files: ReadonlyMap<string, ArrangedFile>, below: Below): ViewsOf {
  const documents = documentsFrom(server, files);
  const known = new Map<string, SiteView>();
  const view = (site: Site, level: string): SiteView => {
    const key = `${site.name}${level}`;
    const layers = () => layersOf(server, site, documents, site === noSite ? [] : below(site, level));
    const seen = known.get(key) ?? { server, site, layers: layers(), documents };
    known.set(key, seen);
    return seen;
  };
  return ({ site, level }: Spot) =>
    site ? [view(site, level)] : [view(noSite, '/'), ...server.sites.map((one) => view(one, '/'))];
}

function withAdditions(
  server: Server,
  files: ReadonlyMap<string, ArrangedFile>,
  more: readonly PlacedAddition[],
): ReadonlyMap<string, ArrangedFile> {
  const next = new Map(files);
  for (const file of new Set(more.map((one) => one.file))) {
    const additions = [
      ...(files.get(file)?.additions ?? []),
      ...more.filter((one) => one.file === file).map(({ addition }) => addition),
    ];
    const { base } = server.shelf.get(file);
    const text = insertOurs(base ?? readText(emptyFile, file), additions, base === undefined);
    next.set(file, { additions, text });
  }
  return next;
}

/** A file that IIS would not read any more. One that is larger already shows that the limit was raised. */
function tooLarge(
  server: Server,
  files: ReadonlyMap<string, ArrangedFile>,
  additions: readonly FileAddition[],
): string | undefined {
  for (const { file } of additions) {
    const { document, state } = server.shelf.get(file);
    const text = files.get(file)?.text ?? '';
    const size = document ? encodeSource(text, document.source).length : Buffer.byteLength(text);
    const before = state?.bytes.length ?? 0;
    if (file === server.applicationHost || size <= limits.webConfigBytes || before > limits.webConfigBytes) continue;
    return `${file} would have ${size} bytes, and IIS reads at most ${limits.webConfigBytes}; make it smaller, or raise MaxWebConfigFileSizeInKB`;
  }
  return undefined;
}

/** Why what was put in is not in force where it stands, or would harm; `undefined`: all is well. */
function harmOf(viewsOf: ViewsOf, additions: readonly FileAddition[]): string | undefined {
  for (const { addition, spot, file } of additions) {
    const { collection } = addition.place;
    const named = ({ name }: { readonly name: string }) => sameName(name, addition.name);
    const [view, ...more] = viewsOf(spot);
    if (!inheritedAt(view, collection, spot.level).items.some(named)) {
      return `"${addition.name}" in ${file} would be taken out again by a <clear/> or <remove> of ${spot.level}; take that out`;
    }
    for (const one of [view, ...more]) {
      const level = levelsOf(one).find((at) => inheritedAt(one, collection, at).duplicates.some(named));
      if (level !== undefined) return `"${addition.name}" would be there twice at ${one.site.name}${level}`;
    }
  }
  return undefined;
}

/** Levels below that drop what is inherited, so that it does not hold there. */
function gapsOf(viewsOf: ViewsOf, additions: readonly FileAddition[]): readonly string[] {
  const gaps = additions.flatMap(({ addition, spot }) =>
    itemNames[addition.place.collection] !== 'rule'
      ? []
      : viewsOf(spot).flatMap((view) =>
          levelsOf(view)
            .filter((level) => isWithin(level, spot.level))
            .filter(
              (level) =>
                !inheritedAt(view, addition.place.collection, level).items.some(({ name }) =>
                  sameName(name, addition.name),
                ),
            )
            .map((level) => `not at ${view.site.name}${level}, which drops the rules it inherits`),
        ),
  );
  return [...new Set(gaps)];
}

function levelsOf(view: SiteView): readonly string[] {
  return [...new Set(view.layers.map((layer) => layer.level))];
}
