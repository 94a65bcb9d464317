import * as fs from 'node:fs';
import path from 'node:path';
import { initFeed, publishFeed } from '@stopgap/feed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentText } from '../../agent/testing/documents.ts';
import { stopgap } from './command-line.ts';
import { outcomeOf } from './raw-request.ts';
import { startTrial, type Trial, temporaryFolder } from './trial.ts';

const attack = '/autodiscover/autodiscover.json?a=@example.com/powershell';

/** Each tampers with the repository that is served, between a publication and the server's next look. */
const tamperings: Record<string, { step: RegExp; tamper: (at: Repository) => void | Promise<void> }> = {
  'one byte of a document changed': {
    step: /content/,
    tamper: ({ document }) => flip(document('NEW'), 200),
  },
  'a document replaced by another signed one': {
    step: /content/,
    tamper: ({ document }) => fs.copyFileSync(document('PING1'), document('NEW')),
  },
  'a document cut short': {
    step: /content/,
    tamper: ({ document }) => fs.truncateSync(document('NEW'), 100),
  },
  'a document longer than signed': {
    step: /content/,
    tamper: ({ document }) => fs.appendFileSync(document('NEW'), 'x'.repeat(5_000_000)),
  },
  'a document withheld': { step: /http|content/, tamper: ({ document }) => fs.rmSync(document('NEW')) },
  'the timestamp rolled back': {
    step: /rollback/,
    tamper: ({ first, file }) =>
      fs.copyFileSync(path.join(first, 'metadata', 'timestamp.json'), file('metadata', 'timestamp.json')),
  },
  'one byte of the timestamp changed': {
    step: /signature|content/,
    tamper: ({ file }) =>
      change(file('metadata', 'timestamp.json'), /"version": ?(\d+)/, (found) =>
        found.replace(/\d+/, (digits) => `${Number(digits) + 1}`),
      ),
  },
  'the signatures taken off the timestamp': {
    step: /signature/,
    tamper: ({ file }) => editJson(file('metadata', 'timestamp.json'), (json) => ({ ...json, signatures: [] })),
  },
  'one byte of the snapshot changed': {
    step: /signature|content/,
    tamper: ({ newest }) => flip(newest('metadata', /\.snapshot\.json$/), 60),
  },
  'an older snapshot in place of the newest': {
    step: /signature|content|rollback/,
    tamper: ({ newest, old }) =>
      fs.copyFileSync(
        newestOf(path.join(old, 'metadata'), /\.snapshot\.json$/),
        newest('metadata', /\.snapshot\.json$/),
      ),
  },
  'older targets in place of the newest': {
    step: /signature|content|rollback/,
    tamper: ({ newest, old }) =>
      fs.copyFileSync(newestOf(path.join(old, 'metadata'), /\.targets\.json$/), newest('metadata', /\.targets\.json$/)),
  },
  'metadata larger than its cap': {
    step: /content|http/,
    tamper: ({ file }) => fs.appendFileSync(file('metadata', 'timestamp.json'), ' '.repeat(5_000_000)),
  },
  'the metadata of another feed': {
    step: /signature/,
    tamper: ({ other, repository }) =>
      fs.cpSync(path.join(other, 'repository'), repository, { recursive: true, force: true }),
  },
  'a root that nobody we know has signed': {
    step: /signature|content/,
    tamper: ({ other, file }) =>
      fs.copyFileSync(path.join(other, 'repository', 'metadata', '1.root.json'), file('metadata', '2.root.json')),
  },
  'a page of something else in its place': {
    step: /content|signature/,
    tamper: ({ file }) => fs.writeFileSync(file('metadata', 'timestamp.json'), '<html>please log in</html>'),
  },
};

interface Repository {
  readonly repository: string;
  /** The repository as it was when the server was enrolled. */
  readonly first: string;
  /** The repository as it was before the last publication. */
  readonly old: string;
  /** Another feed, with keys of its own. */
  readonly other: string;
  file(...parts: string[]): string;
  newest(folder: string, name: RegExp): string;
  /** The file of a document: the newly published one, or another by name. */
  document(name: 'NEW' | 'PING1'): string;
}

