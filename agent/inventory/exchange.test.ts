import { type Commands, type Files, MachineError, silentLog } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { decodeInventoryConfig, takeInventory } from './index.ts';
import { readRegistry } from './registry.ts';
import { windowsProgram } from './windows-program.ts';

const root = 'HKLM\\SOFTWARE\\Microsoft\\ExchangeServer\\v15';
const full = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft';

// The forms of reg.exe: a blank line, the key, its values with four blanks between the parts; CRLF.
const setup = crlf(`
${full}\\ExchangeServer\\v15\\Setup
    Services    REG_SZ    C:\\Program Files\\Microsoft\\Exchange Server\\V15
    MsiProductMajor    REG_DWORD    0xf
    MsiProductMinor    REG_DWORD    0x2
    MsiBuildMajor    REG_DWORD    0x45e
    MsiBuildMinor    REG_DWORD    0x7
    MsiInstallPath    REG_SZ    D:\\Exchange's Home\\V15\\
    OwaVersion    REG_SZ    15.2.1118.9

`);
const mailboxRoles = crlf(`
${full}\\ExchangeServer\\v15\\AdminTools
    ConfiguredVersion    REG_SZ    15.2.1118.7

${full}\\ExchangeServer\\v15\\ClientAccessRole
    ConfiguredVersion    REG_SZ    15.2.1118.7

${full}\\ExchangeServer\\v15\\MailboxRole
    ConfiguredVersion    REG_SZ    15.2.1118.7

End of search: 3 match(es) found.
`);
const edgeRoles = crlf(`
${full}\\ExchangeServer\\v15\\EdgeTransportRole
    ConfiguredVersion    REG_SZ    15.2.1118.7

Ende der Suche: 1 Übereinstimmung(en) gefunden.
`);
const updates = crlf(`
${full}\\Updates\\Exchange 2019\\SP0\\KB5014261
    PackageName    REG_SZ    Security Update for Exchange Server 2019 Cumulative Update 12 (KB5014261)
    ThisVersionInstalled    REG_SZ    Y

${full}\\Updates\\.NET Framework 4.8\\KB5015733
    PackageName    REG_SZ    Update for .NET (KB5015733)

End of search: 4 match(es) found.
`);

const installed = crlf(`
${full}\\Windows\\CurrentVersion\\Uninstall\\{CD981244-E9B8-405A-9026-6AEB9DCEF1F1}
    DisplayName    REG_SZ    Microsoft Exchange Server 2019 Cumulative Update 12

${full}\\Windows\\CurrentVersion\\Uninstall\\KB5036402
    DisplayName    REG_SZ    Sicherheitsupdate f\u00fcr Exchange Server 2019 Kumulatives Update 12 (KB5036402)

${full}\\Windows\\CurrentVersion\\Uninstall\\KB5015733
    DisplayName    REG_SZ    Update f\u00fcr Microsoft .NET Framework (KB5015733)

Ende der Suche: 3 \u00dcbereinstimmung(en) gefunden.
`);

type Answers = Readonly<
  Record<
    'setup' | 'roles' | 'updates' | 'installed' | 'powershell' | 'registry',
    { code: number; stdout: string; stderr?: string }
  >
>;

const present: Answers = {
  setup: { code: 0, stdout: setup },
  roles: { code: 0, stdout: mailboxRoles },
  updates: { code: 0, stdout: updates },
  installed: { code: 0, stdout: installed },
  powershell: { code: 0, stdout: '15.02.1118.009\r\n' },
  registry: { code: 0, stdout: '' },
};
const notThere = {
  code: 1,
  stdout: '',
  stderr: 'ERROR: The system was unable to find the specified registry key or value.\r\n',
};

/** Files of which there is at most ExSetup.exe. */
function filesWith(bytes?: Buffer): Files {
  const read = (file: string) =>
    bytes && file.endsWith('\\V15\\Bin\\ExSetup.exe') ? { bytes, mode: 0o644, uid: 0, gid: 0 } : undefined;
  return { read, write: () => {}, remove: () => {}, makeFolder: () => {} };
}

