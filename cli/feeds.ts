import { AgentError, type MitigationSource, type SourceScope, sourceScope } from '@stopgap/agent';
import { decodeFeedConfig, type FeedConfig, type FeedDeps, tufSource } from '@stopgap/feed/consume';
import type { OcsFeedConfig } from '@stopgap/feed/ocs';

/** An entry of `feeds` in `agent.json`, decoded by the rooms that know its parts. */
export type FeedEntry = { readonly scope: SourceScope } & (
  | { readonly kind: 'tuf'; readonly config: FeedConfig }
  | { readonly kind: 'ocs'; readonly config: OcsFeedConfig }
);

/**
 * Decodes all entries of `feeds`; `file` is the configuration's, for messages. What OCS-style feeds need is loaded only where
 * one is configured. Throws `invalid-json` and `invalid-config` naming the place.
 */
export async function decodeFeeds(
  feeds: readonly unknown[],
  file: string,
  feedsFolder: string,
): Promise<readonly FeedEntry[]> {
  const entries = await Promise.all(
    feeds.map((feed, index) => decodeFeed(feed, `${file}: feeds[${index}]`, feedsFolder)),
  );
  const names = new Set<string>();
  for (const { config } of entries) {
    if (names.has(config.name)) {
      throw new AgentError(
        'invalid-config',
        `${file}: two feeds are called "${config.name}"; give one of them another "name"`,
      );
    }
    names.add(config.name);
  }
  return entries;
}

async function decodeFeed(feed: unknown, place: string, feedsFolder: string): Promise<FeedEntry> {
  const entry = typeof feed === 'object' && feed !== null && !Array.isArray(feed) ? feed : undefined;
  if (!entry) throw new AgentError('invalid-config', `${place}: expected an object with "name" and "url"`);
  const { products, actions, kind = 'tuf', ...rest } = entry as Readonly<Record<string, unknown>>;
  const given = Object.entries({ products, actions }).filter(([, value]) => value !== undefined);
  const scope = sourceScope(Object.fromEntries(given), place);
  if (kind === 'tuf') return { kind, scope, config: decodeFeedConfig(rest, place, feedsFolder) };
  if (kind === 'ocs') {
    const { decodeOcsFeedConfig } = await import('@stopgap/feed/ocs');
    return { kind, scope, config: decodeOcsFeedConfig({ kind, ...rest }, place, feedsFolder) };
  }
  throw new AgentError('invalid-config', `${place}: kind ${JSON.stringify(kind)} is not known; known are tuf, ocs`);
}

/** The source of an entry, limited to what it may speak for. */
export async function sourceFor(entry: FeedEntry, deps: FeedDeps): Promise<MitigationSource> {
  if (entry.kind === 'tuf') return { ...tufSource(entry.config, deps), scope: entry.scope };
  const { ocsSource } = await import('@stopgap/feed/ocs');
  return { ...ocsSource(entry.config, deps), scope: entry.scope };
}