describe('a feed tampered with', () => {
  let trial: Trial;
  let scratch: string;
  beforeAll(async () => {
    trial = await startTrial(temporaryFolder());
    scratch = temporaryFolder();
    fs.cpSync(path.join(trial.stateFolder, 'feed', 'repository'), path.join(scratch, 'first'), { recursive: true });
    const passphrase = () => 'a passphrase for the other feed';
    await initFeed(path.join(scratch, 'other'), { name: 'other', passphrase });
    await publishFeed(path.join(scratch, 'other'), { passphrase });
  }, 60_000);
  afterAll(async () => {
    await trial.stop();
    for (const folder of [trial.stateFolder, scratch]) fs.rmSync(folder, { recursive: true, force: true });
  });

  it.each(Object.entries(tamperings))(
    '%s: nothing changes on the server, and it is explained',
    async (name, { step, tamper }) => {
      const state = trial.stateFolder;
      const id = `NEW-${String.fromCharCode(65 + Object.keys(tamperings).indexOf(name))}`;
      const rules = fs.readFileSync(path.join(state, 'gateway-rules.json'), 'utf8');
      const before = feedOf(await stopgap(state, 'status', '--json')).version;
      const good = await publishAside(state, id);
      const bad = path.join(scratch, 'bad');
      fs.cpSync(path.join(good, 'repository'), bad, { recursive: true });
      await tamper(repositoryAt(bad, path.join(state, 'feed', 'repository'), scratch, id));
      swap(bad, path.join(state, 'feed', 'repository'));
      await stopgap(state, 'check');

      expect(fs.readFileSync(path.join(state, 'gateway-rules.json'), 'utf8')).toBe(rules);
      expect(await outcomeOf(trial.port, attack)).toBe('refused');
      expect(await outcomeOf(trial.port, `/attack/${id}`)).toBe('200');
      const feed = feedOf(await stopgap(state, 'status', '--json'));
      expect(feed.version).toBe(before);
      expect(feed.trouble?.step).toMatch(step);
      expect(feed.trouble?.reason.length).toBeGreaterThan(20);
      const { code, out } = await stopgap(state, 'connectivity');
      expect([code, /failed/.test(out)]).toEqual([3, true]);

      swap(path.join(good, 'repository'), path.join(state, 'feed', 'repository'));
      fs.rmSync(good, { recursive: true });
      await stopgap(state, 'check');
      expect(feedOf(await stopgap(state, 'status', '--json')).trouble).toBeNull();
      expect(await outcomeOf(trial.port, `/attack/${id}`)).toBe('refused');
    },
    60_000,
  );

  it(`was tampered with in ${Object.keys(tamperings).length} ways`, () => {
    expect(Object.keys(tamperings).length).toBeGreaterThanOrEqual(10);
  });
});

/** Publishes a new mitigation in a copy of the feed, which nobody serves, and answers the copy. */
async function publishAside(state: string, id: string): Promise<string> {
  const aside = path.join(state, 'feed-aside');
  fs.cpSync(path.join(state, 'feed'), aside, { recursive: true });
  const document = path.join(state, `${id}.xml`);
  const text = documentText(id).replace('name="thing"', 'name="exchange"');
  fs.writeFileSync(
    document,
    text.replace('from="1.2.0" below="1.3.0"', 'from="15.2.0" below="15.3.0"').replace('1.2.9', '15.2.9999'),
  );
  const passphrase = ['--passphrase-file', path.join(state, 'feed-passphrase')];
  expect(await stopgap(state, 'feed', 'add', aside, document)).toMatchObject({ code: 0 });
  expect(await stopgap(state, 'feed', 'publish', aside, ...passphrase)).toMatchObject({ code: 0 });
  return aside;
}

/** Puts one folder in the place of another in one step, as far as a reader can tell. */
function swap(folder: string, place: string): void {
  fs.renameSync(place, `${place}-before`);
  fs.renameSync(folder, place);
  fs.rmSync(`${place}-before`, { recursive: true });
}

function repositoryAt(repository: string, old: string, scratch: string, id: string): Repository {
  const newest = (folder: string, name: RegExp) => newestOf(path.join(repository, folder), name);
  return {
    repository,
    old,
    first: path.join(scratch, 'first'),
    other: path.join(scratch, 'other'),
    file: (...parts) => path.join(repository, ...parts),
    newest,
    document: (name) => newest('targets', new RegExp(`\\.${name === 'NEW' ? id : name}\\.xml$`)),
  };
}

function newestOf(folder: string, name: RegExp): string {
  const versions = fs.readdirSync(folder).filter((file) => name.test(file));
  const newest = versions.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1);
  if (newest === undefined) throw new Error(`nothing called ${name} in ${folder}`);
  return path.join(folder, newest);
}

function flip(file: string, at: number): void {
  const bytes = fs.readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  fs.writeFileSync(file, bytes);
}

function change(file: string, what: RegExp, edit: (found: string) => string): void {
  const text = fs.readFileSync(file, 'utf8');
  const changed = text.replace(what, edit);
  if (changed === text) throw new Error(`nothing to change in ${file}`);
  fs.writeFileSync(file, changed);
}

function editJson(file: string, edit: (json: object) => object): void {
  fs.writeFileSync(file, JSON.stringify(edit(JSON.parse(fs.readFileSync(file, 'utf8')) as object)));
}

interface FeedSeen {
  readonly version: number;
  readonly trouble: { readonly step: string; readonly reason: string } | null;
}

function feedOf({ out }: { readonly out: string }): FeedSeen {
  const [feed] = (JSON.parse(out) as { feeds: FeedSeen[] }).feeds;
  if (!feed) throw new Error(`no feed in ${out}`);
  return feed;
}
