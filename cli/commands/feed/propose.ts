import { type ProposeOptions, type PublicKey, proposalText, proposeFeed } from '@stopgap/feed';
import { systemClock, systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { lintDocument } from './lint-document.ts';
import { proposalLines } from './proposal-lines.ts';

const options = {
  out: { type: 'string' },
  renew: { type: 'string', multiple: true },
  only: { type: 'string' },
  restored: { type: 'string' },
} as const;

/** `stopgap feed propose`: what is staged, and what is to be signed anew, as a file for the holders. */
export async function propose(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, options, ['DIR']);
  const restored =
    values.restored === undefined ? {} : { leastVersion: leastVersion(values.restored), forgetLogs: true };
  const only = values.only === undefined ? {} : { only: values.only };
  return writeProposal(positionals[0] ?? '', { renew: values.renew ?? [], ...only, ...restored }, values, context);
}

/** Makes the proposal, writes it to a file, and says what it is and what comes next. */
export async function writeProposal(
  folder: string,
  intent: ProposeOptions & { readonly holders?: readonly PublicKey[] },
  values: { readonly out?: string | undefined; readonly json?: boolean | undefined },
  context: Context,
): Promise<number> {
  const check: ProposeOptions['check'] = (name, bytes, before) => lintDocument(name, bytes, before, systemClock.now());
  const { id, proposal, review, warnings } = await proposeFeed(folder, { ...intent, check });
  const out = values.out ?? `${proposal.feed.replace(/[^A-Za-z0-9-]+/g, '-')}-${id}.proposal`;
  systemFiles.write(out, proposalText(proposal), { mode: 0o644 });
  if (values.json) {
    const parts = review.map(({ role, version }) => ({ role, version }));
    context.print(`${JSON.stringify({ proposal: id, file: out, parts, warnings })}\n`);
    return exit.ok;
  }
  for (const warning of warnings) context.tell(`${context.style.yellow('warning:')} ${warning}\n`);
  context.print(`${(await proposalLines(id, proposal, review)).join('\n')}\n\n`);
  printNext(folder, out, context);
  return exit.ok;
}

/** What to do with a proposal file. */
export function printNext(folder: string, file: string, context: Context): void {
  context.print(`${file}: give this file to the holders; each signs on their own machine with
  stopgap feed sign ${file} --key KEY.pem
and hands the signature file back. Then:
  stopgap feed publish ${folder} *.signature
`);
}

/** The number after `--restored`. */
export function leastVersion(given: string): number {
  const number = Number(given);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new CliError(`--restored ${given}: expected a version above all that servers may have seen, e.g. 1000`);
}
