/**
 * The command of tuf-conformance's client protocol:
 *
 *     node feed/conformance/client.ts --metadata-dir DIR init ROOT
 *     node feed/conformance/client.ts --metadata-dir DIR --metadata-url URL refresh
 *     node feed/conformance/client.ts --metadata-dir DIR --metadata-url URL --target-name NAME --target-base-url URL --target-dir DIR download
 *
 * Exit code 0: done; 1: refused, and why on standard error.
 */
import { parseArgs } from 'node:util';
import { systemFiles } from '@stopgap/machine';
import { troubleOf } from '../trouble.ts';
import { download, initialise, refresh } from './updater.ts';

const options = {
  'metadata-dir': { type: 'string' },
  'metadata-url': { type: 'string' },
  'target-name': { type: 'string' },
  'target-base-url': { type: 'string' },
  'target-dir': { type: 'string' },
} as const;

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const need = (name: keyof typeof options): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`--${name} is missing`);
    return value;
  };
  const [command, file] = positionals;
  const folder = need('metadata-dir');
  if (command === 'init') return init(folder, file);
  const client = { metadataFolder: folder, metadataUrl: need('metadata-url') };
  if (command === 'refresh') return await refresh(client);
  if (command !== 'download') throw new Error('expected init, refresh or download');
  const artifact = { name: need('target-name'), baseUrl: need('target-base-url'), folder: need('target-dir') };
  await download(client, artifact);
}

function init(folder: string, file: string | undefined): void {
  const root = file === undefined ? undefined : systemFiles.read(file);
  if (!root) throw new Error(`${file ?? 'the root'} is not there`);
  initialise(folder, root.bytes);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  const trouble = troubleOf(error);
  process.stderr.write(`${trouble.step}: ${trouble.reason}\n`);
  process.exitCode = 1;
}
