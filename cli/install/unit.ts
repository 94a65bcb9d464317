import type { Program } from './program.ts';
import type { Needs } from './sandbox.ts';

/** What the unit file is made of. */
export interface UnitFacts {
  readonly program: Program;
  readonly stateFolder: string;
  readonly needs: Needs;
  /** Of systemd; newer settings are left out where it would complain about them. */
  readonly systemd: number;
}

export const unitName = 'stopgap.service';

/** First line of a unit file that this program has written. */
export const unitMark = '# Laid down by "stopgap agent install", which also brings it up to date.';

/** systemd's own list of what services need, without what needs privileges, and with changing the owner of files. */
const systemCalls = ['@system-service', '~@privileged @resources', '@chown'];

/** The unit file of the service, with the reason for everything that is left open. Pure. */
export function unitText({ program, stateFolder, needs, systemd }: UnitFacts): string {
  const node = [program.node, ...program.flags];
  const hidden = [...new Set([program.checkout].filter(isTemporary))];
  const lines = [
    unitMark,
    '# To change something: systemctl edit stopgap',
    '[Unit]',
    'Description=Stopgap agent: temporary, proven mitigations',
    `Documentation=file://${encodeURI(program.checkout)}/README.md`,
    'Wants=network-online.target',
    `After=${['network-online.target', ...needs.after].join(' ')}`,
    `RequiresMountsFor=${quoted(stateFolder)}`,
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=notify',
    '# The messages come from systemd-notify, a child.',
    'NotifyAccess=all',
    `ExecStartPre=-${command([...node, program.warm])}`,
    `ExecStart=${command([...node, program.run, 'agent', 'run', '--state-dir', stateFolder])}`,
    `Environment=${quoted(`STOPGAP_STATE_DIR=${stateFolder}`)} NODE_COMPILE_CACHE=/var/cache/stopgap`,
    'CacheDirectory=stopgap',
    'CacheDirectoryMode=0700',
    ...restart(systemd),
    ...limits,
    '',
    '# All of the file system is read-only, but for:',
    'ProtectSystem=strict',
    ...needs.writes.map((folder) => `ReadWritePaths=${quoted(`-${folder}`)}`),
    ...needs.makesInEtc.map((folder) => `ConfigurationDirectory=${quoted(folder)}`),
    '# Read-only, not hidden: certificates and sites that the servers’ own tests look for stand there on many machines.',
    'ProtectHome=read-only',
    'PrivateTmp=yes',
    ...hidden.map((folder) => `BindReadOnlyPaths=${quoted(folder)}`),
    ...writesInTemporary(needs, stateFolder),
    'UMask=0077',
    '',
    ...needs.capabilities.map(({ name, why }) => `# ${name}: ${why}`),
    `CapabilityBoundingSet=${needs.capabilities.map(({ name }) => name).join(' ')}`,
    ...closed,
    '# No MemoryDenyWriteExecute: V8 compiles while it runs and ends at once without it.',
    ...systemCalls.map((group) => `SystemCallFilter=${group}`),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ];
  return lines.join('\n');
}

/** The state folder that a unit of ours names; `undefined`: it is not ours. Pure. */
export function stateFolderIn(unit: string): string | undefined {
  if (!unit.startsWith(unitMark)) return undefined;
  const [, escaped, plain] =
    /^Environment=(?:"STOPGAP_STATE_DIR=((?:[^"\\]|\\.)*)"|STOPGAP_STATE_DIR=(\S+))/m.exec(unit) ?? [];
  return (escaped?.replace(/\\(.)/g, '$1') ?? plain)?.replaceAll('%%', '%');
}

/** Tried again for ever: a server without its agent gets no mitigations. systemd 254 and later waits longer each time. */
function restart(systemd: number): readonly string[] {
  const backoff = systemd >= 254 ? ['RestartSteps=6', 'RestartMaxDelaySec=5min'] : [];
  return [
    'Restart=always',
    `RestartSec=${systemd >= 254 ? 2 : 15}s`,
    ...backoff,
    '# The first look is done before the service counts as started; it may have to wait for services to stop.',
    'TimeoutStartSec=15min',
    'TimeoutStopSec=5min',
    'WatchdogSec=5min',
  ];
}

/** A server's own test, which runs in here too, needs some memory where it has many rules. */
const limits = ['MemoryMax=768M', 'OOMPolicy=continue', 'TasksMax=128', 'LimitCORE=0'];

const closed = [
  'NoNewPrivileges=yes',
  'PrivateDevices=yes',
  'ProtectClock=yes',
  'ProtectControlGroups=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'RemoveIPC=yes',
  'KeyringMode=private',
  'SystemCallArchitectures=native',
  'SystemCallErrorNumber=EPERM',
];

/** What stands in a temporary folder would be hidden by `PrivateTmp=`. */
function writesInTemporary({ writes }: Needs, stateFolder: string): readonly string[] {
  const folders = new Set([...writes, stateFolder].filter(isTemporary));
  return [...folders].map((folder) => `BindPaths=${quoted(`-${folder}`)}`);
}

function isTemporary(folder: string): boolean {
  return /^\/(?:var\/)?tmp\//.test(folder);
}

function command(words: readonly string[]): string {
  // In command lines a dollar would be taken for a variable (systemd.service(5), "Command lines").
  return words.map((word) => quoted(word.replaceAll('$', '$$$$'))).join(' ');
}

/** A word as systemd reads it (systemd.syntax(7)): specifiers doubled, quotes and backslashes escaped. */
function quoted(word: string): string {
  const plain = word.replaceAll('%', '%%');
  if (/^[\w./:=@+,%$-]+$/.test(plain)) return plain;
  return `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
