import type { SecureContext } from 'node:tls';
import { type FeedDeps, withDefaults } from '../consume/config.ts';
import { type TrustFolder, trustFolder } from '../consume/folder.ts';
import { defaultLimits } from '../consume/limits.ts';
import { untilAborted } from '../consume/source.ts';
import { sha256 } from '../digest.ts';
import { authorities } from '../http/authorities.ts';
import { type Answer, type FeedHttp, feedHttp } from '../http/client.ts';
import { proxyFor } from '../http/proxy.ts';
import type { FeedDocuments, FeedLook, FeedSource } from '../source.ts';
import { asConfiguration, Trouble, troubleOf } from '../trouble.ts';
import { anchorsFromPem, type TrustAnchor } from './anchors.ts';
import { type OcsConfig, readOcsContent } from './content.ts';
import { OcsError, type OcsErrorCode } from './errors.ts';
import type { OcsFeedConfig } from './feed-config.ts';
import { defaultsOf, type Kept, keep, readKept, readKeptDocument, sinceWhen } from './kept.ts';
import { ocsLimits } from './limits.ts';
import { exchangePurposes, microsoftTrust, type OcsTrust, publisherTrust, unreadOf } from './microsoft.ts';
import { type RevocationList, revocationListsFrom } from './revocation.ts';
import { toMitigation } from './to-mitigation.ts';
import { verifyOcs } from './verify.ts';

const day = 24 * 3_600_000;
/** The format has no expiry: 31 December 9999. */
const never = Date.UTC(9999, 11, 31);

/**
 * A reader of an OCS-style feed over HTTP, with the same promises as one of a TUF feed: whatever the feed, the network or
 * the disk does becomes a `trouble`, and what was verified before stays. One `look` at a time.
 */
export function ocsSource(config: OcsFeedConfig, given: FeedDeps = {}): FeedSource {
  const deps = withDefaults(given);
  const reader = new OcsReader(config, deps);
  let running: Promise<unknown> = Promise.resolve();
  return {
    name: config.name,
    look: () => {
      const look = running.then(() => reader.look());
      running = look;
      return look;
    },
    last: () => reader.last(),
    // There is no push channel in this format.
    follow: (_onHint, signal) => untilAborted(signal),
  };
}

/** What of a verified document matters here. */
interface Verified {
  readonly at: number;
  /** SHA-256 of what the signature covers. */
  readonly content: string;
  readonly configs: readonly OcsConfig[];
}

class OcsReader {
  readonly #config: OcsFeedConfig;
  readonly #deps: Required<FeedDeps>;
  readonly #folder: TrustFolder;
  #http: { readonly path: string; readonly client: FeedHttp } | undefined;

  constructor(config: OcsFeedConfig, deps: Required<FeedDeps>) {
    this.#config = config;
    this.#deps = deps;
    this.#folder = trustFolder(config.stateFolder, deps.files);
  }

