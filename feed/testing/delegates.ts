import { createKey } from '../publish/keys.ts';
import { day } from './clock.ts';
import { benchFor, looked } from './reader.ts';
import { type SimulatedDelegate, SimulatedRepository } from './repository.ts';

/** A delegated role that signs these documents. */
export function delegate(
  name: string,
  paths: readonly string[],
  documents: Readonly<Record<string, string>>,
  change: Partial<SimulatedDelegate> = {},
) {
  const contents = Object.entries(documents).map(([document, text]): [string, Buffer] => [document, Buffer.from(text)]);
  return {
    name,
    paths,
    parent: 'targets',
    terminating: false,
    keys: [createKey('ed25519')],
    threshold: 1,
    version: 1,
    expiresAt: Date.now() + 30 * day,
    documents: new Map(contents),
    ...change,
  };
}

/** A reader of a repository with these delegated roles. */
export async function withDelegates(...delegates: SimulatedDelegate[]) {
  const repository = await SimulatedRepository.released();
  repository.documents = new Map([['own.xml', Buffer.from('own')]]);
  repository.delegates.push(...delegates);
  await repository.release();
  return benchFor(repository);
}

/** Looks, expects success, and answers the contents by name. */
export async function contentsOf(bench: Awaited<ReturnType<typeof withDelegates>>): Promise<Record<string, string>> {
  const { documents } = await looked(bench.source);
  return Object.fromEntries(documents.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));
}
