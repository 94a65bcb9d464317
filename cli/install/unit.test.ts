import { describe, expect, it } from 'vitest';
import { programIn } from './program.ts';
import { needsOf, outermost } from './sandbox.ts';
import { stateFolderIn, unitText } from './unit.ts';

const survey = { present: true, detail: '', missing: [], endpoints: [] };
const nginx = {
  kind: 'nginx',
  name: 'nginx',
  survey: {
    ...survey,
    writes: [
      { folder: '/etc/nginx/conf.d', why: '' },
      { folder: '/etc/nginx', why: '' },
    ],
  },
};
const systemd = {
  kind: 'systemd',
  name: 'systemd',
  survey: { ...survey, writes: [{ folder: '/etc/systemd/system.control', why: '', ours: true }] },
};

const unitOf = (checkout: string, hosts = [nginx, systemd], systemdVersion = 252) => {
  const needs = needsOf(hosts, ['/var/lib/stopgap']);
  const program = programIn(checkout, 'linux');
  return unitText({ program, stateFolder: '/var/lib/stopgap', needs, systemd: systemdVersion }).split('\n');
};

describe('the unit', () => {
  it('may write where its hosts have to, and nowhere else', () => {
    const lines = unitOf('/opt/stopgap').filter((line) =>
      /^(?:ReadWrite|Bind)Paths=|^ConfigurationDirectory=/.test(line),
    );
    expect(lines).toEqual([
      'ReadWritePaths=-/etc/nginx',
      'ReadWritePaths=-/var/lib/stopgap',
      'ConfigurationDirectory=systemd/system.control',
    ]);
    expect(unitOf('/opt/stopgap')).toContain('ProtectSystem=strict');
  });

  it('has the capabilities that its hosts need', () => {
    const capabilities = (hosts: (typeof nginx)[]) =>
      unitOf('/opt/stopgap', hosts).find((line) => line.startsWith('CapabilityBoundingSet='));
    expect(capabilities([nginx])).toContain('CAP_NET_BIND_SERVICE');
    expect(capabilities([systemd])).not.toContain('CAP_NET_BIND_SERVICE');
    expect(capabilities([nginx])).not.toContain('CAP_SYS_ADMIN');
  });

  it('runs a checkout with blanks, per cents and dollars in its path', () => {
    const line = unitOf('/opt/a b%c$d').find((one) => one.startsWith('ExecStart='));
    expect(line).toContain('"/opt/a b%%c$$d/cli/run.ts" agent run --state-dir /var/lib/stopgap');
  });

  it('sees a checkout in a temporary folder although it has temporary folders of its own', () => {
    expect(unitOf('/tmp/clone')).toContain('BindReadOnlyPaths=/tmp/clone');
    expect(unitOf('/opt/clone').join('\n')).not.toContain('BindReadOnlyPaths');
  });

  it('backs off longer each time where systemd can', () => {
    expect(unitOf('/opt/stopgap', [nginx], 254)).toContain('RestartSteps=6');
    expect(unitOf('/opt/stopgap', [nginx], 252).join('\n')).not.toContain('RestartSteps');
  });
});

describe('folders to write in', () => {
  it('are the outermost ones, and never the whole machine', () => {
    expect(outermost(['/etc/nginx/', '/etc/nginx/conf.d', '/etc/nginx2', '/', 'relative', '/var/log/../log'])).toEqual([
      '/etc/nginx',
      '/etc/nginx2',
      '/var/log',
    ]);
  });
});

describe('the state folder of a unit that stands there', () => {
  it.each(['/var/lib/stopgap', '/srv/my state', '/srv/a"b\\c', '/srv/100%', '/srv/%%"'])(
    'is read back: %s',
    (stateFolder) => {
      const facts = { program: programIn('/opt/stopgap', 'linux'), needs: needsOf([], [stateFolder]), systemd: 252 };
      expect(stateFolderIn(unitText({ ...facts, stateFolder }))).toBe(stateFolder);
    },
  );

  it('is not looked for in the unit of somebody else', () => {
    expect(stateFolderIn('[Service]\nEnvironment=STOPGAP_STATE_DIR=/srv/a\n')).toBeUndefined();
  });
});
