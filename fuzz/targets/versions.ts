import { MachineError } from '@stopgap/machine';
import { detectors } from '../../agent/inventory/detectors.ts';
import { memoryFiles } from '../../feed/testing/memory-files.ts';
import { must } from '../engine/check.ts';
import type { OpenTarget, Outcome } from '../engine/target.ts';

/** Entries as they stand in agent.json; `?` is the pattern of the input. */
const entries: readonly object[] = [
  { product: 'p', detector: 'file-pattern', file: '/it', pattern: '?' },
  { product: 'p', detector: 'command', command: ['it', '-v'], pattern: '?' },
  { product: 'p', detector: 'debian-package', package: 'it', also: ['it-common'], build: 'upstream' },
  { product: 'exchange', detector: 'exchange' },
];

/**
 * A pattern on the first line; what files hold, and programs print, behind it. Each detector answers; a version that it tells
 * stands in the text just so, and the path that PowerShell is given is one quoted text.
 */
export function openVersions(): OpenTarget {
  const files = memoryFiles();
  return {
    seeds: [
      'nginx version: nginx/{version}\nnginx version: nginx/1.22.1 (Debian)\n',
      'a  {version} (x\nz a \t 1.2.3-rc.1:~+x (x',
      '{version}\nit\tinstalled\t1:1.22.1-9+deb12u3\nit-common\tinstalled\t2\n',
      "{version}\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\ExchangeServer\\v15\\MailboxRole\r\n    ConfiguredVersion    REG_SZ    15.2\r\n    MsiInstallPath    REG_SZ    C:\\a'b\\\r\n    DisplayName    REG_SZ    Exchange Server (KB5001779)\r\n    MsiBuildMajor    REG_DWORD    0x45e\r\n",
      Buffer.concat([
        Buffer.from('{version}\nMZ'),
        Buffer.from('bd04effe00000100020f000009005e04', 'hex'),
        Buffer.from('MsiInstallPath    REG_SZ    C:\\x\r\n'),
      ]),
    ],
    words: [
      '{version}',
      '\tinstalled\t',
      ' REG_SZ    ',
      'MsiInstallPath',
      '’',
      "'",
      'KB500',
      '(.*)',
      '[0-9]+',
      '\\Updates\\Exchange 2019',
    ],
    most: 16 * 1024,
    run: async (input) => {
      const end = input.indexOf(0x0a);
      const pattern = input.toString('utf8', 0, Math.max(0, end));
      const rest = input.subarray(end + 1);
      const text = rest.toString('utf8');
      for (const name of ['/it', 'C:\\x\\Bin\\ExSetup.exe']) files.contents.set(name, rest);
      const commands = {
        run: async (_file: string, args: readonly string[]) => {
          checkScript(args.at(-1) ?? '');
          return { code: 0, stdout: text, stderr: text };
        },
      };
      const outcomes = await Promise.all(entries.map((entry) => detected(entry, pattern, text, { files, commands })));
      return outcomes.includes('accepted') ? 'accepted' : 'refused';
    },
  };
}

async function detected(
  entry: object,
  pattern: string,
  text: string,
  tools: Parameters<ReturnType<(typeof detectors)[number]['prepare']>>[0],
): Promise<Outcome> {
  const named: Record<string, unknown> = { ...entry };
  if (named.pattern === '?') named.pattern = pattern;
  const detector = detectors.find(({ name }) => name === named.detector);
  try {
    const found = await detector?.prepare(named, 'products[0]')(tools);
    if (found?.presence !== 'here') return 'refused';
    const { build } = found.facts;
    must(
      build !== undefined || found.problem !== undefined || named.detector === 'debian-package',
      'no build, and no word why',
    );
    if (build !== undefined && named.pattern !== undefined)
      must(text.includes(build) && /^[0-9][0-9A-Za-z.+:~-]{0,127}$/.test(build), `the build ${build} is made up`);
    return build === undefined ? 'refused' : 'accepted';
  } catch (error) {
    if (error instanceof MachineError) return 'refused';
    throw error;
  }
}

/** PowerShell takes five characters for a single quote; inside of the path each must be doubled. */
function checkScript(script: string): void {
  const path = /^\(Get-Item -LiteralPath '(.*)' -ErrorAction Stop\)/s.exec(script)?.[1];
  if (path !== undefined) must(/^(?:[^'‘’‚‛]|(['‘’‚‛])\1)*$/s.test(path), `the path ends early: ${script}`);
}
