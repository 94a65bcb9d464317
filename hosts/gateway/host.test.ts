import type { FileChange, HeldAction, Host } from '@stopgap/agent';
import { askStatus, digestOf, formatRulesFile, parseRulesFile } from '@stopgap/gateway/contract';
import { type Files, systemFiles } from '@stopgap/machine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayHost } from './index.ts';
import { aborting, apply, type GatewayFolder, gatewayFolder, get, held, world } from './testing/gateway-folder.ts';

let folder: GatewayFolder;
let host: Host;

beforeEach(async () => {
  folder = await gatewayFolder();
  host = gatewayHost({ kind: 'gateway', configFile: folder.configFile }, world);
});

afterEach(() => folder.close());

const one = held('CVE-1', aborting('one', '^one'));
const two = held('CVE-2', aborting('two', '^two'));
const presences = async (wanted: readonly HeldAction[]) =>
  (await host.plan(wanted, new Map())).findings.map((finding) => finding.presence);
const owners = () =>
  parseRulesFile(systemFiles.read(folder.rulesFile)?.bytes ?? Buffer.alloc(0), 'r').entries.map((e) => e.owner);

describe('applying and removing', () => {
  it('puts a mitigation in force on the running gateway and takes it off again, leaving no file', async () => {
    const { address } = await folder.start();
    expect(await presences([one])).toEqual(['absent']);
    await apply(host, [one]);
    expect(await get(address.port, '/one')).toBe('');
    expect(await get(address.port, '/owa/')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await host.plan([one], new Map())).toMatchObject({ findings: [{ presence: 'in-place' }], changes: [] });
    await apply(host, []);
    expect(await get(address.port, '/one')).toMatch(/^HTTP\/1\.1 200 /);
    expect(systemFiles.read(folder.rulesFile)).toBeUndefined();
  });

  it('writes the same file whatever the order of what is wanted', async () => {
    const plans = [await host.plan([one, two], new Map()), await host.plan([two, one], new Map())];
    const [first, second] = plans.map(({ changes }) => (changes[0] as FileChange).after?.base64);
    expect(first).toBe(second);
    expect(plans[0]?.changes).toHaveLength(1);
  });

  it('knows an entry of another revision or mode for not being the wanted one', async () => {
    await apply(host, [one]);
    expect(await presences([{ ...one, revision: 2 }])).toEqual(['absent']);
    expect(await presences([{ ...one, mode: 'observe' }])).toEqual(['absent']);
    await apply(host, [{ ...one, revision: 2 }]);
    expect(await presences([{ ...one, revision: 2 }])).toEqual(['in-place']);
  });

  it('does no harm twice, and does not write over what somebody else wrote meanwhile', async () => {
    const { changes } = await host.plan([one], new Map());
    const [change] = changes as [FileChange];
    await host.perform(change);
    await host.perform(change);
    expect(owners()).toEqual(['CVE-1']);
    systemFiles.write(folder.rulesFile, formatRulesFile([]));
    await expect(host.perform(change)).rejects.toMatchObject({ code: 'changed-meanwhile' });
  });

  it('keeps what somebody saves while the file is being replaced, forwards and back', async () => {
    await apply(host, [one]);
    const theirs = formatRulesFile(
      parseRulesFile(systemFiles.read(folder.rulesFile)?.bytes ?? Buffer.alloc(0), 'r').entries.map((entry) => ({
        ...entry,
        owner: 'THEIRS',
      })),
    );
    const files: Files = {
      ...systemFiles,
      write: (file, ...rest) => {
        if (file === folder.rulesFile) systemFiles.write(file, theirs);
        systemFiles.write(file, ...rest);
      },
    };
    const busy = gatewayHost({ kind: 'gateway', configFile: folder.configFile }, { ...world, files });
    const [change] = (await busy.plan([one, two], new Map())).changes as [FileChange];
    await expect(busy.perform(change)).rejects.toMatchObject({ code: 'changed-meanwhile' });
    expect(owners()).toEqual(['THEIRS']);
    systemFiles.write(folder.rulesFile, Buffer.from(change.after?.base64 ?? '', 'base64'));
    await busy.undo(change);
    expect(owners()).toEqual(['THEIRS']);
  });

  it('leaves a file readable for a gateway that runs as another user, and keeps the mode it finds', async () => {
    await apply(host, [one]);
    expect(systemFiles.read(folder.rulesFile)?.mode).toBe(0o644);
    systemFiles.write(folder.rulesFile, systemFiles.read(folder.rulesFile)?.bytes ?? '', { mode: 0o600 });
    await apply(host, [one, two]);
    expect(systemFiles.read(folder.rulesFile)?.mode).toBe(0o600);
  });
});

describe('a rules file that somebody edited', () => {
  it('is drifted and written anew', async () => {
    await apply(host, [one, two]);
    const text = systemFiles.read(folder.rulesFile)?.bytes.toString() ?? '';
    for (const edited of [text.replace('"enforce"', '"observe"'), text.slice(0, -50), '']) {
      systemFiles.write(folder.rulesFile, edited);
      const plan = await host.plan([one, two], new Map());
      expect(plan.findings.map((finding) => finding.presence)).toEqual(['drifted', 'drifted']);
      await apply(host, [one, two]);
      expect(await presences([one, two])).toEqual(['in-place', 'in-place']);
    }
  });

  it('that lost an entry whole is drifted when the digest tells, and absent when it was written properly', async () => {
    await apply(host, [one, two]);
    const entries = parseRulesFile(systemFiles.read(folder.rulesFile)?.bytes ?? Buffer.alloc(0), 'r').entries;
    systemFiles.write(folder.rulesFile, formatRulesFile(entries.slice(0, 1)));
    expect(await presences([one, two])).toEqual(['in-place', 'absent']);
  });
});

