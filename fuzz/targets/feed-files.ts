import { MachineError } from '@stopgap/machine';
import { readBundle, writeBundle } from '../../feed/bundle/format.ts';
import { FeedError } from '../../feed/errors.ts';
import { checkLogs } from '../../feed/log/consistency.ts';
import { append, readLog } from '../../feed/log/segments.ts';
import { proposalText, readProposal } from '../../feed/publish/proposal/proposal.ts';
import { readSignatureFile, signatureText } from '../../feed/publish/proposal/signature-file.ts';
import { memoryFiles } from '../../feed/testing/memory-files.ts';
import { Trouble } from '../../feed/trouble.ts';
import { must, mustEqual } from '../engine/check.ts';
import { mutateJson } from '../engine/mutate-json.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

/** A bundle has one spelling: what is read is written again as the very bytes. */
export function openBundle(): OpenTarget {
  const made = Date.UTC(2026, 10, 22);
  const files = new Map([
    ['metadata/1.root.json', Buffer.from('{}')],
    ['metadata/timestamp.json', Buffer.from('x\n')],
    ['targets/ab.c%20d.xml', Buffer.alloc(0)],
  ]);
  return {
    seeds: [writeBundle({ made, files }), writeBundle({ made, files: new Map() })],
    words: ['{"path":"', '"length":', '"sha256":"', 'targets/../', '\\u002f'],
    most: 64 * 1024,
    run: (input) =>
      outcomeOf(
        () =>
          mustEqual(Buffer.from(writeBundle(readBundle(input))), Buffer.from(input), 'written again, it is another'),
        Trouble,
      ),
  };
}

/** A log of one segment. Any error is a refusal there, so only its order and what is made of it are looked at. */
export function openLog(): OpenTarget {
  let segments = new Map<number, Buffer>();
  for (const [version, name] of ['a.xml', 'b.xml', 'c.xml'].entries()) {
    const entry = {
      role: 'targets',
      version: version + 1,
      at: 0,
      says: [],
      changes: [{ name, sha256: 'aa'.repeat(32) }],
    };
    const { number, bytes } = append(segments, readLog('targets', segments), entry);
    segments = new Map(segments).set(number, bytes);
  }
  return {
    seeds: [...segments.values(), ''],
    words: ['"number":', '"previous":"', '"role":"targets"', '"changes":[', '"sha256":null'],
    most: 64 * 1024,
    run: (input) =>
      outcomeOf(() => {
        const offered = new Map([[1, input]]);
        const entries = readLog('targets', offered);
        for (const [index, entry] of entries.entries()) mustEqual(entry.number, index + 1, 'the number of an entry');
        const last = entries.at(-1);
        const documents = new Map<string, string>();
        const head = { role: 'targets', entries: entries.length, hash: last?.hash ?? '' };
        const verdict = checkLogs(last ? [{ ...head, entries: head.entries + 1 }] : [], [
          { role: 'targets', segments: offered, documents },
        ]);
        must(last === undefined || !verdict.ok, 'a log that became shorter is taken');
      }, Refused),
  };
}

/** The log's reader throws plain errors with a sentence; anything with a system's or the language's own name is none. */
class Refused extends Error {
  static override [Symbol.hasInstance](error: unknown): boolean {
    const plain = error instanceof MachineError || error instanceof FeedError || error instanceof Trouble;
    return (
      plain ||
      (error instanceof Error &&
        Object.getPrototypeOf(error) === Error.prototype &&
        error.message !== '' &&
        !error.stack?.includes('check.ts'))
    );
  }
}

/** Proposals and signature files: what is read is written and read again as the same. */
export function openProposal(): OpenTarget {
  const signed = Buffer.from('{"_type":"targets"}');
  const proposal = {
    feed: 'f',
    made: 0,
    names: new Map([['ab', 'alice']]),
    root: signed,
    olderRoots: [],
    roles: new Map([['targets', signed]]),
    parts: [{ role: 'targets', signed }],
    documents: new Map([['x', signed]]),
  };
  const files = memoryFiles();
  return {
    seeds: [
      proposalText(proposal),
      signatureText({
        feed: 'f',
        proposal: '0123456789abcdef',
        holder: 'alice',
        signatures: [{ role: 'targets', keyId: 'ab', sig: '00' }],
      }),
    ],
    words: ['"parts":[', '"__proto__":', '"roles":{', '"documents":[', '"made":"', '"root":"'],
    most: 64 * 1024,
    mutate: mutateJson,
    run: (input) => {
      files.contents.set('/s', input);
      outcomeOf(() => readSignatureFile('/s', files), FeedError);
      return outcomeOf(() => {
        const read = readProposal(input, 'p');
        mustEqual(readProposal(Buffer.from(proposalText(read)), 'p'), read, 'written and read again, it is another');
      }, FeedError);
    },
  };
}
