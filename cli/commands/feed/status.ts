import { type FeedStatus, feedStatus, type ProposalState, type RoleState } from '@stopgap/feed';
import type { Context } from '../../context.ts';
import { exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { table } from '../../print/table.ts';
import { ahead, stamp } from '../../print/time.ts';

/** `stopgap feed status`: exit code 3 when something needs a person. */
export async function status(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, {}, ['DIR']);
  const [folder = ''] = positionals;
  const state = feedStatus(folder);
  const attention = attentionOf(state, folder, context.clock.now());
  if (values.json) context.print(`${JSON.stringify({ ...state, attention }, undefined, 2)}\n`);
  else context.print(`${statusLines(state, attention, context).join('\n')}\n`);
  return attention.length > 0 ? exit.attention : exit.ok;
}

/** What needs a person, with what to do. */
function attentionOf({ roles, proposals }: FeedStatus, folder: string, now: number): readonly string[] {
  const due = roles
    .filter((role) => role.due !== 'no')
    .map(({ role, due, expiresAt }) => {
      const when = due === 'expired' ? `expired at ${stamp(expiresAt)}` : `runs out ${ahead(expiresAt, now)}`;
      const online = role === 'snapshot' || role === 'timestamp';
      const remedy = online ? `stopgap feed renew ${folder}` : `stopgap feed propose ${folder} --renew ${role}`;
      return `${role} ${when}; sign it anew: ${remedy}`;
    });
  const stale = proposals
    .filter((proposal) => proposal.stale)
    .map(({ id }) => `proposal ${id} cannot be published any more: the feed has changed since; propose again`);
  return [...due, ...stale];
}

function statusLines(state: FeedStatus, attention: readonly string[], context: Context): readonly string[] {
  const { style } = context;
  const columns = [
    { title: 'role' },
    { title: 'version', align: 'right' as const },
    { title: 'documents', align: 'right' as const },
    { title: 'good until' },
    { title: 'sign again by' },
    { title: 'signed by' },
  ];
  const paint = (text: string, column: number, row: number) =>
    column === 4 && state.roles[row] && state.roles[row].due !== 'no' ? style.yellow(text) : text;
  const rows = table(columns, state.roles.map(roleRow), { width: context.width, paint });
  const root =
    state.rootVersion === 0 ? 'nothing is out yet' : `root version ${state.rootVersion}, SHA-256 ${state.rootSha256}`;
  const staged = [...state.staged.add.map((name) => `+ ${name}`), ...state.staged.remove.map((name) => `- ${name}`)];
  return [
    `${style.bold(state.name)}: ${root}`,
    '',
    ...(state.roles.length > 0 ? [...rows, ''] : []),
    ...(staged.length > 0 ? [`staged: ${staged.join(', ')}`, ''] : []),
    ...state.proposals.flatMap((proposal) => [...proposalStateLines(proposal), '']),
    ...attention.map((line) => `${style.yellow('!')} ${line}`),
    ...(attention.length === 0 ? ['nothing is due'] : []),
  ];
}

function roleRow({ role, version, documents, expiresAt, dueAt, threshold, holders }: RoleState): readonly string[] {
  const day = (at: number) => stamp(at).slice(0, 10);
  const who = holders.map(({ holder, signed }) => (signed ? holder : `(${holder})`)).join(', ');
  const keys = `${threshold} of ${holders.length}: ${who}`;
  return [role, String(version), documents === undefined ? '' : String(documents), day(expiresAt), day(dueAt), keys];
}

function proposalStateLines({ id, made, stale, roles, needs }: ProposalState): readonly string[] {
  return [
    `proposal ${id} of ${stamp(made)}, for ${roles.join(', ')}${stale ? ': STALE' : ''}`,
    ...needs.map(({ role, why, threshold, signed, missing, optional }) => {
      const by = why === 'as things are' ? '' : ` by ${why}${optional ? ' (wanted)' : ''}`;
      const open = signed.length >= threshold ? 'enough' : `still to sign: ${missing.join(', ')}`;
      return `  ${role}${by}: ${signed.length} of ${threshold}${signed.length > 0 ? ` (${signed.join(', ')})` : ''}; ${open}`;
    }),
  ];
}
