import * as fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { documentText } from '../../agent/testing/documents.ts';
import { writeBundle } from '../../feed/bundle/format.ts';
import { SimulatedRepository } from '../../feed/testing/repository.ts';
import { run, stopgap } from './command-line.ts';
import type { Seen, Step } from './offline-server.ts';
import { temporaryFolder } from './trial.ts';

const day = 86_400_000;

/** A publisher who makes bundles, and a server without any interface but the loopback. */
class Stick {
  readonly folder = temporaryFolder();
  readonly repository: SimulatedRepository;

  constructor(repository: SimulatedRepository) {
    this.repository = repository;
    fs.writeFileSync(path.join(this.folder, 'root.json'), repository.root);
  }

  /** Publishes documents for these ids and makes a bundle by the command. */
  async bundle(name: string, ...ids: string[]): Promise<string> {
    this.repository.documents = new Map(ids.map((id) => [`${id}.xml`, Buffer.from(documentText(id))]));
    await this.repository.release();
    const mirror = path.join(this.folder, name);
    for (const [file, bytes] of this.repository.served) {
      fs.mkdirSync(path.join(mirror, path.dirname(file)), { recursive: true });
      fs.writeFileSync(path.join(mirror, file), bytes);
    }
    const out = path.join(this.folder, `${name}.bundle`);
    expect(await stopgap(this.folder, 'feed', 'bundle', mirror, '--out', out)).toMatchObject({ code: 0 });
    return out;
  }

  /** The same as it was on another day: the command makes none of what has expired meanwhile. */
  async oldBundle(name: string, ...ids: string[]): Promise<string> {
    this.repository.documents = new Map(ids.map((id) => [`${id}.xml`, Buffer.from(documentText(id))]));
    await this.repository.release();
    const out = path.join(this.folder, `${name}.bundle`);
    fs.writeFileSync(out, writeBundle({ made: this.repository.signedAt, files: this.repository.served }));
    return out;
  }

  /** Takes bundles on a server in a namespace of its own, one after the other. */
  async take(steps: readonly Step[], ids: readonly string[], url = ''): Promise<readonly Seen[]> {
    const script = path.join(import.meta.dirname, 'offline-server.ts');
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', script, this.folder];
    const inside = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...node];
    const said = await run('unshare', ['--net', ...inside, JSON.stringify(steps), JSON.stringify(ids), url]);
    if (said.code !== 0) throw new Error(said.err);
    return JSON.parse(said.out) as Seen[];
  }
}

let stick: Stick;
afterEach(() => fs.rmSync(stick.folder, { recursive: true, force: true }));

const statesOf = (seen: Seen | undefined) => seen?.overview.mitigations.map(({ id, state }) => `${id} ${state}`);

describe('a bundle on a server without a network', () => {
  it('is verified, applied and proven; an older one and a damaged one are refused', async () => {
    stick = new Stick(await SimulatedRepository.released());
    const old = await stick.bundle('old', 'M1');
    const bundle = await stick.bundle('new', 'M1', 'M2');
    const damaged = path.join(stick.folder, 'damaged.bundle');
    const bytes = fs.readFileSync(bundle);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    fs.writeFileSync(damaged, bytes);
    const [first, rolledBack, broken] = await stick.take(
      [{ bundle }, { bundle: old }, { bundle: damaged }],
      ['M1', 'M2'],
    );

    expect(first?.interfaces).toEqual(['lo']);
    expect(first?.check).toMatchObject({ code: 0, out: expect.stringContaining('apply M1') });
    expect(statesOf(first)).toEqual(['M1 protected', 'M2 protected']);
    expect(first?.attacks).toEqual({ M1: 'refused', M2: 'refused' });
    expect(first?.ordinary).toBe('200');
    expect(first?.overview).toMatchObject({ feeds: [{ version: 3, staleDays: 0, trouble: null }], warnings: [] });

    expect(rolledBack?.check).toMatchObject({
      code: 1,
      err: expect.stringMatching(/refused \(rollback\): timestamp\.json goes back/),
    });
    expect(broken?.check).toMatchObject({
      code: 1,
      err: expect.stringMatching(/refused \(content\): .*damaged; copy it again/),
    });
    for (const after of [rolledBack, broken]) {
      expect(statesOf(after)).toEqual(['M1 protected', 'M2 protected']);
      expect(after?.attacks).toEqual({ M1: 'refused', M2: 'refused' });
    }
  });

  it('that is stale is taken as far as the more restrictive policy says, and status says by how many days', async () => {
    const now = Date.now();
    const repository = await SimulatedRepository.released(now - 10 * day);
    repository.roles.timestamp.expiresAt = now - 3 * day + 3_600_000;
    stick = new Stick(repository);
    const bundle = await stick.oldBundle('stale', 'M1');
    const next = await stick.oldBundle('staler', 'M1', 'M2');
    const thirty = { stale: { stopAfterDays: 30 } };
    const [taken, refused] = await stick.take(
      [
        { bundle, policy: { organisation: thirty } },
        { bundle: next, policy: { organisation: thirty, server: { stale: { stopAfterDays: 2 } } } },
      ],
      ['M1', 'M2'],
    );
    expect(taken?.check.code).toBe(0);
    expect(taken?.status).toMatchObject({ code: 3, out: expect.stringContaining('stale by 3 days') });
    expect(taken?.overview.feeds).toMatchObject([{ staleDays: 3, trouble: null }]);
    expect(taken?.overview.warnings).toEqual([expect.stringMatching(/feed stick is stale by 3 days: from 30 days on/)]);
    expect(taken?.attacks).toEqual({ M1: 'refused', M2: '200' });
    expect(refused?.check).toMatchObject({
      code: 1,
      err: expect.stringMatching(/refused \(expired\): the timestamp of the feed expired/),
    });
    expect(refused?.overview.warnings).toEqual([expect.stringMatching(/nothing new is applied from it/)]);
    expect(refused?.attacks).toEqual({ M1: 'refused', M2: '200' });
  });

  it('asks no feed, also where one has an address', async () => {
    stick = new Stick(await SimulatedRepository.released());
    const bundle = await stick.bundle('new', 'M1');
    const [seen] = await stick.take([{ bundle }], ['M1'], 'https://feed.example.org/');
    expect(seen?.check.code).toBe(0);
    expect(seen?.overview.feeds).toMatchObject([{ version: 2, trouble: null }]);
    expect(seen?.attacks).toEqual({ M1: 'refused' });
  });
});
