import { feedStatus, publishFeed, readSignatureFile, renewFeed } from '@stopgap/feed';
import { systemClock, systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { stamp } from '../../print/time.ts';
import { lintDocument } from './lint-document.ts';
import { passphraseSource } from './passphrase.ts';
import { leastVersion } from './propose.ts';

const options = { 'passphrase-file': { type: 'string' }, restored: { type: 'string' } } as const;

/** `stopgap feed publish`. */
export async function publish(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, options, ['DIR', 'SIGNATURE…']);
  const [folder = '', ...files] = positionals;
  const publication = await publishFeed(folder, {
    passphrase: passphraseSource(values['passphrase-file'], context),
    // Somebody may have put another document into the staged folder since it was added.
    check: (name, bytes, before) => lintDocument(name, bytes, before, systemClock.now()),
    signatures: files.map((file) => readSignatureFile(file, systemFiles)),
    ...(values.restored === undefined ? {} : { leastVersion: leastVersion(values.restored) }),
  });
  if (values.json) {
    context.print(`${JSON.stringify(publication, undefined, 2)}\n`);
    return exit.ok;
  }
  for (const warning of publication.warnings) context.tell(`warning: ${warning}\n`);
  if (!publication.changed) context.print(`nothing to publish: version ${publication.version} says it already\n`);
  else {
    const { added, removed, roles } = publication;
    const parts = [...added.map((name) => `+ ${name}`), ...removed.map((name) => `- ${name}`), ...roles];
    context.print(`published version ${publication.version}\n${parts.map((part) => `  ${part}\n`).join('')}`);
    const { add, remove } = feedStatus(folder).staged;
    const left = [...add.map((name) => `+ ${name}`), ...remove.map((name) => `- ${name}`)];
    if (left.length > 0) context.print(`still staged, for the next publication: ${left.join(', ')}\n`);
  }
  return exit.ok;
}

/** `stopgap feed renew`. */
export async function renew(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, { 'passphrase-file': { type: 'string' } }, ['DIR']);
  const release = await renewFeed(positionals[0] ?? '', {
    passphrase: passphraseSource(values['passphrase-file'], context),
  });
  context.print(
    values.json ? `${JSON.stringify(release, undefined, 2)}\n` : `renewed; good until ${stamp(release.expiresAt)}\n`,
  );
  return exit.ok;
}
