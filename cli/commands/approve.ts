import { CliError } from '../exit.ts';
import { asking } from './asking.ts';

export const command = asking({
  name: 'approve',
  summary: 'approve a mitigation that awaits it',
  usage: 'approve ID [--revision N] [--json] [--state-dir DIR]',
  about: 'In mode "approve" nothing is applied before somebody approved that very revision.',
  options: { revision: { type: 'string' } },
  optionHelp: ['--revision N     only if this is the revision offered now'],
  positionals: ['ID'],
  request: ({ values, positionals }, actor) => ({
    ask: 'approve',
    actor,
    id: positionals[0] ?? '',
    revision: revisionOf(values.revision),
  }),
});

function revisionOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const revision = Number(value);
  if (!Number.isInteger(revision) || revision < 1)
    throw new CliError(`--revision ${value}: expected a whole number from 1`);
  return revision;
}
