import { OcsError, readOcsContent, toMitigation, verifyOcs } from '@stopgap/feed/ocs';
import { MitigationError } from '@stopgap/mitigation';
import { now, plain, signed, trust } from '../../feed/ocs/testing/publisher.ts';
import { readMitigation } from '../../mitigation/parse.ts';
import { must, mustEqual } from '../engine/check.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';
import { catalogDocuments } from './catalog.ts';

/** Whole signed documents: nothing but the very bytes that were signed is ever believed. */
export async function openOcs(): Promise<OpenTarget> {
  const good = [await signed(), await signed({ timestamp: null })].map((text) => Buffer.from(text));
  return {
    seeds: good,
    words: ['<Signature', 'Id="', '<Transform Algorithm="', '<Reference URI="', '<KeyValue>', '<!--', '<!DOCTYPE'],
    most: 64 * 1024,
    run: (input) => {
      const verdict = verifyOcs(input, trust, now);
      if (verdict.ok)
        must(
          good.some((one) => one.equals(input)),
          'a document is believed that nobody signed',
        );
      else must(verdict.reason !== '', 'a refusal without a reason');
      return verdict.ok ? 'accepted' : 'refused';
    },
  };
}

/** Content that a publisher did sign: read, mapped to a mitigation document, and that read in turn. */
export function openOcsContent(): OpenTarget {
  const details = catalogDocuments().map(
    (document) => /<mitigation[^>]*>(.*)<\/mitigation>/s.exec(document)?.[1] ?? '',
  );
  return {
    seeds: [
      plain,
      ...details.map(
        (inner) =>
          `<EOCS version="1"><Config id="CVE-2022-41040" desc="d"><Details revision="1">${inner.replace(/<actions>.*<\/actions>/s, '')}</Details><ActionList><Action type="Service" scope="Server"><Value>x</Value></Action></ActionList></Config></EOCS>`,
      ),
    ],
    words: ['<Action type="UrlRewrite" scope="Site">', '<Site>', '<Path>', '<Details', '<Value>', 'shared="true"'],
    most: 64 * 1024,
    run: (input) =>
      outcomeOf(() => {
        const text = input.toString('utf8');
        const content = readOcsContent(text);
        mustEqual(readOcsContent(text), content, 'read twice, it is not the same');
        for (const config of content.configs) {
          const made = toMitigation(config, { revision: 1, published: 0 });
          if (made.unsupported === undefined) outcomeOf(() => readMitigation(made.document), MitigationError);
        }
      }, OcsError),
  };
}
