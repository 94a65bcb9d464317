import { parseStatements } from '../syntax/statements.ts';
import { type ConfigTree, parameters } from '../syntax/tree.ts';
import type { Installation } from './binary.ts';

/** Parameters of each top-level directive of this name, in the configuration and in `nginx -g`. */
export function mainDirectives(
  installation: Installation,
  tree: ConfigTree,
  name: string,
): readonly (readonly string[])[] {
  const written = tree.visits.filter(({ context }) => context === 'main').map(({ statement }) => statement);
  const given = parseStatements('nginx -g', Buffer.from(installation.globalDirectives).toString('latin1'));
  return [...written, ...given].filter((one) => one.name === name).map(parameters);
}
