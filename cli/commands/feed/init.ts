import { feedRoot, initFeed, type RoleName, type RoleOptions, roleNames } from '@stopgap/feed';
import { systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { passphraseSource } from './passphrase.ts';

/** `stopgap feed init`. */
export async function init(args: readonly string[], context: Context): Promise<number> {
  const options = {
    name: { type: 'string' },
    role: { type: 'string', multiple: true },
    'passphrase-file': { type: 'string' },
  } as const;
  const { values, positionals } = parseOptions('feed', args, options, ['DIR']);
  const folder = positionals[0] ?? '';
  if (values.name === undefined) throw new CliError('--name NAME is missing; see: stopgap feed --help');
  const root = await initFeed(folder, {
    name: values.name,
    passphrase: passphraseSource(values['passphrase-file'], context),
    roles: Object.fromEntries((values.role ?? []).map(roleOf)),
  });
  if (values.json) context.print(`${JSON.stringify({ folder, root: { sha256: root.sha256 } })}\n`);
  else {
    context.print(`feed ${values.name} made in ${folder}\n`);
    context.print(`root to enrol servers with: stopgap feed root ${folder} --out root.json\n`);
    context.print(`its SHA-256: ${root.sha256}\n`);
  }
  return exit.ok;
}

function roleOf(text: string): [RoleName, RoleOptions] {
  const match = /^([a-z]+)=(\d+):(.+)$/.exec(text);
  const name = roleNames.find((role) => role === match?.[1]);
  if (!match || !name) throw new CliError(`--role ${text}: expected for example root=3:anna,bert,carla,dirk,eva`);
  return [name, { threshold: Number(match[2]), holders: (match[3] ?? '').split(',').map((holder) => holder.trim()) }];
}

/** `stopgap feed root`. */
export async function root(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, { out: { type: 'string' } }, ['DIR']);
  const { bytes, sha256 } = feedRoot(positionals[0] ?? '');
  if (values.out === undefined) context.print(Buffer.from(bytes).toString('utf8'));
  else {
    systemFiles.write(values.out, bytes, { mode: 0o644 });
    context.print(
      values.json ? `${JSON.stringify({ file: values.out, sha256 })}\n` : `${values.out}, SHA-256 ${sha256}\n`,
    );
  }
  return exit.ok;
}
