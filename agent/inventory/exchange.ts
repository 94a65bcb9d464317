import { type Commands, type Files, MachineError, object, optional } from '@stopgap/machine';
import type { Detection, Detector, DetectorTools } from './detector.ts';
import { fileVersion } from './file-version.ts';
import { firstLine } from './first-line.ts';
import { dword, type RegistryKey, readRegistry } from './registry.ts';
import { inPowerShell, windowsProgram } from './windows-program.ts';
import { detectorName, productName } from './words.ts';

const decode = object({ product: optional(productName, 'exchange'), detector: detectorName('exchange') });

const reg = windowsProgram('reg.exe');
const powershell = windowsProgram('WindowsPowerShell\\v1.0\\powershell.exe');
/** Bytes; ExSetup.exe has some 40,000. */
const mostProgramBytes = 4 * 1024 * 1024;
const uninstall = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
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

async function detect(product: string, { commands, files }: DetectorTools): Promise<Detection> {
  const setup = (await query(commands, [`${root}\\Setup`]))?.[0];
  if (!setup) return absentUnlessUnreadable(commands);
  const roles = await readRoles(commands);
  const updates = await readUpdates(commands);
  const base = { product, roles, updates, packages: new Map<string, string>() };
  const file = await exSetupVersion(setup, files, commands);
  if ('build' in file) return { presence: 'here', facts: { ...base, build: file.build, source: 'ExSetup.exe' } };
  const registered = registeredBuild(setup);
  const problem = `the build with its security updates is not known: ${file.problem}; let the agent run PowerShell, or declare the build`;
  const source = registered ? `the registry (cumulative update ${registered})` : 'the registry';
  return { presence: 'here', facts: { ...base, build: undefined, source }, problem };
}

/** `undefined`: there is no such key. */
async function query(commands: Commands, args: readonly string[]): Promise<readonly RegistryKey[] | undefined> {
  const { code, stdout } = await commands.run(reg, ['query', ...args]);
  return code === 0 ? readRegistry(stdout) : undefined;
}

/** reg.exe ends with 1 for a key that is not there and for one that may not be read; its sentence is translated. */
async function absentUnlessUnreadable(commands: Commands): Promise<Detection> {
  const { code, stderr } = await commands.run(reg, ['query', 'HKLM\\SOFTWARE\\Microsoft', '/ve']);
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

/**
 * KBs by keys and package names under `Updates\\Exchange 2019` and the like, and by the names of what can be uninstalled; none where
 * no update was ever installed. "Exchange" and the KB's number stand in these in every language.
 */
async function readUpdates(commands: Commands): Promise<readonly string[]> {
  const keys = (await query(commands, ['HKLM\\SOFTWARE\\Microsoft\\Updates', '/s', '/f', 'KB'])) ?? [];
  const installed = (await query(commands, [uninstall, '/s', '/v', 'DisplayName'])) ?? [];
  const texts = [
    ...keys
      .filter(({ path }) => /\\Updates\\Exchange /i.test(path))
      .flatMap(({ path, values }) => [path, ...values.values()]),
    ...installed.flatMap(({ values }) => [...values.values()]).filter((name) => /\bExchange Server\b/i.test(name)),
  ];
  const ids = texts.flatMap((words) => words.match(/\bKB[0-9]{6,8}\b/gi) ?? []);
  return [...new Set(ids.map((id) => id.toUpperCase()))].sort();
}

/** By the file itself, and where that cannot be read, by PowerShell. */
async function exSetupVersion(
  setup: RegistryKey,
  files: Files,
  commands: Commands,
): Promise<{ readonly build: string } | { readonly problem: string }> {
  const folder = setup.values.get('msiinstallpath');
  if (folder === undefined || folder === '')
    return { problem: 'the registry does not say where Exchange is installed' };
  const file = `${folder.replace(/\\+$/, '')}\\Bin\\ExSetup.exe`;
  const build = versionInside(file, files);
  return build === undefined ? askPowerShell(file, commands) : { build };
}

function versionInside(file: string, files: Files): string | undefined {
  try {
    const state = files.read(file, mostProgramBytes);
    return state && fileVersion(state.bytes);
  } catch (error) {
    if (error instanceof MachineError) return undefined;
    throw error;
  }
}

async function askPowerShell(
  file: string,
  commands: Commands,
): Promise<{ readonly build: string } | { readonly problem: string }> {
  const script = `(Get-Item -LiteralPath ${inPowerShell(file)} -ErrorAction Stop).VersionInfo.FileVersion`;
  const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', script];
  try {
    const { code, stdout, stderr } = await commands.run(powershell, args, { timeoutMs: 60_000 });
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
