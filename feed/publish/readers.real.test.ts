import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { feedRoot, serveFeed, tufSource } from '../index.ts';
import { temporaryFolder } from '../testing/temporary.ts';

const script = path.join(import.meta.dirname, '../testing/publisher-of-many.ts');
const publications = Number(process.env.STOPGAP_PUBLICATIONS ?? 12);

/** Starts the publisher in a process of its own; `go` has it publish and resolves with its exit code. */
async function publisher(folder: string) {
  const child = spawn(process.execPath, [script, folder, String(publications)], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('the publisher ended before it was ready')));
  });
  const go = () => {
    child.stdin.end();
    return ended;
  };
  return { go };
}

describe('readers that look all the time while a feed is published', () => {
  it('see whole versions alone, none older than the last, through publications and changes of root', async () => {
    const folder = path.join(temporaryFolder(), 'feed');
    const { go } = await publisher(folder);
    const server = await serveFeed(folder, { host: '127.0.0.1', port: 0 });
    onTestFinished(() => server.close());
    const config = { name: 'test', url: server.url, root: feedRoot(folder).bytes, proxy: 'direct' };
    const stop = new AbortController();
    let looks = 0;
    const versions = new Set<number>();
    /** One that goes on from look to look, or one that is new each time. */
    const hammer = async (fresh: boolean) => {
      let [version, reader] = [0, tufSource({ ...config, stateFolder: temporaryFolder() })];
      while (!stop.signal.aborted) {
        const look = await reader.look();
        if (!look.ok) throw new Error(`look ${looks}: ${look.trouble.step}: ${look.trouble.reason}`);
        const text = (name: string) => look.documents.documents.find((one) => one.name === name)?.bytes.toString();
        // Both documents of a version say the same: a reader that sees them differ has seen a version torn apart.
        expect(text('left.xml')).toBe(text('right.xml'));
        expect(look.documents.version).toBeGreaterThanOrEqual(version);
        version = look.documents.version;
        versions.add(version);
        looks += 1;
        if (fresh) reader = tufSource({ ...config, stateFolder: temporaryFolder() });
      }
    };
    const hammers = Promise.all([hammer(false), hammer(false), hammer(true)]);
    const ended = await Promise.race([go(), hammers.then(() => 'a reader ended too soon')]);
    stop.abort();
    await hammers;
    expect(ended).toBe(0);
    expect(versions.size).toBeGreaterThan(2);
    console.log(`${looks} looks at ${versions.size} versions, ${Math.floor(publications / 4)} with another root`);
  });
});
