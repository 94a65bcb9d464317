import path from 'node:path';
import type { FeedConfig } from '@stopgap/feed';
import { object, optional, text } from '@stopgap/machine';

const decoder = object({
  name: text(64),
  url: text(2048),
  rootFile: text(),
  proxy: optional(text(2048)),
  caFile: optional(text()),
});

/**
 * Decodes an entry of `feeds` in `agent.json`; file names are relative to the state folder. Throws `invalid-json` naming the
 * place.
 */
export function decodeFeedConfig(value: unknown, place: string, stateFolder: string, feedsFolder: string): FeedConfig {
  const { name, url, rootFile, proxy, caFile } = decoder(value, place);
  return {
    name,
    url,
    rootFile: path.resolve(stateFolder, rootFile),
    stateFolder: path.join(feedsFolder, encodeURIComponent(name)),
    ...(proxy !== undefined && { proxy }),
    ...(caFile !== undefined && { caFile: path.resolve(stateFolder, caFile) }),
  };
}
