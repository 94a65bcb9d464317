import { readPublicKey } from '@stopgap/feed';
import { systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { writeProposal } from './propose.ts';

const options = {
  holder: { type: 'string', multiple: true },
  threshold: { type: 'string' },
  path: { type: 'string', multiple: true },
  product: { type: 'string', multiple: true },
  remove: { type: 'boolean' },
  out: { type: 'string' },
} as const;

/** `stopgap feed delegate`: a role of its own for a product or a publisher, as a proposal. */
export async function delegate(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, options, ['DIR', 'ROLE']);
  const [folder = '', role = ''] = positionals;
  if (values.remove) return writeProposal(folder, { undelegate: role, withoutStaged: true }, values, context);
  if (!/^(?!root$|targets$|snapshot$|timestamp$)[a-z0-9][a-z0-9-]{0,59}$/.test(role)) {
    throw new CliError(`${role} cannot name a role; use up to 60 small letters, digits and dashes, e.g. exchange`);
  }
  const holders = (values.holder ?? []).map((file) => readPublicKey(file, systemFiles));
  if (holders.length === 0) throw new CliError('--holder FILE is missing: who signs for this role?');
  const threshold = values.threshold === undefined ? Math.floor(holders.length / 2) + 1 : Number(values.threshold);
  const paths = [...(values.path ?? [`${role}/*`]), `log/${role}/*`];
  const plan = {
    keys: holders.map(({ key }) => key),
    threshold,
    paths,
    ...(values.product ? { products: values.product } : {}),
  };
  return writeProposal(folder, { delegate: { role, plan }, holders, withoutStaged: true }, values, context);
}
