import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCgroup } from './cgroup.ts';
import { bootTestHost, type TestHost } from './index.ts';

const unit = `[Unit]
Description=A small unit
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
`;

/** Names, kinds, modes, times and contents of all in `/etc`, as one number. */
function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const entry of globSync('**', { cwd: folder }).sort()) {
    const file = path.join(folder, entry);
    const stat = statSync(file, { throwIfNoEntry: false });
    hash.update(`${entry} ${stat?.mode} ${stat?.mtimeMs} ${stat?.size}\n`);
    if (stat?.isFile()) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

describe.skipIf(process.getuid?.() !== 0)('a test host (as root)', () => {
  const etcBefore = fingerprint('/etc');
  const witness = mkdtempSync(path.join(tmpdir(), 'stopgap-witness-'));
  let host: TestHost;

  beforeAll(async () => {
    writeFileSync(path.join(witness, 'here'), 'before');
    host = await bootTestHost({ ownFolders: ['/usr/local'] });
    await host.run('mkdir', ['-p', '/usr/local/lib/systemd/system']);
    writeFileSync(host.path('/usr/local/lib/systemd/system/small.service'), unit);
    await host.run('systemctl', ['daemon-reload']);
  });

  afterAll(async () => {
    await host?.stop();
    rmSync(witness, { recursive: true, force: true });
  });

  const said = async (...args: string[]) => (await host.run('systemctl', args)).stdout.trim();
  const did = async (...args: string[]) => {
    const { code, stderr } = await host.run('systemctl', args);
    expect(stderr, `systemctl ${args.join(' ')}`).not.toMatch(/fail|denied/i);
    expect(code).toBe(0);
  };

  it('is up, with systemd as its process 1', async () => {
    expect(host.state).toBe('running');
    expect((await host.run('cat', ['/proc/1/comm'])).stdout).toBe('systemd\n');
    expect((await host.run('hostname')).stdout).toBe('testhost\n');
  });

  it('enables, starts, stops, disables and masks a unit', async () => {
    expect(await said('is-enabled', 'small.service')).toBe('disabled');
    await did('enable', '--now', 'small.service');
    expect(await said('is-enabled', 'small.service')).toBe('enabled');
    expect(await said('is-active', 'small.service')).toBe('active');
    await did('stop', 'small.service');
    expect(await said('is-active', 'small.service')).toBe('inactive');
    await did('disable', 'small.service');
    await did('mask', 'small.service');
    expect(await said('is-enabled', 'small.service')).toBe('masked');
    expect(readlinkSync(host.path('/etc/systemd/system/small.service'))).toBe('/dev/null');
    expect((await host.run('systemctl', ['start', 'small.service'])).code).not.toBe(0);
    await did('unmask', 'small.service');
    await did('start', 'small.service');
    expect(await said('is-active', 'small.service')).toBe('active');
  });

  it('runs a service under the protections of a unit', async () => {
    const protections = ['ProtectSystem=strict', 'NoNewPrivileges=yes', 'PrivateTmp=yes', 'ReadWritePaths=/var/lib'];
    const properties = protections.map((one) => `--property=${one}`);
    const script = 'touch /var/lib/small && ! touch /etc/small && ! touch /usr/small';
    const run = await host.run('systemd-run', ['--wait', '--pipe', '--quiet', ...properties, 'sh', '-c', script]);
    expect(run.code, run.stderr).toBe(0);
    expect(existsSync(host.path('/var/lib/small'))).toBe(true);
  });

  it('has a network of its own with nothing but a loopback', async () => {
    const { stdout } = await host.run('cat', ['/proc/net/dev']);
    expect([...stdout.matchAll(/^\s*(\S+):/gm)].map((match) => match[1])).toEqual(['lo']);
  });

  it('cannot set the parameters of the machine’s kernel', async () => {
    const { code, stderr } = await host.run('sh', ['-c', 'cat /proc/sys/vm/swappiness > /proc/sys/vm/swappiness']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Read-only file system')]);
  });

  it('leaves the machine’s own /etc, /var, /tmp and /dev as they were, while it runs and after', async () => {
    await host.run('sh', ['-c', 'rm -rf /etc/hostname "$0" && touch /tmp/inside /var/inside', witness]);
    const untouched = () => {
      expect(fingerprint('/etc')).toBe(etcBefore);
      expect(readFileSync(path.join(witness, 'here'), 'utf8')).toBe('before');
      for (const file of ['/tmp/inside', '/var/inside', '/var/lib/small', '/dev/log', '/usr/local/lib/systemd'])
        expect(existsSync(file)).toBe(false);
    };
    expect(readdirSync(host.path('/tmp'))).toContain('inside');
    untouched();
    await host.stop();
    untouched();
  });

  it('leaves no process and no cgroup behind', async () => {
    expect(existsSync(`/proc/${host.pid}`)).toBe(false);
    const ours = globSync(`/sys/fs/cgroup/{,unified/}stopgap-test-host-${process.pid}-*`);
    expect(ours).toEqual([]);
    await expect(host.stop()).resolves.toBeUndefined();
  });
});

describe.skipIf(process.getuid?.() !== 0)('a test host whose process is killed (as root)', () => {
  it('dies with it, and the next one clears up what it left', async () => {
    const script = `import { bootTestHost } from ${JSON.stringify(path.join(import.meta.dirname, 'index.ts'))};
      console.log((await bootTestHost()).pid);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = await once(child.stdout, 'data');
    const pid = Number(printed);
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('systemd\n');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await expect.poll(() => existsSync(`/proc/${pid}/exe`), { timeout: 10_000 }).toBe(false);
    const left = () => globSync(`/sys/fs/cgroup/{,unified/}stopgap-test-host-${child.pid}-*`);
    expect(left()).toHaveLength(1);
    await expect.poll(() => makeCgroup().remove().then(left), { timeout: 10_000 }).toEqual([]);
  });
});

describe.skipIf(process.getuid?.() !== 0)('two test hosts (as root)', () => {
  it('do not see each other', async () => {
    const [one, two] = await Promise.all([bootTestHost({ hostname: 'one' }), bootTestHost({ hostname: 'two' })]);
    try {
      writeFileSync(one.path('/etc/only-one'), 'x');
      expect(existsSync(two.path('/etc/only-one'))).toBe(false);
      expect((await one.run('hostname')).stdout).toBe('one\n');
      expect((await two.run('hostname')).stdout).toBe('two\n');
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
  });
});
