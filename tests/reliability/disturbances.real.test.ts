import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { World } from '@stopgap/agent/contract';
import { systemCommands } from '@stopgap/machine';
import { afterEach, describe, expect, it } from 'vitest';
import { type StandInBed, standInBed } from '../../hosts/nginx/testing/contract-bed.ts';
import { standInCompiler } from '../../hosts/nginx/testing/stand-in-compiler.ts';
import { type Offered, Server } from './server.ts';

const offered: readonly Offered[] = ['one', 'two'].map((word) => ({
  id: `TEST-${word}`,
  revision: 1,
  actions: `<urlRewrite><onSite name="Default Web Site"/><rewrite><rules><rule name="refuse ${word}" stopProcessing="true">
  <match url=".*"/><conditions><add input="{REQUEST_URI}" pattern="${word}"/></conditions><action type="AbortRequest"/></rule></rules></rewrite></urlRewrite>`,
}));

let server: Server;
let bed: StandInBed;
let original: ReadonlyMap<string, string>;

function start(base?: string): void {
  bed = standInBed(standInCompiler, base);
  server = new Server([{ bed, onDisk: true }], base);
  original = server.snapshot();
}

/** Each mitigation is there whole or not at all, and the server runs with what stands. */
async function expectWhole(where: string): Promise<void> {
  const open = server.read((journal) => journal.unfinished().length);
  expect([where, open, await server.complaints(), await server.stale()]).toEqual([where, 0, [], 0]);
  const standing = [...server.snapshot().keys()].some((name) => name.includes('stopgap/'));
  expect([where, standing]).toEqual([where, server.held() !== '']);
}

async function expectRestored(): Promise<void> {
  server.offered = [];
  await server.settle();
  expect(server.snapshot()).toEqual(original);
}

afterEach(() => server.close());

describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('a disk', () => {
  const folder = path.join(os.tmpdir(), `stopgap-small-disk-${process.pid}`);
  const mount = (...args: readonly string[]) => {
    const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  const withDisk = async (work: () => Promise<void>) => {
    fs.mkdirSync(folder);
    mount('-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder);
    try {
      start(folder);
      await work();
    } finally {
      spawnSync('umount', ['-l', folder]);
      fs.rmdirSync(folder);
      start();
    }
  };

  it('that runs full at any moment of a change leaves all or nothing, and what is begun is finished once there is space', async () => {
    let failures = 0;
    let tried = 0;
    const said: string[] = [];
    await withDisk(async () => {
      const ballast = path.join(folder, 'ballast');
      for (let free = 0; free <= 480 * 1024; free += 16 * 1024) {
        server.offered = offered;
        fill(folder, ballast, free);
        tried++;
        const failed = await server.look().then(
          () => server.held().split(' ').length < 2,
          (error: Error) => {
            said.push(error.message);
            return true;
          },
        );
        if (failed) failures++;
        expect([free, await server.complaints()]).toEqual([free, []]);
        fs.rmSync(ballast);
        await server.settle();
        await expectWhole(`${free} bytes free, then more`);
        fill(folder, ballast, free);
        server.offered = [];
        await server.look().catch(() => failures++);
        expect([free, await server.complaints()]).toEqual([free, []]);
        fs.rmSync(ballast);
        await expectRestored();
      }
    });
    console.info(`full disks: ${tried} amounts of space left, ${failures} looks failed for want of it`);
    expect(failures).toBeGreaterThan(5);
    expect(failures).toBeLessThan(2 * tried);
    expect(said.filter((line) => !line.includes(folder))).toEqual([]);
    expect(said.join('\n')).toContain(`journal.sqlite: database or disk is full; make room on its disk: df ${folder}`);
  });

  it('that is read-only changes nothing, and is no hindrance once it can be written', async () => {
    await withDisk(async () => {
      await server.look();
      mount('-o', 'remount,ro', folder);
      server.offered = offered;
      await expect(server.look()).rejects.toThrow();
      expect(server.snapshot()).toEqual(original);
      mount('-o', 'remount,rw', folder);
      await server.settle();
      await expectWhole('writable again');
      mount('-o', 'remount,ro', folder);
      const standing = server.snapshot();
      server.offered = [];
      await expect(server.look()).rejects.toThrow();
      expect(server.snapshot()).toEqual(standing);
      mount('-o', 'remount,rw', folder);
      await expectRestored();
    });
  });
});

describe('a reload', () => {
  it('that is lost is noticed, taken back, and tried again', async () => {
    start();
    server.offered = offered;
    bed.deaf = true;
    await server.look().catch(() => {});
    expect(server.held()).toBe('');
    bed.deaf = false;
    await server.look();
    await expectWhole('heard again');
    await server.settle();
    expect(server.held()).toBe('TEST-one/1 TEST-two/1');
    bed.deaf = true;
    server.offered = [];
    await server.look().catch(() => {});
    expect(server.held()).toBe('TEST-one/1 TEST-two/1');
    bed.deaf = false;
    await expectRestored();
  });

  it('that hangs is ended, and nothing waits for it for ever', async () => {
    start();
    server.offered = offered;
    const hanging = (world: World): World => ({
      ...world,
      commands: {
        // The machine's own runner on a command that does not end: its time-out is what is tried.
        run: (file, args, options) =>
          args.includes('-s')
            ? systemCommands.run('sleep', ['60'], { timeoutMs: 300 })
            : world.commands.run(file, args, options),
      },
    });
    await server.look({ between: hanging }).catch(() => {});
    expect(server.held()).toBe('');
    await server.settle();
    await expectWhole('answering again');
    await expectRestored();
  });
});

describe('a clock', () => {
  it.each([
    ['ten years forward', 10 * 365 * 86_400_000],
    ['ten years back', -10 * 365 * 86_400_000],
  ])('that jumps %s between looks, and back again, loses nothing', async (_name, jump) => {
    start();
    server.offered = offered;
    await server.settle();
    server.now += jump;
    await server.look();
    await expectWhole('after the jump');
    server.now -= jump;
    await server.settle();
    await expectWhole('back again');
    expect(server.held()).toBe('TEST-one/1 TEST-two/1');
    await expectRestored();
  });

  it('that was ahead when an attempt failed does not keep it from being tried again', async () => {
    start();
    server.offered = offered;
    server.now += 300 * 86_400_000;
    let reloads = 0;
    const refusing = (world: World): World => ({
      ...world,
      commands: {
        // Each change is refused, and each taking back is not.
        run: async (file, args, options) =>
          args.includes('-s') && reloads++ % 2 === 0
            ? { code: 1, stdout: '', stderr: 'made to fail' }
            : await world.commands.run(file, args, options),
      },
    });
    await server.look({ between: refusing });
    await server.look();
    expect(server.held()).toBe('');
    server.now -= 300 * 86_400_000;
    await server.look();
    expect(server.held()).toBe('TEST-one/1 TEST-two/1');
    await expectRestored();
  });

  it('that jumps in the middle of a look does not matter to it', async () => {
    start();
    server.offered = offered;
    let calls = 0;
    const jumping = () => server.now + (calls++ % 2 === 0 ? 86_400_000 : -86_400_000);
    await server.look({ clock: { now: jumping } });
    await expectWhole('jumping');
    await server.settle();
    expect(server.held()).toBe('TEST-one/1 TEST-two/1');
    await expectRestored();
  });
});

/** Leaves this many bytes free. */
function fill(folder: string, ballast: string, free: number): void {
  const { bavail, bsize } = fs.statfsSync(folder);
  fs.writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - free)));
}
