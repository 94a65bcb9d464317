import type { FeedFiles } from '../consume/fetch.ts';
import { Trouble } from '../trouble.ts';
import type { Bundle } from './format.ts';

/** The files of a bundle in place of those of a server, with the same caps. No network, no disk. */
export function bundleFiles({ files }: Bundle): FeedFiles {
  const find = async (path: string, maxBytes: number) => {
    const bytes = files.get(path);
    if (bytes && bytes.length > maxBytes) {
      throw new Trouble('content', `${path} in the bundle is longer than ${maxBytes} bytes, the most that is taken`);
    }
    return bytes;
  };
  const get = async (path: string, maxBytes: number) => {
    const bytes = await find(path, maxBytes);
    if (bytes) return bytes;
    throw new Trouble('content', `the bundle has no ${path}; make it anew with: stopgap feed bundle`);
  };
  return {
    find,
    get,
    timestamp: async (maxBytes) => ({ bytes: await get('metadata/timestamp.json', maxBytes), tag: undefined }),
  };
}
