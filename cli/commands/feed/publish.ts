import { publishFeed, renewFeed } from '@stopgap/feed';
import type { Context } from '../../context.ts';
import { exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { stamp } from '../../print/time.ts';
import { checkDocument } from './check-document.ts';
import { passphraseSource } from './passphrase.ts';

const options = { 'passphrase-file': { type: 'string' } } as const;

/** `stopgap feed publish`. */
export async function publish(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, options, ['DIR']);
  const publication = await publishFeed(positionals[0] ?? '', {
    passphrase: passphraseSource(values['passphrase-file'], context),
    check,
  });
  if (values.json) {
    context.print(`${JSON.stringify(publication, undefined, 2)}\n`);
    return exit.ok;
  }
  for (const warning of publication.warnings) context.tell(`warning: ${warning}\n`);
  if (!publication.changed) context.print(`nothing to publish: version ${publication.version} says it already\n`);
  else {
    const parts = [...publication.added.map((name) => `+ ${name}`), ...publication.removed.map((name) => `- ${name}`)];
    context.print(`published version ${publication.version}\n${parts.map((part) => `  ${part}\n`).join('')}`);
  }
  return exit.ok;
}

/** Somebody may have put another document into the staged folder since it was added. */
async function check(_name: string, bytes: Uint8Array) {
  return (await checkDocument(bytes)).complaints.map((message) => ({ severity: 'error' as const, message }));
}

/** `stopgap feed renew`. */
export async function renew(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions('feed', args, options, ['DIR']);
  const release = await renewFeed(positionals[0] ?? '', {
    passphrase: passphraseSource(values['passphrase-file'], context),
  });
  context.print(
    values.json ? `${JSON.stringify(release, undefined, 2)}\n` : `renewed; good until ${stamp(release.expiresAt)}\n`,
  );
  return exit.ok;
}
