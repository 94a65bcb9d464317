import path from 'node:path';
import { systemFiles } from '@stopgap/machine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../log/index.ts';
import { publishedCeremony } from '../../testing/ceremony.ts';
import { temporaryFolder } from '../../testing/temporary.ts';
import { addTarget, proposalText, proposeFeed } from '../index.ts';
import { readProposal } from './proposal.ts';
import { reviewProposal } from './review.ts';
import { readSignatureFile } from './signature-file.ts';

const runs = Number(process.env.STOPGAP_FUZZ_RUNS ?? 300);

/** Runs, and lets no other error through than the one that is said to the person. */
function onlyRefused(code: string, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toMatchObject({ code });
  }
}

describe('any bytes at all', () => {
  it(`are read as a proposal or refused, ${runs} times`, async () => {
    const { folder } = await publishedCeremony();
    await addTarget(folder, 'b.xml', Buffer.from('<b/>'));
    const good = Buffer.from(proposalText((await proposeFeed(folder, {})).proposal));
    const read = (bytes: Uint8Array) => reviewProposal(readProposal(bytes, 'x'), Date.now());
    expect(read(good)).toHaveLength(1);
    const edit = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 20 }), fc.uint8Array({ maxLength: 20 }));
    const mutant = edit.map(([at, cut, put]) => Buffer.concat([good.subarray(0, at), put, good.subarray(at + cut)]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 500 }), mutant), (bytes) => {
        onlyRefused('proposal-invalid', () => read(bytes));
      }),
      { numRuns: runs },
    );
  });

  it(`are read as a signature file or refused, ${runs} times`, () => {
    const file = path.join(temporaryFolder(), 'x.signature');
    const value = fc.record({
      format: fc.constantFrom('stopgap-signature-1', 'other'),
      feed: fc.string(),
      proposal: fc.oneof(fc.constant('0123456789abcdef'), fc.string()),
      holder: fc.string(),
      signatures: fc.oneof(
        fc.anything(),
        fc.array(fc.record({ role: fc.string(), keyId: fc.string(), sig: fc.string() })),
      ),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          value.map((one) => JSON.stringify(one) ?? ''),
        ),
        (text) => {
          systemFiles.write(file, text);
          onlyRefused('proposal-invalid', () => readSignatureFile(file, systemFiles));
        },
      ),
      { numRuns: Math.ceil(runs / 3) },
    );
  });

  it(`are read as a log or refused, ${runs} times`, () => {
    const line = fc.oneof(fc.string(), fc.json());
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''));
        try {
          expect(readLog('targets', new Map([[1, bytes]]))).toHaveLength(lines.length);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: runs },
    );
  });
});
