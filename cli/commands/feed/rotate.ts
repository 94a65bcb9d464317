import { feedStatus, type KeyChange, newOnlineKey, type PublicKey, readPublicKey } from '@stopgap/feed';
import { systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { passphraseSource } from './passphrase.ts';
import { writeProposal } from './propose.ts';

const options = {
  replace: { type: 'string', multiple: true },
  remove: { type: 'string', multiple: true },
  add: { type: 'string', multiple: true },
  threshold: { type: 'string', multiple: true },
  'new-key': { type: 'string', multiple: true },
  'passphrase-file': { type: 'string' },
  out: { type: 'string' },
} as const;

/** `stopgap feed rotate`: other keys or thresholds, as a proposal that old and new holders sign. */
export async function rotate(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, options, ['DIR']);
  const [folder = ''] = positionals;
  const holders = holdersIn(folder);
  const added: PublicKey[] = [];
  const read = (file: string) => {
    const key = readPublicKey(file, systemFiles);
    added.push(key);
    return key;
  };
  const keys: KeyChange[] = [
    ...(values.replace ?? []).map((text) => {
      const [holder, file] = pair(text, '--replace', 'anna=fritz.pub.json');
      return { kind: 'replace' as const, holder, keyIds: holders.of(holder), by: read(file) };
    }),
    ...(values.add ?? []).map((text) => {
      const [role, file] = pair(text, '--add', 'root=fritz.pub.json');
      return { kind: 'add' as const, role: holders.role(role), key: read(file) };
    }),
    ...(values.remove ?? []).map((text) => removal(text, holders)),
    ...(values.threshold ?? []).map((text) => {
      const [role, number] = pair(text, '--threshold', 'root=3');
      return { kind: 'threshold' as const, role: holders.role(role), threshold: Number(number) };
    }),
  ];
  for (const role of values['new-key'] ?? []) {
    if (role !== 'snapshot' && role !== 'timestamp') {
      throw new CliError(`--new-key ${role}: snapshot or timestamp; a holder makes theirs with: stopgap feed key new`);
    }
    const made = await newOnlineKey(folder, role, passphraseSource(values['passphrase-file'], context));
    added.push(made);
    keys.push(
      ...holders
        .inRole(role)
        .map((old) => ({ kind: 'remove' as const, role, holder: old.holder, keyIds: [old.keyId] })),
    );
    keys.push({ kind: 'add', role, key: made });
  }
  if (keys.length === 0)
    throw new CliError('nothing to change: give --replace, --add, --remove, --threshold or --new-key');
  return writeProposal(folder, { keys, holders: added, withoutStaged: true }, values, context);
}

type Holders = ReturnType<typeof holdersIn>;

/** The holders of a feed, by role and by name. */
function holdersIn(folder: string) {
  const { roles } = feedStatus(folder);
  const inRole = (role: string) => roles.find((one) => one.role === role)?.holders ?? [];
  return {
    inRole,
    role: (name: string): string => {
      if (roles.some(({ role }) => role === name)) return name;
      throw new CliError(`there is no role ${name}; there are ${roles.map(({ role }) => role).join(', ')}`);
    },
    /** Key ids of a holder in any role. */
    of: (name: string): readonly string[] => {
      const ids = roles.flatMap(({ holders }) =>
        holders.filter(({ holder }) => holder === name).map(({ keyId }) => keyId),
      );
      if (ids.length > 0) return [...new Set(ids)];
      const known = [...new Set(roles.flatMap(({ holders }) => holders.map(({ holder }) => holder)))];
      throw new CliError(`no key of ${name} counts here; those of ${known.join(', ')} do`);
    },
  };
}

function removal(text: string, holders: Holders): KeyChange {
  const [holder = '', role] = text.split(':').reverse();
  const keyIds = holders.of(holder);
  return { kind: 'remove', holder, keyIds, ...(role === undefined ? {} : { role: holders.role(role) }) };
}

function pair(text: string, option: string, example: string): readonly [string, string] {
  const match = /^([a-z0-9-]+)=(.+)$/.exec(text);
  if (!match) throw new CliError(`${option} ${text}: expected for example ${example}`);
  return [match[1] ?? '', match[2] ?? ''];
}
