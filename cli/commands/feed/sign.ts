import path from 'node:path';
import { beforeSigning, memoryFileOf, type OpenedProposal, openProposal, signAsHolder } from '@stopgap/feed';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { holderSigner, keyOptions } from './key-options.ts';
import { askPlainly } from './passphrase.ts';
import { proposalFindings, proposalLines } from './proposal-lines.ts';

const options = { ...keyOptions, out: { type: 'string' }, yes: { type: 'boolean' } } as const;

/** `stopgap feed sign FILE`: on a holder's machine, with nothing but the proposal and the key. */
export async function sign(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, options, ['FILE']);
  const [file = ''] = positionals;
  const opened = openProposal(file);
  const lines = await proposalLines(opened.id, opened.proposal, opened.review);
  if (!values.json) context.print(`${lines.join('\n')}\n\n`);
  await refuseWrong(opened, context);
  const signer = await holderSigner(values, context);
  const memoryFile = memoryFileOf(signer.place);
  const { parts, warnings } = beforeSigning(opened, { keyId: signer.key.keyID, memoryFile });
  for (const warning of warnings) context.tell(`${context.style.yellow('warning:')} ${warning}\n`);
  const name = holderName(opened, signer.key.keyID, signer.place);
  const roles = parts.map(({ role, version }) => `${role} version ${version}`).join(' and ');
  if (!(values.yes === true || (await saysYes(`sign ${roles} as ${name}?`)))) {
    throw new CliError('not signed', exit.refused);
  }
  const out = values.out ?? `${file.replace(/\.proposal$/, '')}.${name}.signature`;
  await signAsHolder(opened, signer, { name, memoryFile, out });
  if (values.json) {
    const signed = parts.map(({ role, version }) => ({ role, version }));
    context.print(
      `${JSON.stringify({ proposal: opened.id, holder: name, keyId: signer.key.keyID, signed, file: out })}\n`,
    );
  } else context.print(`${out}: your signature. Give this file to the publisher.\n`);
  return exit.ok;
}

/** A holder's machine judges the documents for itself. Throws where one must not be published. */
async function refuseWrong({ proposal, review }: OpenedProposal, context: Context): Promise<void> {
  const findings = await proposalFindings(proposal, review, context.clock.now());
  for (const { severity, message } of findings) {
    if (severity === 'warning') context.tell(`${context.style.yellow('warning:')} ${message}\n`);
  }
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  if (errors.length > 0)
    throw new CliError(`not signed, for this must not be published: ${errors.join('; ')}`, exit.refused);
}

/** The name that the publisher knows the key by, else that of its file. */
function holderName({ proposal }: OpenedProposal, keyId: string, place: string): string {
  const named = proposal.names.get(keyId) ?? path.basename(place).replace(/\.(?:pem|json)$/, '');
  return named.toLowerCase().replace(/[^a-z0-9-]/g, '-');
}

async function saysYes(question: string): Promise<boolean> {
  const answer = await askPlainly(`${question} Type yes: `, 'look at what is to be signed, then give --yes');
  return answer.toLowerCase() === 'yes';
}
