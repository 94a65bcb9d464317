import * as fs from 'node:fs';
import * as net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentText } from '../../agent/testing/documents.ts';
import { stopgap } from './command-line.ts';
import { outcomeOf } from './raw-request.ts';
import { startTrial, type Trial, temporaryFolder } from './trial.ts';

const attack = '/autodiscover/autodiscover.json?a=@example.com/powershell';

describe('npm start', () => {
  let trial: Trial;
  beforeAll(async () => {
    trial = await startTrial(temporaryFolder());
  }, 60_000);
  afterAll(async () => {
    await trial.stop();
    fs.rmSync(trial.stateFolder, { recursive: true, force: true });
  });

  const stateOf = async (id: string) => {
    const { out } = await stopgap(trial.stateFolder, 'status', '--json');
    const overview = JSON.parse(out) as { mitigations: { id: string; state: string; reason: string }[] };
    return overview.mitigations.find((mitigation) => mitigation.id === id);
  };

  it('refuses the attack without a byte, however it is written, and serves ordinary requests', async () => {
    for (const target of [
      attack,
      attack.replace('powershell', '%70owershell'),
      attack.replace('powershell', 'PowerShell'),
    ]) {
      expect([target, await outcomeOf(trial.port, target)]).toEqual([target, 'refused']);
    }
    expect(await outcomeOf(trial.port, '/owa/')).toBe('200');
  });

  it('says in status what is in force and why', async () => {
    expect(await stateOf('CVE-2022-41040')).toMatchObject({
      state: 'protected',
      reason: expect.stringMatching(/attacks refused/),
    });
    expect(await stateOf('CVE-2026-42897')).toMatchObject({ state: 'protected' });
    expect(await stateOf('CVE-2021-26855')).toMatchObject({
      state: 'not-applicable',
      reason: 'fixed in 15.2.858.5, this is 15.2.1118.9',
    });
    expect(await stateOf('PING1')).toMatchObject({ state: 'protected', reason: 'heartbeat' });
    const { out } = await stopgap(trial.stateFolder, 'status');
    expect(out).toMatch(/^ID +REV +STATE +SINCE +WHY$/m);
  });

  it('takes a blocked mitigation off, and puts it back when it is unblocked', async () => {
    expect(await stopgap(trial.stateFolder, 'block', 'CVE-2022-41040', '--reason', 'for the test')).toMatchObject({
      code: 0,
    });
    expect(await outcomeOf(trial.port, attack)).toBe('200');
    expect(await stateOf('CVE-2022-41040')).toMatchObject({
      state: 'blocked',
      reason: expect.stringContaining('for the test'),
    });
    expect(await stopgap(trial.stateFolder, 'unblock', 'CVE-2022-41040')).toMatchObject({ code: 0 });
    expect(await outcomeOf(trial.port, attack)).toBe('refused');
  });

  it('protects from what is published, without a command on the server', async () => {
    const document = path.join(trial.stateFolder, 'T1.xml');
    fs.writeFileSync(
      document,
      documentText('T1')
        .replaceAll('name="thing"', 'name="exchange"')
        .replaceAll('1.2.0', '15.2.0')
        .replaceAll('1.3.0', '15.3.0')
        .replaceAll('1.2.9', '15.2.9999'),
    );
    expect(await outcomeOf(trial.port, '/attack/T1')).toBe('200');
    const feed = path.join(trial.stateFolder, 'feed');
    expect(await stopgap(trial.stateFolder, 'feed', 'add', feed, document)).toMatchObject({ code: 0 });
    const passphrase = path.join(trial.stateFolder, 'feed-passphrase');
    expect(await stopgap(trial.stateFolder, 'feed', 'publish', feed, '--passphrase-file', passphrase)).toMatchObject({
      code: 0,
    });
    await expect.poll(() => outcomeOf(trial.port, '/attack/T1'), { timeout: 15_000, interval: 50 }).toBe('refused');
    await expect.poll(async () => (await stateOf('T1'))?.state, { timeout: 15_000 }).toBe('protected');
  });

  it('finds every step to its feed in order', async () => {
    const { code, out } = await stopgap(trial.stateFolder, 'connectivity');
    expect(out).not.toContain('failed');
    expect(code).toBe(0);
  });

  it('shows what a mitigation breaks and what it becomes here', async () => {
    const { out } = await stopgap(trial.stateFolder, 'show', 'CVE-2022-41040');
    expect(out).toContain('breaks');
    expect(out).toContain('EEMS M1.1 PowerShell - inbound');
  });

  it('has nothing to plan', async () => {
    expect((await stopgap(trial.stateFolder, 'plan')).out).toBe('nothing to do: everything is as it should be\n');
  });

  it('refuses to run twice on one state folder', async () => {
    await expect(startTrial(trial.stateFolder)).rejects.toThrow('it is running already');
  });
});

describe('npm start again', () => {
  it('finds its state, and the attack is refused from the first request', async () => {
    const folder = temporaryFolder();
    const first = await startTrial(folder);
    expect(await first.stop()).toBe(0);
    const second = await startTrial(folder);
    expect(await outcomeOf(second.port, attack)).toBe('refused');
    const { out } = await stopgap(folder, 'history', '--json');
    expect(out.match(/"event": "applied"/g)?.length).toBe(3);
    expect(await second.stop()).toBe(0);
    fs.rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('says when a named port is taken, and takes another where it is only the default', async () => {
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as net.AddressInfo;
    const folder = temporaryFolder();
    await expect(startTrial(folder, { STOPGAP_GATEWAY_PORT: String(port) })).rejects.toThrow(
      `port ${port} (STOPGAP_GATEWAY_PORT) is taken`,
    );
    taken.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('leaves nothing running, even when it is killed outright', async () => {
    const folder = temporaryFolder();
    const trial = await startTrial(folder);
    trial.process.kill('SIGKILL');
    const running = () =>
      fs.readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && commandLineOf(entry).includes(folder));
    await expect.poll(running, { timeout: 15_000 }).toEqual([]);
    fs.rmSync(folder, { recursive: true, force: true });
  }, 60_000);
});

function commandLineOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
