import fs from 'node:fs';
import path from 'node:path';
import type { TestHost } from '../../../tests/host-machine/index.ts';

const sleeping = (more = '') => `[Service]\nExecStart=/bin/sleep infinity\n${more}`;
const wanted = '[Install]\nWantedBy=multi-user.target\n';

/** Unit files by path below `/`; `->` begins the text of a link. */
const files: ReadonlyMap<string, string> = new Map([
  ['usr/local/lib/systemd/system/packaged.service', sleeping(`${wanted}Alias=nickname.service\n`)],
  ['usr/local/lib/systemd/system/static.service', sleeping()],
  ['usr/local/lib/systemd/system/idle.service', sleeping(wanted)],
  ['usr/local/lib/systemd/system/off.service', sleeping(wanted)],
  ['usr/local/lib/systemd/system/pool@.service', sleeping(wanted)],
  ['etc/systemd/system/pool@own.service', sleeping(wanted)],
  ['etc/systemd/system/admins.service', sleeping(wanted)],
  ['opt/linked.service', sleeping(wanted)],
  ['etc/systemd/system/masked.service', '->/dev/null'],
  ['usr/local/lib/systemd/system/masked.service', sleeping(wanted)],
  ['usr/local/lib/systemd/system/odd.service', sleeping(wanted)],
  ['etc/systemd/system/multi-user.target.wants/odd.service', '->../../../../usr/local/lib/systemd/system/odd.service'],
  ['etc/systemd/system/admins.service.d/50-more.conf', '[Service]\nEnvironment=A=b\n'],
  ['usr/local/lib/systemd/system/needed.service', sleeping(wanted)],
  [
    'usr/local/lib/systemd/system/needs.service',
    `[Unit]\nRequires=needed.service\nAfter=needed.service\n${sleeping()}`,
  ],
  ['usr/local/lib/systemd/system/part.service', `[Unit]\nPartOf=needs.service\n${sleeping()}`],
  ['usr/local/lib/systemd/system/woken.service', sleeping()],
  ['usr/local/lib/systemd/system/woken.timer', `[Timer]\nOnCalendar=yearly\n${wanted}`],
  ['usr/local/lib/systemd/system/other.path', `[Path]\nPathExists=/run/wake\nUnit=woken.service\n${wanted}`],
  [
    'usr/local/lib/systemd/system/echo.socket',
    `[Socket]\nListenStream=127.0.0.1:7007\n[Install]\nWantedBy=sockets.target\n`,
  ],
  [
    'usr/local/lib/systemd/system/echo.service',
    '[Service]\nExecStart=/usr/lib/systemd/systemd-socket-proxyd 127.0.0.1:7008\n',
  ],
  ['usr/local/lib/systemd/system/each.socket', `[Socket]\nListenStream=127.0.0.1:7009\nAccept=yes\n${wanted}`],
  ['usr/local/lib/systemd/system/each@.service', '[Service]\nExecStart=-/bin/cat\nStandardInput=socket\n'],
  [
    'usr/local/lib/systemd/system/stubborn.service',
    '[Service]\nExecStart=/bin/sh -c \'trap "" TERM; while :; do sleep 1; done\'\nTimeoutStopSec=infinity\n',
  ],
  ['usr/local/lib/systemd/system/forking.service', sleeping(`Restart=always\nRestartSec=0\n${wanted}`)],
  [
    'usr/local/lib/systemd/system/once.service',
    `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n${wanted}`,
  ],
  ['usr/local/lib/systemd/system/broken.service', `[Service]\nExecStart=/bin/false\n${wanted}`],
  ['usr/local/lib/systemd/system-generators/made', `#!/bin/sh\nprintf '%s' '${sleeping()}' > "$1/generated.service"\n`],
]);

const enabled =
  'packaged idle odd admins pool@1 pool@own needed woken.timer other.path echo.socket each.socket forking once broken';
const started =
  'packaged static odd admins linked pool@1 pool@2 pool@own needs part woken.timer other.path echo.socket each.socket stubborn forking once generated';

/** Lays small units of every kind out in a test host, and brings each into the state that its name says. */
export async function layOutUnits(host: TestHost): Promise<void> {
  for (const [file, text] of files) {
    fs.mkdirSync(path.dirname(host.path(`/${file}`)), { recursive: true });
    if (text.startsWith('->')) fs.symlinkSync(text.slice(2), host.path(`/${file}`));
    else fs.writeFileSync(host.path(`/${file}`), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
  await systemctl(host, 'daemon-reload');
  await systemctl(host, 'link', '/opt/linked.service');
  await systemctl(host, 'enable', ...enabled.split(' '));
  await systemctl(host, 'start', ...started.split(' '));
  await host.run('systemctl', ['start', 'broken']);
}

async function systemctl(host: TestHost, ...args: string[]): Promise<void> {
  const { code, stderr } = await host.run('systemctl', args);
  if (code !== 0) throw new Error(`systemctl ${args.join(' ')}: ${stderr}`);
}

/** Load, file and active state of units, one a line. */
export async function statesOf(host: TestHost, units: readonly string[]): Promise<string> {
  const shown = ['Id', 'LoadState', 'UnitFileState', 'ActiveState', 'SubState'].map((name) => `--property=${name}`);
  const { stdout } = await host.run('systemctl', ['show', ...shown, '--', ...units]);
  return stdout;
}
