import type { Commands } from '@stopgap/machine';
import { object, optional } from '@stopgap/machine';
import type { Detection, Detector, DetectorTools } from './detector.ts';
import { firstLine } from './first-line.ts';
import { dword, type RegistryKey, readRegistry } from './registry.ts';
import { detectorName, productName } from './words.ts';

const decode = object({ product: optional(productName, 'exchange'), detector: detectorName('exchange') });

const root = 'HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15';

/**
 * Exchange Server 2013 and later on Windows. The build is the file version of ExSetup.exe, which security updates raise
 * too; the registry's own build only knows cumulative updates and is what is told where the file cannot be asked.
 */
export const exchange: Detector = {
  name: 'exchange',
  prepare: (entry, place) => {
    const { product } = decode(entry, place);
    return (tools) => detect(product, tools);
  },
};

async function detect(product: string, { commands }: DetectorTools): Promise<Detection> {
  const setup = (await query(commands, [`${root}\\Setup`]))?.[0];
  if (!setup) return absentUnlessUnreadable(commands);
  const roles = await readRoles(commands);
  const updates = await readUpdates(commands);
  const base = { product, roles, updates, packages: new Map<string, string>() };
  const file = await exSetupVersion(setup, commands);
  if ('build' in file) return { presence: 'here', facts: { ...base, build: file.build, source: 'ExSetup.exe' } };
  const registered = registeredBuild(setup);
  const problem = `the build with its security updates is not known: ${file.problem}; let the agent run PowerShell, or declare the build`;
  const source = registered ? `the registry (cumulative update ${registered})` : 'the registry';
  return { presence: 'here', facts: { ...base, build: undefined, source }, problem };
}

/** `undefined`: there is no such key. */
async function query(commands: Commands, args: readonly string[]): Promise<readonly RegistryKey[] | undefined> {
  const { code, stdout } = await commands.run('reg.exe', ['query', ...args]);
  return code === 0 ? readRegistry(stdout) : undefined;
}

/** reg.exe ends with 1 for a key that is not there and for one that may not be read; its sentence is translated. */
async function absentUnlessUnreadable(commands: Commands): Promise<Detection> {
  const { code, stderr } = await commands.run('reg.exe', ['query', 'HKLM\\SOFTWARE\\Microsoft', '/ve']);
  if (code === 0) return { presence: 'absent' };
  return { presence: 'unknown', problem: `the registry cannot be read: ${firstLine(stderr)}` };
}

/** `EdgeTransportRole` is `edge`, `MailboxRole` is `mailbox`, `ClientAccessRole` is `client-access`. */
async function readRoles(commands: Commands): Promise<readonly string[]> {
  const keys = (await query(commands, [root, '/s', '/v', 'ConfiguredVersion'])) ?? [];
  const roles = keys.flatMap(({ path, values }) => {
    const name = /\\v15\\([A-Za-z]+)Role$/i.exec(path)?.[1];
    if (name === undefined || !values.has('configuredversion')) return [];
    return name === 'EdgeTransport' ? ['edge'] : [name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()];
  });
  return [...new Set(roles)].sort();
}

/** Keys and package names under `Updates\Exchange 2019` and the like; none where no update was ever installed. */
async function readUpdates(commands: Commands): Promise<readonly string[]> {
  const keys = (await query(commands, ['HKLM\\SOFTWARE\\Microsoft\\Updates', '/s', '/f', 'KB'])) ?? [];
  const ids = keys
    .filter(({ path }) => /\\Updates\\Exchange /i.test(path))
    .flatMap(({ path, values }) => [path, ...values.values()])
    .flatMap((words) => words.match(/\bKB[0-9]{6,8}\b/gi) ?? []);
  return [...new Set(ids.map((id) => id.toUpperCase()))].sort();
}

async function exSetupVersion(
  setup: RegistryKey,
  commands: Commands,
): Promise<{ readonly build: string } | { readonly problem: string }> {
  const folder = setup.values.get('msiinstallpath');
  if (folder === undefined || folder === '')
    return { problem: 'the registry does not say where Exchange is installed' };
  const file = `${folder.replace(/\\+$/, '')}\\Bin\\ExSetup.exe`;
  // In single quotes PowerShell takes everything literally but the quote itself, which is doubled.
  const path = `'${file.replace(/['‘’‚‛]/g, '$&$&')}'`;
  const script = `(Get-Item -LiteralPath ${path} -ErrorAction Stop).VersionInfo.FileVersion`;
  const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', script];
  try {
    const { code, stdout, stderr } = await commands.run('powershell.exe', args, { timeoutMs: 60_000 });
    const build = plainBuild(stdout.trim());
    if (code === 0 && build !== undefined) return { build };
    const said = firstLine(stderr.trim() || stdout);
    return { problem: `the file version of ${file} could not be read (${code}): ${said}` };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** `15.02.1118.009` is printed with leading zeros; mitigations write 15.2.1118.9. */
function plainBuild(text: string): string | undefined {
  const match = /^([0-9]{1,5})\.([0-9]{1,5})\.([0-9]{1,5})\.([0-9]{1,5})$/.exec(text);
  return match?.slice(1).map(Number).join('.');
}

function registeredBuild({ values }: RegistryKey): string | undefined {
  const names = ['msiproductmajor', 'msiproductminor', 'msibuildmajor', 'msibuildminor'];
  const parts = names.map((name) => dword(values.get(name)));
  return parts.every((part) => part !== undefined) ? parts.join('.') : undefined;
}
