import * as fs from 'node:fs';
import path from 'node:path';
import { type FeedServer, serveFeed } from '@stopgap/feed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout, run, type Said, stopgap } from './command-line.ts';
import { temporaryFolder } from './trial.ts';

const page = fs.readFileSync(path.join(checkout, 'docs', 'publishing.md'), 'utf8');
const work = temporaryFolder();
const feed = path.join(work, 'publisher', 'feed');
const state = path.join(work, 'server');
let server: FeedServer | undefined;

/** Runs the commands of a section of docs/publishing.md as they stand there, in a folder with a folder for each holder. */
async function section(number: number): Promise<Said> {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${number}. `)) ?? '';
  const commands = [...text.matchAll(/```sh\n(.*?)```/gs)].map((match) => match[1]);
  expect(commands.length, `section ${number} has commands`).toBeGreaterThan(0);
  const script = `set -e\ncd '${work}'\n${commands.join('\n')}`;
  const said = await run('bash', ['-c', script], { PATH: `${path.join(checkout, 'bin')}:${process.env.PATH}` });
  expect(said.code, `${said.out}\n${said.err}`).toBe(0);
  return said;
}

/** What the server sees: the agent's own look and status. */
async function agent(): Promise<{
  feeds: { version?: number; trouble?: { step: string } }[];
  states: Map<string, string>;
}> {
  await stopgap(state, 'check');
  const { out } = await stopgap(state, 'status', '--json');
  const status = JSON.parse(out);
  const entries: { id: string; state: string }[] = status.mitigations;
  return { feeds: status.feeds, states: new Map(entries.map(({ id, state }) => [id, state])) };
}

const publish = (...signatures: readonly string[]) =>
  stopgap(state, 'feed', 'publish', feed, ...signatures, '--passphrase-file', path.join(work, 'publisher/passphrase'));

beforeAll(() => {
  for (const id of ['CVE-2022-41040', 'CVE-2021-26855']) {
    fs.copyFileSync(path.join(checkout, 'catalog', id, 'mitigation.xml'), path.join(work, `${id}.xml`));
  }
});

afterAll(async () => {
  await server?.close();
  fs.rmSync(work, { recursive: true, force: true });
});

describe('the ceremony of docs/publishing.md, by its commands alone', () => {
  it('begins with five holders and a feed that nobody alone can let out', async () => {
    await section(1);
    await section(2);
    const none = await publish();
    expect(none).toMatchObject({ code: 1 });
    expect(none.err).toMatch(/root has 0 of the 3 signatures .*still to sign: anna .*eva/);
    await section(3);
    const two = await publish(...['anna', 'bert'].map((name) => path.join(work, `publisher/first.${name}.signature`)));
    expect(two).toMatchObject({ code: 1 });
    expect(two.err).toMatch(/root has 2 of the 3 signatures .*still to sign: carla \(.*\), dirk \(.*\), eva/);
    expect(fs.readdirSync(path.join(feed, 'repository/metadata'))).toEqual([]);
    expect(fs.readdirSync(path.join(feed, 'keys')).sort()).toEqual(['snapshot.pem', 'timestamp.pem']);
  });

  it('lets out what three of them have signed, and a server follows', async () => {
    await section(4);
    server = await serveFeed(feed, { host: '127.0.0.1', port: 0 });
    fs.mkdirSync(state, { mode: 0o700 });
    const config = {
      feeds: [{ name: 'contoso', url: server.url, rootFile: path.join(work, 'publisher/root.json') }],
      hosts: [],
      products: [{ product: 'exchange', detector: 'declared', build: '15.2.1118.9', roles: ['mailbox'] }],
    };
    fs.writeFileSync(path.join(state, 'agent.json'), JSON.stringify(config), { mode: 0o600 });
    expect((await agent()).states.size).toBe(0);
    await section(5);
    expect([...(await agent()).states.keys()]).toEqual(['CVE-2022-41040']);
  });

  it('delegates a product to a role of its own', async () => {
    await section(6);
    expect([...(await agent()).states.keys()].sort()).toEqual(['CVE-2021-26855', 'CVE-2022-41040']);
  });

  it('goes on with another key in place of a lost one, which counts no more', async () => {
    await section(7);
    const { out } = await stopgap(state, 'feed', 'status', feed, '--json');
    const { roles, rootVersion } = JSON.parse(out);
    const holders = roles[0].holders.map(({ holder }: { holder: string }) => holder);
    expect({ rootVersion, holders }).toEqual({ rootVersion: 2, holders: ['anna', 'bert', 'carla', 'dirk', 'fritz'] });
    expect((await agent()).states.size).toBe(2);
  });

  it('gives nothing away to whoever takes the publisher’s machine, with both online keys', async () => {
    const thief = path.join(work, 'thief');
    fs.cpSync(path.join(work, 'publisher'), thief, { recursive: true });
    const stolen = path.join(thief, 'feed');
    const passphrase = ['--passphrase-file', path.join(thief, 'passphrase')];
    const staged = await stopgap(state, 'feed', 'add', stolen, path.join(checkout, 'catalog/PING1/mitigation.xml'));
    expect(staged.code, staged.err).toBe(0);
    const add = await stopgap(state, 'feed', 'publish', stolen, ...passphrase);
    expect(add.err).toMatch(/targets needs 3 signatures and 0 can be made here/);
    await stopgap(state, 'feed', 'revoke', stolen, 'CVE-2022-41040', '--reason', 'Gone.');
    expect((await stopgap(state, 'feed', 'publish', stolen, ...passphrase)).code).toBe(1);
    expect((await stopgap(state, 'feed', 'renew', stolen, ...passphrase)).code).toBe(0);
    await section(8);
    expect((await agent()).states.size).toBe(2);
  });

  it('withdraws a mitigation, and its log tells all of it', async () => {
    await section(9);
    const { states } = await agent();
    expect(states.get('CVE-2022-41040')).toBe('not-applicable');
    const { out } = await stopgap(state, 'status', '--json');
    expect(out).toContain('withdrawn by its publisher: The rule refuses ordinary mail.');
    const log = await stopgap(state, 'feed', 'log', feed);
    expect(log.out).toMatch(/targets: 5 entries, each following the one before; they lead to what is out/);
    expect(log.out).toMatch(/exchange: 2 entries/);
  });
});
