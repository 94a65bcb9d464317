import { readFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { serveFeed, tufSource } from '../index.ts';
import type { FeedSource } from '../source.ts';
import type { MadeFeed } from './feed.ts';
import { temporaryFolder } from './temporary.ts';

/** A reader of a feed that is served from its folder. */
export async function readerOf({ folder, root }: Pick<MadeFeed, 'folder' | 'root'>): Promise<FeedSource> {
  const server = await serveFeed(folder, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return tufSource({
    name: 'test',
    url: server.url,
    root: root.bytes,
    stateFolder: temporaryFolder(),
    proxy: 'direct',
  });
}

/** A metadata file of a feed, as parsed. */
export function metadata(folder: string, name: string) {
  return JSON.parse(readFileSync(path.join(folder, 'repository/metadata', name), 'utf8'));
}
