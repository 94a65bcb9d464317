import { describe, inlineXsd, MitigationError, parseMitigation } from '@stopgap/mitigation';
import { readMitigation } from '../../mitigation/parse.ts';
import { sample } from '../../mitigation/testing/sample.ts';
import { must, mustEqual } from '../engine/check.ts';
import { type OpenTarget, type Outcome, outcomeOf } from '../engine/target.ts';
import { catalogDocuments } from './catalog.ts';

/** What our reader accepts, the XSD accepts, says the same when read again, and can be described; what it refuses has a place. */
export function openMitigation(): OpenTarget {
  return { seeds: [sample, ...catalogDocuments()], most: 128 * 1024, run };
}

async function run(input: Buffer): Promise<Outcome> {
  const outcome = outcomeOf(() => read(input), MitigationError);
  if (outcome === 'accepted') {
    const { mitigation } = readMitigation(input);
    mustEqual(readMitigation(input).mitigation, mitigation, 'read twice, it is not the same');
    mustEqual(await parseMitigation(input, inlineXsd), mitigation, 'the XSD changes what is read');
    describe(mitigation);
  }
  return outcome;
}

function read(input: Buffer): void {
  try {
    readMitigation(input);
  } catch (error) {
    if (error instanceof MitigationError) {
      for (const { position, message } of error.findings)
        must(position.line >= 1 && position.column >= 1 && message !== '', 'a finding without its place');
    }
    throw error;
  }
}