describe('undo', () => {
  async function performed(wanted: readonly HeldAction[]): Promise<FileChange> {
    const { changes } = await host.plan(wanted, new Map());
    const [change] = changes as [FileChange];
    await host.perform(change);
    return change;
  }

  it('restores the file byte for byte, does no harm twice, nor before the change was made', async () => {
    const first = await performed([one]);
    const before = systemFiles.read(folder.rulesFile)?.bytes.toString();
    const second = await performed([one, two]);
    await host.undo(second);
    await host.undo(second);
    expect(systemFiles.read(folder.rulesFile)?.bytes.toString()).toBe(before);
    await host.undo(first);
    expect(systemFiles.read(folder.rulesFile)).toBeUndefined();
    await host.undo(first);
    expect(systemFiles.read(folder.rulesFile)).toBeUndefined();
  });

  it('takes only its own part out of a file that was changed since', async () => {
    const three = held('CVE-3', aborting('three', '^three'));
    await performed([one]);
    const adding = await performed([one, two]);
    await performed([one, two, three]);
    await host.undo(adding);
    expect(owners()).toEqual(['CVE-1', 'CVE-3']);
  });

  it('brings back what it took out or replaced, in a file that was changed since', async () => {
    await performed([one, two]);
    const changing = await performed([{ ...two, revision: 2 }]);
    await performed([{ ...two, revision: 2 }, held('CVE-3', aborting('three', '^three'))]);
    await host.undo(changing);
    expect(owners()).toEqual(['CVE-1', 'CVE-2', 'CVE-3']);
    expect(await presences([one, two])).toEqual(['in-place', 'in-place']);
  });

  it('of a file that cannot be read any more restores what was there before', async () => {
    const first = await performed([one]);
    const second = await performed([one, two]);
    systemFiles.write(folder.rulesFile, 'rubbish');
    await host.undo(second);
    expect(owners()).toEqual(['CVE-1']);
    systemFiles.write(folder.rulesFile, 'rubbish');
    await host.undo(first);
    expect(systemFiles.read(folder.rulesFile)).toBeUndefined();
  });
});

describe('activate', () => {
  it('is content when no gateway runs: the rules are what it starts with', async () => {
    await apply(host, [one]);
    const survey = await host.survey();
    expect(survey).toMatchObject({ present: true, endpoints: [], missing: [] });
    expect(survey.detail).toMatch(/not running .*nothing can be proven/);
    const { address } = await folder.start();
    expect(await get(address.port, '/one')).toBe('');
  });

  it('tests the rules even then', async () => {
    systemFiles.write(folder.rulesFile, 'rubbish');
    await expect(host.activate()).rejects.toMatchObject({ code: 'configuration-refused', message: /rules\.json/ });
  });

  it('is refused with the reason, and what served before still serves', async () => {
    await apply(host, [one]);
    const { address } = await folder.start();
    systemFiles.write(folder.rulesFile, 'rubbish');
    await expect(host.activate()).rejects.toMatchObject({ code: 'configuration-refused' });
    expect(await get(address.port, '/one')).toBe('');
    expect((await askStatus(folder.controlSocket)).rules.enforced).toBe(1);
  });

  it('notices when the socket is another gateway’s', async () => {
    const other = await gatewayFolder();
    await other.start();
    const config = JSON.parse(systemFiles.read(folder.configFile)?.bytes.toString() ?? '{}');
    systemFiles.write(folder.configFile, JSON.stringify({ ...config, controlSocket: other.controlSocket }));
    await expect(apply(host, [one])).rejects.toMatchObject({
      code: 'reload-failed',
      message: new RegExp(digestOf([])),
    });
    await other.close();
  });
});

describe('survey', () => {
  it('says where the running gateway can be probed, under which Host', async () => {
    const { address } = await folder.start();
    const upstream = JSON.parse(systemFiles.read(folder.configFile)?.bytes.toString() ?? '{}').upstream;
    expect((await host.survey()).endpoints).toEqual([
      { scheme: 'http', address: '127.0.0.1', port: address.port, hostHeader: new URL(upstream).host },
    ]);
    const named = gatewayHost(
      { kind: 'gateway', name: 'edge', configFile: folder.configFile, hostHeader: 'mail.example.org' },
      world,
    );
    expect(named.name).toBe('edge');
    expect((await named.survey()).endpoints[0]?.hostHeader).toBe('mail.example.org');
  });

  it('of a gateway without a readable configuration says that it is not here, and why', async () => {
    systemFiles.write(folder.configFile, '{}');
    expect(await host.survey()).toMatchObject({ present: false, detail: expect.stringMatching(/gateway\.json/) });
    await expect(host.plan([one], new Map())).rejects.toMatchObject({ code: 'configuration-refused' });
  });
});
