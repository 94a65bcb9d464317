import { bundleFiles } from '../bundle/files.ts';
import { readBundle } from '../bundle/format.ts';
import type { BundleTerms, FeedDocuments, FeedLook } from '../source.ts';
import { asConfiguration, Trouble, troubleOf } from '../trouble.ts';
import type { FeedConfig, FeedDeps } from './config.ts';
import { connectFeed, enrolledRoot, type FeedConnection } from './connection.ts';
import { partialTrouble, readCurrent, readDocuments, refuseExpired, writeCurrent } from './current.ts';
import { dropOldDocuments, fetchDocuments } from './documents.ts';
import { type FeedFiles, feedFiles } from './fetch.ts';
import { readFloor } from './floor.ts';
import type { TrustFolder } from './folder.ts';
import { defaultLimits, type FeedLimits } from './limits.ts';
import { followLogs } from './logs.ts';
import { nextCurrent } from './next-current.ts';
import { documentsOf } from './roles.ts';
import { withinCaps, withoutRoles } from './sound.ts';
import { updateMetadata } from './update.ts';

/**
 * Looks at a feed, keeping what it verifies in a folder. As long as the timestamp stays the very one that is trusted
 * already, a look is one conditional request and no update in the specification's sense: nothing new is believed, and what
 * is believed is judged by the time again. The root is asked for, first of all, whenever the timestamp has changed (our
 * publisher signs a new one with each new root), at the first look, and otherwise once a day.
 */
export class FeedReader {
  readonly #config: FeedConfig;
  readonly #deps: Required<FeedDeps>;
  readonly #folder: TrustFolder;
  readonly #limits: FeedLimits;
  #open: { readonly connection: FeedConnection; readonly files: FeedFiles } | undefined;
  /** Of the timestamp that was accepted. Not of one that was refused: unchanged, it must be refused again. */
  #tag: string | undefined;
  #rootAskedAt = Number.NEGATIVE_INFINITY;

  constructor(config: FeedConfig, deps: Required<FeedDeps>, folder: TrustFolder) {
    this.#config = config;
    this.#deps = deps;
    this.#folder = folder;
    this.#limits = { ...defaultLimits, ...config.limits };
  }

  /** Never throws. */
  async look(): Promise<FeedLook> {
    try {
      const documents = await this.#look();
      const current = readCurrent(this.#folder);
      const trouble = current && this.#config.url !== undefined ? partialTrouble(current, this.#time()) : undefined;
      return trouble ? { ok: true, documents, trouble } : { ok: true, documents };
    } catch (error) {
      return { ok: false, trouble: troubleOf(error) };
    } finally {
      // The next look is in an hour. Kept until then, the connections of a crowd would fill the server that told it to look.
      this.#open?.connection.http.close();
    }
  }

  /**
   * Takes an offline bundle: the same order, the same checks and the same memory of what was seen as a look, with the bundle's
   * files in place of the server's. Never throws.
   */
  async take(bundle: Uint8Array, { allowanceMs }: BundleTerms): Promise<FeedLook> {
    try {
      const root = asConfiguration(() => enrolledRoot(this.#config, this.#deps, this.#limits));
      const files = bundleFiles(readBundle(bundle));
      this.#tag = undefined;
      return { ok: true, documents: await this.#update(root, files, undefined, { allowanceMs, whole: true }) };
    } catch (error) {
      return { ok: false, trouble: troubleOf(error) };
    }
  }

  /** A feed without a url is fed by bundles: what was taken last stands, and how stale it is, is for policy to judge. */
  #takenLast(): FeedDocuments {
    const current = readCurrent(this.#folder);
    const documents = current && readDocuments(this.#folder, current);
    if (documents) return documents;
    throw new Trouble(
      'configuration',
      `feed ${this.#config.name} has no url, and no bundle was taken for it yet; take one with: stopgap check --bundle FILE`,
    );
  }

  async #look(): Promise<FeedDocuments> {
    if (this.#config.url === undefined) return this.#takenLast();
    const { connection, files } = this.#connected();
    const offered = await files.timestamp(this.#limits.timestampBytes, this.#tag);
    const same = this.#unchanged(offered.bytes);
    if (same) {
      this.#tag = offered.tag;
      return same;
    }
    this.#tag = undefined;
    const bytes = offered.bytes ?? (await files.get('metadata/timestamp.json', this.#limits.timestampBytes));
    const documents = await this.#update(connection.enrolledRoot, files, bytes, {
      allowanceMs: 0,
      whole: false,
    });
    this.#rootAskedAt = this.#deps.clock.elapsed();
    this.#tag = offered.bytes && offered.tag;
    return documents;
  }

  #connected() {
    if (!this.#open) {
      this.#folder.tidy();
      const connection = connectFeed(this.#config, this.#deps, this.#limits);
      this.#open = { connection, files: feedFiles(connection.http, connection.url) };
    }
    return this.#open;
  }

  /** Never below what signed metadata proved, ms since the epoch. */
  #time(): number {
    return Math.max(this.#deps.clock.now(), readFloor(this.#folder));
  }

  /** What is current, when the timestamp is still the trusted one and nothing else is due. Throws when it has expired. */
  #unchanged(offered: Buffer | undefined): FeedDocuments | undefined {
    if (this.#deps.clock.elapsed() - this.#rootAskedAt >= this.#limits.rootProbeMs) return undefined;
    const trusted = this.#folder.read('timestamp.json', this.#limits.timestampBytes);
    const current = readCurrent(this.#folder);
    if (!trusted || !current || (offered && !offered.equals(trusted))) return undefined;
    if (versionIn(trusted) !== current.timestamp) return undefined;
    refuseExpired(current, this.#time());
    return readDocuments(this.#folder, current);
  }

  async #update(
    enrolledRoot: Uint8Array,
    files: FeedFiles,
    timestamp: Buffer | undefined,
    { allowanceMs, whole }: Terms,
  ): Promise<FeedDocuments> {
    const { clock, log } = this.#deps;
    const [folder, limits] = [this.#folder, this.#limits];
    const updated = await updateMetadata(
      { files, folder, limits, log, now: clock.now(), enrolledRoot, allowanceMs },
      timestamp,
    );
    const { trust } = updated;
    const capped = withinCaps(updated, limits);
    const targets = documentsOf(trust, capped);
    const fetched = await fetchDocuments(files, folder, limits, targets, trust.root.signed.consistentSnapshot);
    const unsound = followLogs(folder, trust, capped.roles, fetched, enrolledRoot);
    const sound = withoutRoles(capped, unsound);
    if (whole) for (const trouble of sound.held.values()) throw trouble;
    const said = fetched.filter(({ role }) => role === undefined || !unsound.has(role));
    const current = nextCurrent(sound, said, readCurrent(folder), clock.now());
    writeCurrent(folder, current);
    dropOldDocuments(folder, current);
    const documents = readDocuments(folder, current);
    if (documents) return documents;
    throw new Trouble(
      'disk',
      `documents just written to ${this.#config.stateFolder} cannot be read back; check the disk`,
    );
  }
}

/** How far a version may be less than it should be. */
interface Terms extends BundleTerms {
  /** `true`: a role that would be left out ends it. */
  readonly whole: boolean;
}

function versionIn(timestamp: Buffer): unknown {
  return JSON.parse(timestamp.toString('utf8'))?.signed?.version;
}
