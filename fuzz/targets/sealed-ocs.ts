import { generateKeyPairSync } from 'node:crypto';
import { OcsError, readOcsContent, toMitigation, verifyOcs } from '@stopgap/feed/ocs';
import { MitigationError } from '@stopgap/mitigation';
import { readXml, type XmlElement } from '@stopgap/xml';
import { readShape } from '../../feed/ocs/shape.ts';
import { issue } from '../../feed/ocs/testing/pki.ts';
import { judged, now, plain, purposes, signed, signedAt, trust } from '../../feed/ocs/testing/publisher.ts';
import { readMitigation } from '../../mitigation/parse.ts';
import { must, mustEqual } from '../engine/check.ts';
import { type OpenTarget, type Outcome, outcomeOf } from '../engine/target.ts';

/**
 * A document before it is signed, and then signed by the publisher whatever it says: what can be signed is believed, and what is read
 * then is, element for element, what was written.
 */
export function openSealedOcs(): OpenTarget {
  const rich = plain
    .replace('<ActionList>', '<Details revision="2"><severity>high</severity>&lt;&#xA;</Details><ActionList>')
    .replace('type="DoNothing"', 'type="Service" shared="true"');
  return {
    seeds: [plain, rich, plain.replaceAll('\n', '\r\n'), plain.slice(plain.indexOf('<EOCS'))],
    words: ['<Action type="UrlRewrite" scope="Site">', '<Site>', '&#xD;', '&quot;', '&apos;', '&#x9;', ' />', '  '],
    most: 16 * 1024,
    run: async (input) => {
      const document = input.toString('utf8');
      const made = await signedOrRefused(document);
      if (made === undefined) return 'refused';
      const verdict = verifyOcs(Buffer.from(made), trust, signedAt);
      must(verdict.ok, `it was signed and is refused: ${verdict.ok || verdict.reason}`);
      if (!verdict.ok) return 'refused';
      mustEqual(asWritten(verdict.content), asWritten(document), 'what is read is not what was signed');
      return outcomeOf(() => mapped(verdict.content), OcsError);
    },
  };
}

function mapped(content: string): void {
  for (const config of readOcsContent(content).configs) {
    const made = toMitigation(config, { revision: 1, published: 0 });
    if (made.unsupported === undefined) outcomeOf(() => readMitigation(made.document), MitigationError);
  }
}

async function signedOrRefused(document: string): Promise<string | undefined> {
  try {
    return await signed({ document, timestamp: null });
  } catch (error) {
    if (error instanceof OcsError) return undefined;
    throw error;
  }
}

/** All that a document says, in the order of the elements. */
function asWritten(text: string): unknown {
  const tree = (element: XmlElement): unknown => [
    element.name,
    [...element.attributes].map(([name, { value }]) => [name, value]).sort(),
    element.text,
    element.elements.map(tree),
  ];
  return tree(readXml(text.replaceAll('\r\n', '\n'), { bytes: 1 << 20, depth: 30, elements: 5000 }));
}

/**
 * Pieces of signed documents put together anew: two of the publisher, and two of an attacker who signs with the publisher's
 * certificates beside it, and with certificates of their own. The first byte says which document it begins with; then four bytes for each move: what
 * is done, from which document, which element, and to which. What is believed is what the publisher signed, and only that.
 */
export async function openMovedOcs(): Promise<OpenTarget> {
  const documents = await documentsToCut();
  const genuine = new Set(documents.slice(0, 2).flatMap((one) => contentOf(one)));
  const elements = documents.map((text) => spansOf(text));
  return {
    seeds: [Buffer.of(0), Buffer.of(1), Buffer.of(2), Buffer.of(0, 2, 1, 1, 1), Buffer.of(0, 0, 2, 3, 0, 1, 1, 9, 9)],
    most: 17,
    run: (input): Outcome => {
      let text = documents[(input[0] ?? 0) % documents.length] ?? '';
      for (let at = 1; at + 4 <= input.length; at += 4) {
        const [kind = 0, from = 0, which = 0, to = 0] = input.subarray(at, at + 4);
        const source = from % documents.length;
        const spans = elements[source] ?? [];
        const span = spans[which % Math.max(1, spans.length)] ?? [0, 0];
        text = moved(text, kind, (documents[source] ?? '').slice(...span), to);
      }
      // Moves that come to nothing are many, and what a genuine document is has been seen.
      if (documents.indexOf(text) >= 0 && documents.indexOf(text) < 2) return 'accepted';
      const verdict = judged(text, now);
      if (verdict.ok) must(genuine.has(verdict.content), 'a document is believed that nobody signed');
      return verdict.ok ? 'accepted' : 'refused';
    },
  };
}

/** Kinds of moves: into an element at its start or its end, before or after it, around it, in its place, or nothing in its place. */
function moved(text: string, kind: number, piece: string, to: number): string {
  const spans = spansOf(text);
  const [start, end] = spans[to % Math.max(1, spans.length)] ?? [0, text.length];
  const inside = text.indexOf('>', start) + 1;
  const last = text.lastIndexOf('</', end);
  const put = (from: number, until: number, what: string) => text.slice(0, from) + what + text.slice(until);
  switch (kind % 7) {
    case 0:
      return put(end, end, piece);
    case 1:
      return put(start, start, piece);
    case 2:
      return put(start, end, piece);
    case 3:
      return put(start, end, '');
    case 4:
      return put(inside, inside, piece);
    case 5:
      return put(last, last, piece);
    default:
      return put(
        start,
        end,
        piece.replace(/<\/[^<]*$/, (close) => text.slice(start, end) + close),
      );
  }
}

/** Where elements begin and end, told by their tags alone; what is not nested properly is left out. */
function spansOf(text: string): readonly (readonly [number, number])[] {
  const all: (readonly [number, number])[] = [];
  const open: number[] = [];
  for (const { 0: tag, index } of text.matchAll(/<\/?[A-Za-z][^<>]*>/g)) {
    if (tag.endsWith('/>')) all.push([index, index + tag.length]);
    else if (!tag.startsWith('</')) open.push(index);
    else {
      const start = open.pop();
      if (start !== undefined) all.push([start, index + tag.length]);
    }
  }
  return all.reverse();
}

async function documentsToCut(): Promise<readonly string[]> {
  const other = plain.replace('PING1', 'PING2').replace('type="DoNothing"', 'type="Service"');
  const evil = plain.replace('PING1', 'EVIL').replace('type="DoNothing"', 'type="AppPool"');
  // Not the one of the test publisher, which all of its certificates share.
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = issue('Stranger', { purposes, keys });
  const attacker = issue('Attacker', { ca: true });
  const own = issue('Test XML Signing', { issuer: attacker, purposes, keys });
  const documents = [
    await signed(),
    await signed({ document: other }),
    await signed({ document: evil, chain: [own, attacker], key: own }),
    await signed({ document: evil, key: stranger, timestamp: null }),
  ];
  for (const text of documents) readShape(text);
  return documents;
}

function contentOf(text: string): readonly string[] {
  const verdict = judged(text, now);
  return verdict.ok ? [verdict.content] : [];
}
