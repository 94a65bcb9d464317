import {
  feedRoot,
  fingerprint,
  type InitOptions,
  initFeed,
  type PublicKey,
  proposalId,
  proposalText,
  proposeFirst,
  type RoleName,
  type RoleOptions,
  readPublicKey,
  reviewProposal,
  roleNames,
} from '@stopgap/feed';
import { systemClock, systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { passphraseSource } from './passphrase.ts';
import { proposalLines } from './proposal-lines.ts';
import { printNext } from './propose.ts';

const options = {
  name: { type: 'string' },
  holder: { type: 'string', multiple: true },
  threshold: { type: 'string' },
  role: { type: 'string', multiple: true },
  development: { type: 'boolean' },
  days: { type: 'string', multiple: true },
  out: { type: 'string' },
  'passphrase-file': { type: 'string' },
} as const;

/** `stopgap feed init`. */
export async function init(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, options, ['DIR']);
  const folder = positionals[0] ?? '';
  if (values.name === undefined) throw new CliError('--name NAME is missing; see: stopgap feed --help');
  const holders = (values.holder ?? []).map((file) => readPublicKey(file, systemFiles));
  if (values.development && holders.length > 0) {
    throw new CliError('--development has all keys in one place, and --holder has them elsewhere; give one of them');
  }
  const given = {
    name: values.name,
    passphrase: passphraseSource(values['passphrase-file'], context),
    roles: { ...thresholdFor(holders, values.threshold), ...Object.fromEntries((values.role ?? []).map(roleOf)) },
    expiryDays: Object.fromEntries((values.days ?? []).map(daysOf)),
  };
  if (holders.length > 0) return ceremony(folder, { ...given, holders }, values, context);
  const root = await initFeed(folder, given);
  if (values.json) context.print(`${JSON.stringify({ folder, root: { sha256: root.sha256 } })}\n`);
  else {
    context.print(`feed ${values.name} made in ${folder}\n`);
    context.print(`root to enrol servers with: stopgap feed root ${folder} --out root.json\n`);
    context.print(`its SHA-256: ${root.sha256}\n`);
    if (!values.development) {
      context.tell(
        `note: all keys are in ${folder}/keys, so whoever takes this machine takes the feed. To try things out that is fine (--development says so); with --holder FILE the keys stay with their holders: docs/publishing.md\n`,
      );
    }
  }
  return exit.ok;
}

/** The first root and targets, to be signed by holders elsewhere. */
async function ceremony(
  folder: string,
  given: InitOptions & { readonly holders: readonly PublicKey[] },
  values: { readonly out?: string | undefined; readonly json?: boolean | undefined },
  context: Context,
): Promise<number> {
  const proposal = await proposeFirst(folder, given);
  const review = reviewProposal(proposal, systemClock.now());
  const out = values.out ?? `${given.name.replace(/[^A-Za-z0-9-]+/g, '-')}-first.proposal`;
  systemFiles.write(out, proposalText(proposal), { mode: 0o644 });
  if (values.json) {
    const parts = review.map(({ role, version }) => ({ role, version }));
    context.print(`${JSON.stringify({ folder, file: out, parts })}\n`);
    return exit.ok;
  }
  for (const { holder, key } of given.holders) {
    context.print(`${holder}: fingerprint ${fingerprint(key.keyID)}; have it read out to you\n`);
  }
  context.print(`\n${(await proposalLines(proposalId(proposal), proposal, review)).join('\n')}\n\n`);
  printNext(folder, out, context);
  return exit.ok;
}

function thresholdFor(
  holders: readonly PublicKey[],
  given: string | undefined,
): Partial<Record<RoleName, RoleOptions>> {
  if (given === undefined) return {};
  if (holders.length === 0) throw new CliError('--threshold goes with --holder');
  const role = { threshold: Number(given), holders: holders.map(({ holder }) => holder) };
  return { root: role, targets: role };
}

function roleOf(text: string): [RoleName, RoleOptions] {
  const match = /^([a-z]+)=(\d+):(.+)$/.exec(text);
  const name = roleNames.find((role) => role === match?.[1]);
  if (!match || !name) throw new CliError(`--role ${text}: expected for example root=3:anna,bert,carla,dirk,eva`);
  return [name, { threshold: Number(match[2]), holders: (match[3] ?? '').split(',').map((holder) => holder.trim()) }];
}

function daysOf(text: string): [RoleName, number] {
  const match = /^([a-z]+)=(\d{1,4})$/.exec(text);
  const name = roleNames.find((role) => role === match?.[1]);
  if (!match || !name || Number(match[2]) < 1) throw new CliError(`--days ${text}: expected for example timestamp=7`);
  return [name, Number(match[2])];
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