/** A program as far as its version resource goes. */
function program(...versions: readonly (readonly [number, number, number, number])[]): Buffer {
  const resources = versions.map(([a, b, c, d]) => {
    const info = Buffer.alloc(52);
    info.writeUInt32LE(0xfeef04bd, 0);
    info.writeUInt32LE(0x00010000, 4);
    for (const [at, part] of [b, a, d, c].entries()) info.writeUInt16LE(part, 8 + 2 * at);
    return info;
  });
  return Buffer.concat([Buffer.from('MZ\x90\0'), Buffer.alloc(300), ...resources, Buffer.alloc(7)]);
}

function windows(answers: Answers, files = filesWith()) {
  const ran: (readonly string[])[] = [];
  const commands: Commands = {
    run: async (file, args) => {
      ran.push([file, ...args]);
      const answer =
        file === 'powershell.exe'
          ? answers.powershell
          : args[1] === `${root}\\Setup`
            ? answers.setup
            : args[1] === root
              ? answers.roles
              : args[1]?.endsWith('\\Updates')
                ? answers.updates
                : args[1]?.endsWith('\\Uninstall')
                  ? answers.installed
                  : answers.registry;
      return { stderr: '', ...answer };
    },
  };
  return { ran, tools: { files, commands, log: silentLog } };
}

const config = decodeInventoryConfig([{ product: 'exchange', detector: 'exchange' }], 'agent.json: products');
const take = (answers: Partial<Answers> = {}) => takeInventory(config, windows({ ...present, ...answers }).tools);

