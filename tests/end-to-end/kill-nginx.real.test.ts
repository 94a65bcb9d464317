import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Journal } from '@stopgap/agent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout, stopgap } from './command-line.ts';
import { type NginxServer, nginxBinary, startNginx } from './nginx-server.ts';
import { temporaryFolder } from './trial.ts';

const id = 'CVE-2022-41040';
const attack = '/autodiscover/autodiscover.json?a=@example.com/powershell';
const kills = Number(process.env.STOPGAP_KILLS ?? 100);
/** A kill takes a second or two on a quiet machine; the limit is for one that hangs. */
const secondsEach = 20;
const document = path.join(checkout, 'catalog', id, 'mitigation.xml');

describe.skipIf(!fs.existsSync(nginxBinary))('kill -9 while nginx is being changed', () => {
  let nginx: NginxServer;
  let state: string;
  let untouched: ReadonlyMap<string, string>;

  beforeAll(async () => {
    nginx = await startNginx();
    state = temporaryFolder();
    untouched = nginx.snapshot();
    const products = [{ product: 'exchange', detector: 'declared', build: '15.2.1118.9', roles: ['mailbox'] }];
    fs.writeFileSync(
      path.join(state, 'agent.json'),
      JSON.stringify({ feeds: [], hosts: [nginx.hostConfig], products }),
    );
  });
  afterAll(async () => {
    await nginx.stop();
    fs.rmSync(state, { recursive: true, force: true });
  });

  const change = (on: boolean) => (on ? ['apply', '--file', document] : ['remove', id]);
  const inForce = () => {
    const journal = Journal.openForReading(path.join(state, 'journal.sqlite'));
    const held = journal?.held().some(({ mitigation }) => mitigation === id) ?? false;
    const open = journal?.unfinished().length ?? 0;
    journal?.close();
    return { held, open };
  };

  /** All of it, or none of it, and what the journal says. */
  const expectWhole = async (where: string) => {
    const { held, open } = inForce();
    expect([where, open]).toEqual([where, 0]);
    expect([where, await nginx.outcome(attack)]).toEqual([where, held ? 'refused' : '200']);
    expect([where, await nginx.outcome('/owa/')]).toEqual([where, '200']);
    if (!held) expect(nginx.snapshot()).toEqual(untouched);
    return held;
  };

  /** When, after the start of a command that changes nginx, its change is under way: ms from the start. */
  const windowOf = async (on: boolean) => {
    const start = Date.now();
    expect(await stopgap(state, ...change(on))).toMatchObject({ code: 0 });
    const database = new DatabaseSync(path.join(state, 'journal.sqlite'), { readOnly: true });
    const row = database.prepare('SELECT started, ended FROM operation ORDER BY id DESC LIMIT 1').get();
    database.close();
    return { opens: Number(row?.started) - start, ends: Number(row?.ended) - start };
  };

  /** Measured anew now and then: what else the machine does moves the window. */
  const bothWindows = async () => {
    if (inForce().held) expect(await stopgap(state, ...change(false))).toMatchObject({ code: 0 });
    return { on: await windowOf(true), off: await windowOf(false) };
  };

  it('protects the real nginx and takes itself off again, every byte as it was', async () => {
    expect(await nginx.outcome(attack)).toBe('200');
    expect(await stopgap(state, ...change(true))).toMatchObject({ code: 0 });
    for (const target of [
      attack,
      attack.replace('powershell', '%70owershell'),
      attack.replace('powershell', 'PowerShell'),
    ]) {
      expect([target, await nginx.outcome(target)]).toEqual([target, 'refused']);
    }
    expect(await nginx.outcome('/owa/')).toBe('200');
    expect((await stopgap(state, 'status')).out).toMatch(/CVE-2022-41040 +2 +protected .* attacks refused/);
    expect(await stopgap(state, ...change(false))).toMatchObject({ code: 0 });
    expect(nginx.snapshot()).toEqual(untouched);
    expect(await nginx.outcome(attack)).toBe('200');
  });

  const title = `leaves all or nothing, a valid configuration and the admin's bytes, after ${kills} kills`;
  it(title, { timeout: kills * secondsEach * 1000 }, async () => {
    let windows = await bothWindows();
    let killed = 0;
    let interrupted = 0;
    for (let turn = 0; killed < kills; turn++) {
      if (turn % 100 === 99) {
        await stopgap(state, 'check');
        windows = await bothWindows();
        console.info(`kills so far: ${killed}, of which ${interrupted} in the middle of a change`);
      }
      const on = !inForce().held;
      const { opens, ends } = on ? windows.on : windows.off;
      const after = opens - 50 + Math.random() * (ends - opens + 80);
      if (await killAfter(after, change(on), state)) killed++;
      const { open } = inForce();
      interrupted += open;
      expect((await nginx.test()).err).toContain('test is successful');
      if (open > 0 || turn % 10 === 0) {
        expect(await stopgap(state, 'check')).toMatchObject({ code: 0 });
        await expectWhole(`turn ${turn}, ${on ? 'apply' : 'remove'} killed after ${after.toFixed(0)} ms`);
      }
    }
    if (inForce().held) expect(await stopgap(state, ...change(false))).toMatchObject({ code: 0 });
    else await stopgap(state, 'check');
    expect(nginx.snapshot()).toEqual(untouched);
    console.info(`kills: ${killed}, of which ${interrupted} in the middle of a change`);
    expect(interrupted).toBeGreaterThan(0);
  });
});

/** Starts a command and kills it outright; `false` when it was done before. */
function killAfter(ms: number, args: readonly string[], state: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(path.join(checkout, 'bin', 'stopgap'), args, {
      env: { ...process.env, STOPGAP_STATE_DIR: state },
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), ms);
    child.once('close', (_code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}