  async look(): Promise<FeedLook> {
    try {
      return { ok: true, documents: await this.#look() };
    } catch (error) {
      return { ok: false, trouble: troubleOf(error) };
    }
  }

  last(): FeedDocuments | undefined {
    try {
      const kept = readKept(this.#folder);
      const bytes = kept && readKeptDocument(this.#folder, kept);
      return kept && bytes && this.#documentsOf(kept, this.#verified(bytes, this.#trust()).configs);
    } catch (error) {
      const { reason } = troubleOf(error);
      this.#deps.log.warn('what was verified before cannot be used', { feed: this.#config.name, reason });
      return undefined;
    }
  }

  async #look(): Promise<FeedDocuments> {
    const trust = this.#trust();
    const kept = readKept(this.#folder);
    const before = kept && readKeptDocument(this.#folder, kept);
    const answer = await this.#fetch(before && kept?.etag);
    const bytes = answer.status === 304 && before ? before : answer.body;
    const { at, content, configs } = this.#verified(bytes, trust);
    const hash = sha256(bytes);
    this.#refuseOlder(at, content, kept);
    const { maximumAgeDays } = this.#config;
    if (maximumAgeDays !== undefined && at + maximumAgeDays * day < this.#deps.clock.now()) {
      const reason = `the newest document was countersigned at ${iso(at)}, more than ${maximumAgeDays} days ago; ask the publisher, or raise maximumAgeDays`;
      throw new Trouble('expired', reason);
    }
    const etag = answer.status === 304 ? kept?.etag : etagOf(answer);
    const now: Kept = { at, sha256: hash, content, etag, since: sinceWhen(configs, at, kept) };
    if (!before || kept?.sha256 !== hash || kept.etag !== etag) keep(this.#folder, now, bytes);
    return this.#documentsOf(now, configs);
  }

  /** The format has no number that rises: the countersigned time is the only order there is. */
  #refuseOlder(at: number, content: string, kept: Kept | undefined): void {
    if (!kept || at > kept.at || (at === kept.at && content === kept.content)) return;
    const which = at === kept.at ? 'another document of the same time' : `a document countersigned at ${iso(at)}`;
    const reason = `${this.#config.url} offers ${which}, after one of ${iso(kept.at)} was verified here; an old copy looks like this, and so does an attack: ask the publisher`;
    throw new Trouble('rollback', reason);
  }

  #verified(bytes: Buffer, trust: OcsTrust): Verified {
    const verdict = verifyOcs(bytes, trust, this.#deps.clock.now());
    if (!verdict.ok) throw refusal(this.#config.url, verdict.code, verdict.reason);
    if (!verdict.countersignature) {
      throw refusal(
        this.#config.url,
        'countersignature',
        'it has none, so nobody can tell an old document from a new one',
      );
    }
    try {
      const content = sha256(Buffer.from(verdict.content, 'utf8'));
      return { at: verdict.countersignature.at, content, configs: readOcsContent(verdict.content).configs };
    } catch (error) {
      throw error instanceof OcsError ? refusal(this.#config.url, error.code, error.message) : error;
    }
  }

  #documentsOf(kept: Kept, configs: readonly OcsConfig[]): FeedDocuments {
    const { maximumAgeDays } = this.#config;
    return {
      version: Math.floor(kept.at / 1000),
      signedAt: kept.at,
      expiresAt: maximumAgeDays === undefined ? never : kept.at + maximumAgeDays * day,
      documents: configs.map((config) => {
        const { id, name, document, unsupported: reason } = toMitigation(config, defaultsOf(config, kept));
        const bytes = Buffer.from(document, 'utf8');
        return reason === undefined
          ? { name, bytes }
          : { name, bytes, unsupported: { id, title: titleOf(config), reason } };
      }),
    };
  }

  async #fetch(etag: string | undefined): Promise<Answer> {
    this.#http ??= connect(this.#config, this.#deps);
    const { client, path } = this.#http;
    const headers = { accept: 'application/xml', ...(etag === undefined ? {} : { 'if-none-match': etag }) };
    const answer = await client.get(path, { maxBytes: ocsLimits.documentBytes, headers });
    if (answer.status === 200 || (answer.status === 304 && etag !== undefined)) return answer;
    const to = answer.headers.location;
    const reason = `${this.#config.url} answered with status ${answer.status}${to === undefined ? '' : ` (to ${to.slice(0, 200)}, which is not followed)`}; check the url`;
    throw new Trouble('http', reason);
  }

  #trust(): OcsTrust {
    const {
      rootFile,
      timeRootFile,
      attributeCertificates: more = [],
      usages: purposes = exchangePurposes,
    } = this.#config;
    return asConfiguration(() => {
      const own = timeRootFile === undefined ? {} : { timestampRoots: this.#anchors(timeRootFile) };
      const trust = { ...own, purposes, attributeCertificates: unreadOf(more), revocationLists: this.#lists() };
      if (rootFile === undefined) return { ...microsoftTrust(), ...trust };
      return publisherTrust(this.#anchors(rootFile), trust);
    });
  }

  #lists(): readonly RevocationList[] {
    return (this.#config.revocationFiles ?? []).flatMap((file) => {
      const bytes = this.#deps.files.read(file, ocsLimits.revocationListBytes)?.bytes;
      if (!bytes)
        throw new Trouble(
          'configuration',
          `${file} is missing; fetch the revocation list, or take it out of revocationFiles`,
        );
      return revocationListsFrom(bytes, file);
    });
  }

  #anchors(file: string): readonly TrustAnchor[] {
    const bytes = this.#deps.files.read(file, 1024 * 1024)?.bytes;
    if (!bytes) throw new Trouble('configuration', `${file} is missing; get the root certificate from the publisher`);
    return anchorsFromPem(bytes.toString('latin1'), file);
  }
}

function titleOf({ id, description }: OcsConfig): string {
  return description.trim() === '' ? id : description.trim().slice(0, 120);
}

function connect(config: OcsFeedConfig, deps: Required<FeedDeps>): { path: string; client: FeedHttp } {
  const url = URL.canParse(config.url) ? new URL(config.url) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    const reason = `the url of feed ${config.name} must look like https://feed.example.org/path, without user`;
    throw new Trouble('configuration', reason);
  }
  let context: SecureContext | undefined;
  const { connectTimeoutMs, requestTimeoutMs: totalMs, idleTimeoutMs: idleMs } = defaultLimits;
  const route = {
    url,
    proxy: proxyFor(url, config.proxy, deps.environment),
    authorities: () => {
      context ??= asConfiguration(() => authorities(config.caFile, deps.files));
      return context;
    },
    connectTimeoutMs,
  };
  return { path: `${url.pathname}${url.search}`, client: feedHttp(route, { totalMs, idleMs }, deps.clock) };
}

/** What is no such document at all (an error page, a login of a proxy) is the content's fault; all else, the signature's. */
function refusal(url: string, code: OcsErrorCode, reason: string): Trouble {
  const content: readonly OcsErrorCode[] = ['too-large', 'not-plain', 'not-xml', 'content'];
  return new Trouble(content.includes(code) ? 'content' : 'signature', `${url} was refused (${code}): ${reason}`);
}

function etagOf(answer: Answer): string | undefined {
  const { etag } = answer.headers;
  return etag !== undefined && /^(?:W\/)?"[\x21\x23-\x7e]{1,150}"$/.test(etag) ? etag : undefined;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
