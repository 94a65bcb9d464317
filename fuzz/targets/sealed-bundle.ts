import { createHash } from 'node:crypto';
import { readBundle, writeBundle } from '../../feed/bundle/format.ts';
import { Trouble } from '../../feed/trouble.ts';
import { must, mustEqual } from '../engine/check.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

/** Stands for the digest of the file of its place in the list. */
const mark = '"sha256":"?"';
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/**
 * The list of a bundle as its first line, and all its bytes behind; digests, and the digest over the list, are put in whatever they
 * say. What is taken has one spelling, names that climb nowhere, and just the bytes that stand there, in order.
 */
export function openSealedBundle(): OpenTarget {
  const line = (entries: readonly [string, number][]) =>
    `{"made":"2026-11-22T03:00:00Z","files":[${entries.map(([path, length]) => `{"path":"${path}","length":${length},${mark}}`).join()}]}`;
  return {
    seeds: [
      `${line([
        ['metadata/1.root.json', 2],
        ['metadata/timestamp.json', 1],
        ['targets/a/b.c%20d.xml', 0],
        ['targets/x', 3],
      ])}\n{}xabc`,
      `${line([])}\n`,
      `${line([['metadata/2.exchange.json', 4]])}\nfour`,
    ],
    words: ['{"path":"', '"length":', mark, '..', '%2e%2e', '\\u002e', 'metadata/', 'targets/', '.json', '//'],
    most: 16 * 1024,
    run: (input) => {
      const end = input.indexOf(0x0a);
      const content = input.subarray(end < 0 ? input.length : end + 1);
      const bundle = sealed(input.subarray(0, end < 0 ? input.length : end), content);
      return outcomeOf(() => {
        const read = readBundle(bundle);
        mustEqual(writeBundle(read), bundle, 'written again, it is another');
        mustEqual(Buffer.concat([...read.files.values()]), Buffer.from(content), 'its files are not what stands there');
        for (const name of read.files.keys()) must(climbsNowhere(name), `the name ${name} is taken`);
      }, Trouble);
    },
  };
}

/** As a URL and as a path below a folder, on any system. */
function climbsNowhere(name: string): boolean {
  const { pathname, search, hash: fragment } = new URL(`http://h/r/${name}`);
  return (
    pathname === `/r/${name}` && search === '' && fragment === '' && !/[\\:]|^\/|\/\/|(^|\/)\.\.?(\/|$)/.test(name)
  );
}

function sealed(list: Buffer, content: Buffer): Buffer {
  let at = 0;
  const lengths = [...list.toString('latin1').matchAll(/"length":(\d{1,6})/g)].map(([, digits]) => Number(digits));
  const said = list.toString('latin1').replaceAll(mark, () => {
    const length = lengths.shift() ?? 0;
    at += length;
    return `"sha256":"${hash(content.subarray(at - length, at))}"`;
  });
  const line = Buffer.from(`${said}\n`, 'latin1');
  return Buffer.concat([Buffer.from(`stopgap-bundle 1 ${hash(line)}\n`), line, content]);
}
