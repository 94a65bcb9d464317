/** Windows: at most 256 characters, neither slash. A quote or a trailing `=` would be read as something else by sc.exe. */
const valid = /^[^\\/"\p{Cc}]{0,255}[^\\/"=\p{Cc}]$/u;

/** The machine, or the way to steer it, does not run without these. */
const essential: ReadonlySet<string> = new Set([
  'brokerinfrastructure',
  'coremessagingregistrar',
  'cryptsvc',
  'dcomlaunch',
  'eventlog',
  'gpsvc',
  'lsm',
  'netlogon',
  'nsi',
  'ntds',
  'plugplay',
  'power',
  'profsvc',
  'rpceptmapper',
  'rpcss',
  'samss',
  'systemeventsbroker',
  'winmgmt',
]);

/** Services are called alike whatever the case of their letters. */
export function keyOf(service: string): string {
  return service.toLowerCase();
}

/** Whether Windows does not run, or cannot be steered, without this service. */
export function isEssential(service: string): boolean {
  return essential.has(keyOf(service));
}

/** Why nothing can be done with a `<service name>`; `undefined`: something can. Pure. */
export function nameProblem(name: string): string | undefined {
  if (!valid.test(name) || name.trim() !== name) return `no Windows service can be called ${JSON.stringify(name)}`;
  if (!/^[ -~]*$/.test(name)) {
    return `${name} is not in ASCII: sc.exe prints such names in a code page that nobody tells`;
  }
  return isEssential(name) ? `Windows does not run without the service ${name}` : undefined;
}