describe('the detector exchange', () => {
  it('finds build with security updates, roles and KBs', async () => {
    const { products, problems } = await take();
    expect(products).toEqual([
      {
        product: 'exchange',
        build: '15.2.1118.9',
        roles: ['client-access', 'mailbox'],
        updates: ['KB5014261', 'KB5036402'],
        packages: new Map(),
        source: 'ExSetup.exe',
      },
    ]);
    expect(problems.size).toBe(0);
  });

  it('reads the version out of ExSetup.exe itself, without PowerShell', async () => {
    const server = windows(present, filesWith(program([15, 2, 1118, 40])));
    const { products } = await takeInventory(config, server.tools);
    expect(products).toMatchObject([{ build: '15.2.1118.40', source: 'ExSetup.exe' }]);
    expect(server.ran.some(([file]) => file === 'powershell.exe')).toBe(false);
  });

  it.each([
    ['with two versions that differ', program([15, 2, 1118, 40], [15, 1, 2507, 6])],
    ['with no version', program()],
    ['that is cut off', program([15, 2, 1118, 40]).subarray(0, 310)],
    ['that is no program', Buffer.from('15.2.1118.40')],
  ])('asks PowerShell about an ExSetup.exe %s', async (_name, bytes) => {
    const { products } = await takeInventory(config, windows(present, filesWith(bytes)).tools);
    expect(products).toMatchObject([{ build: '15.2.1118.9' }]);
  });

  it.each([
    [
      'German',
      'FEHLER: Der angegebene Registrierungsschl\u00fcssel bzw. Wert wurde nicht gefunden.',
      'FEHLER: Zugriff verweigert',
    ],
    [
      'French',
      'ERREUR\u00a0: le syst\u00e8me n\u2019a pas trouv\u00e9 la cl\u00e9 ou la valeur',
      'ERREUR\u00a0: acc\u00e8s refus\u00e9.',
    ],
    [
      'Japanese',
      '\u30a8\u30e9\u30fc: \u6307\u5b9a\u3055\u308c\u305f\u30ad\u30fc\u304c\u898b\u3064\u304b\u308a\u307e\u305b\u3093',
      '\u30a8\u30e9\u30fc: \u30a2\u30af\u30bb\u30b9\u304c\u62d2\u5426\u3055\u308c\u307e\u3057\u305f\u3002',
    ],
  ])('tells absent from unreadable on a %s Windows', async (_language, absent, denied) => {
    expect(await take({ setup: { code: 1, stdout: '', stderr: `${absent}\r\n` } })).toMatchObject({ products: [] });
    const unreadable = { code: 1, stdout: '', stderr: `${denied}\r\n` };
    const { problems } = await take({ setup: unreadable, registry: unreadable });
    expect(problems.get('exchange')).toBe(`the registry cannot be read: ${denied}`);
  });

  it('asks for the version of ExSetup.exe where Exchange is installed, whatever the folder is called', async () => {
    const server = windows(present);
    await takeInventory(config, server.tools);
    const script = server.ran.find(([file]) => file === 'powershell.exe')?.at(-1);
    expect(script).toBe(
      "(Get-Item -LiteralPath 'D:\\Exchange''s Home\\V15\\Bin\\ExSetup.exe' -ErrorAction Stop).VersionInfo.FileVersion",
    );
  });

  it('knows an Edge server, in any language of Windows', async () => {
    expect((await take({ roles: { code: 0, stdout: edgeRoles } })).products[0]?.roles).toEqual(['edge']);
  });

  it('takes no updates and no roles for none', async () => {
    const { products, problems } = await take({ updates: notThere, installed: notThere, roles: notThere });
    expect(products).toMatchObject([{ build: '15.2.1118.9', roles: [], updates: [] }]);
    expect(problems.size).toBe(0);
  });

  it('does not pass off the build of the cumulative update as the whole truth', async () => {
    const { products, problems } = await take({
      powershell: { code: 1, stdout: '', stderr: 'Get-Item : Cannot find path\r\nAt line:1' },
    });
    expect(products).toMatchObject([{ build: undefined, source: 'the registry (cumulative update 15.2.1118.7)' }]);
    expect(problems.get('exchange')).toMatch(
      /the build with its security updates is not known: .*Cannot find path.*; let the agent run PowerShell/,
    );
  });

  it('knows a server without Exchange', async () => {
    expect(await take({ setup: notThere })).toEqual({ products: [], problems: new Map() });
  });

  it('does not take a registry that cannot be read for a server without Exchange', async () => {
    const denied = { code: 1, stdout: '', stderr: 'ERROR: Access is denied.\r\n' };
    const { products, problems } = await take({ setup: denied, registry: denied });
    expect(products).toEqual([]);
    expect(problems.get('exchange')).toBe('the registry cannot be read: ERROR: Access is denied.');
  });

  it('is a problem on a machine that is no Windows', async () => {
    const run: Commands['run'] = async (file) => {
      throw new MachineError('command-not-found', `cannot run ${file}: ENOENT`);
    };
    const { problems } = await takeInventory(config, { files: filesWith(), commands: { run }, log: silentLog });
    expect(problems.get('exchange')).toBe('detector "exchange" failed: cannot run reg.exe: ENOENT');
  });
});

describe('a program of Windows', () => {
  it('is named by its whole path there, so that none of the folder one is in is taken for it', () => {
    expect(windowsProgram('reg.exe', 'win32')).toMatch(/^[A-Z]:\\Windows\\System32\\reg\.exe$/i);
    expect(windowsProgram('WindowsPowerShell\\v1.0\\powershell.exe', 'linux')).toBe('powershell.exe');
  });
});

describe('readRegistry', () => {
  it('reads values with blanks in their names and data, empty ones, and the default', () => {
    const text = crlf(
      `\n${full}\\A B\n    a name    REG_SZ    some  data    here\n    empty    REG_SZ\n    (Default)    REG_SZ    (value not set)\n    Many    REG_MULTI_SZ    a\\0b\n`,
    );
    expect(readRegistry(text)).toEqual([
      {
        path: `${full}\\A B`,
        values: new Map([
          ['a name', 'some  data    here'],
          ['empty', ''],
          ['(default)', '(value not set)'],
          ['many', 'a\\0b'],
        ]),
      },
    ]);
  });

  it('makes nothing of what is no registry', () => {
    expect(readRegistry('ERROR: x\n    stray    REG_SZ    y\n')).toEqual([]);
  });
});

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n');
}
