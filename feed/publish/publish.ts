import { systemFiles } from '@stopgap/machine';
import type { TargetFile } from '@tufjs/models';
import { FeedError } from '../errors.ts';
import { feedLayout } from './layout.ts';
import { asOnlyPublisher } from './lock.ts';
import { targetFile, targetsMetadata } from './metadata.ts';
import { openPress, type SigningOptions } from './press.ts';
import { nextEdition, type Release, release, writeDocuments } from './release.ts';
import { readSettings } from './settings.ts';
import { clearStaged, readStaged, type Staged } from './stage.ts';

/** What a check says of a document; an `error` keeps the publication back. */
export interface CheckFinding {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** Looks at a document before it is signed. Given by the caller: the feed does not know what documents say. */
export type DocumentCheck = (
  name: string,
  bytes: Uint8Array,
) => readonly CheckFinding[] | Promise<readonly CheckFinding[]>;

/** What a publication takes beside the keys. */
export interface PublishOptions extends SigningOptions {
  readonly check?: DocumentCheck;
}

/** What a publication did. */
export interface Publication extends Partial<Release> {
  /** `false`: nothing was staged that is not already out. */
  readonly changed: boolean;
  /** Version of the targets that readers see now. */
  readonly version: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Signs and lets out what is staged. A reader at any instant sees the old version or the new one; killed at any instant,
 * the old version or the new one stands, and calling it again goes on. Throws `check-refused`, `key-missing`,
 * `passphrase-wrong`, `feed-damaged`, `feed-busy`, `clock-behind`.
 */
export async function publishFeed(folder: string, options: PublishOptions): Promise<Publication> {
  const layout = feedLayout(folder);
  const files = options.files ?? systemFiles;
  readSettings(layout, files);
  return asOnlyPublisher(layout, files, async () => {
    const { press, published } = openPress(layout, options);
    const staged = readStaged(layout, files);
    const change = changeOf(published.targets.signed.targets, staged);
    const warnings = await checkAll(staged, change.added, options.check);
    const outcome = {
      version: published.targets.signed.version,
      added: change.added,
      removed: change.removed,
      warnings,
    };
    if (change.added.length + change.removed.length === 0) {
      clearStaged(layout, files);
      return { changed: false, ...outcome };
    }
    writeDocuments(press, staged.add);
    const edition = nextEdition(press, 'targets', published.targets.signed.version);
    const versions = { timestamp: published.timestamp.signed.version, snapshot: published.snapshot.signed.version };
    const out = await release(press, versions, targetsMetadata(edition, change.targets));
    clearStaged(layout, files);
    return { changed: true, ...outcome, ...out, version: edition.version };
  });
}

interface Change {
  readonly targets: Readonly<Record<string, TargetFile>>;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** The targets after the staged changes, and what really differs from before. Pure. */
function changeOf(before: Readonly<Record<string, TargetFile>>, staged: Staged): Change {
  const targets = new Map(Object.entries(before));
  const removed = staged.remove.filter((name) => targets.delete(name));
  const added: string[] = [];
  for (const [name, bytes] of staged.add) {
    const next = targetFile(name, bytes);
    if (targets.get(name)?.equals(next)) continue;
    targets.set(name, next);
    added.push(name);
  }
  return { targets: Object.fromEntries(targets), added, removed };
}

async function checkAll(staged: Staged, names: readonly string[], check: DocumentCheck = () => []): Promise<string[]> {
  const checked = await Promise.all(
    names.map(async (name) => {
      const found = await check(name, staged.add.get(name) ?? new Uint8Array());
      return found.map(({ severity, message }) => ({ severity, line: `${name}: ${message}` }));
    }),
  );
  const findings = checked.flat();
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ line }) => line);
  if (errors.length > 0) {
    throw new FeedError('check-refused', `nothing was published; correct and add again: ${errors.join('; ')}`);
  }
  return findings.map(({ line }) => line);
}
