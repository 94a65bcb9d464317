import { createHash } from 'node:crypto';
import { readBundle, writeBundle } from '../../feed/bundle/format.ts';
import { Trouble } from '../../feed/trouble.ts';
import { must, mustEqual } from '../engine/check.ts';
import { mutateJson } from '../engine/mutate-json.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

/** Stand for the length and the digest of the file of its place in the list; files end at this byte. */
const mark = '"length":0,"sha256":"?"';
const end = 0x1e;
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/**
 * The list of a bundle as its first line, and its files behind; lengths, digests, and the digest over the list, are put in whatever they
 * say. What is taken has one spelling, names that climb nowhere, and just the bytes that stand there, in order.
 */
export function openSealedBundle(): OpenTarget {
  const line = (paths: readonly string[]) =>
    `{"made":"2026-11-22T03:00:00Z","files":[${paths.map((path) => `{"path":"${path}",${mark}}`).join()}]}`;
  return {
    seeds: [
      `${line(['metadata/1.root.json', 'metadata/timestamp.json', 'targets/a/b.c%20d.xml', 'targets/x'])}\n{}\x1ex\x1e\x1eabc`,
      `${line([])}\n`,
      `${line(['metadata/2.exchange.json'])}\nfour`,
    ],
    mutate: (input, material) => {
      const at = input.indexOf(0x0a);
      return Buffer.concat([mutateJson(input.subarray(0, Math.max(0, at)), material), input.subarray(Math.max(0, at))]);
    },
    words: ['{"path":"', '"length":', mark, '..', '%2e%2e', '\\u002e', 'metadata/', 'targets/', '.json', '//'],
    most: 16 * 1024,
    run: (input) => {
      const at = input.indexOf(0x0a);
      const files = piecesOf(input.subarray(at < 0 ? input.length : at + 1));
      const content = Buffer.concat(files);
      const bundle = sealed(input.subarray(0, at < 0 ? input.length : at), files);
      return outcomeOf(() => {
        const read = readBundle(bundle);
        mustEqual(writeBundle(read), bundle, 'written again, it is another');
        mustEqual(Buffer.concat([...read.files.values()]), content, 'its files are not what stands there');
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

function piecesOf(bytes: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at <= bytes.length; ) {
    const next = bytes.indexOf(end, at);
    found.push(bytes.subarray(at, next < 0 ? undefined : next));
    at = next < 0 ? bytes.length + 1 : next + 1;
  }
  return found;
}

function sealed(list: Buffer, files: readonly Buffer[]): Buffer {
  let next = 0;
  const said = list.toString('latin1').replaceAll(mark, () => {
    const file = files[next++] ?? Buffer.alloc(0);
    return `"length":${file.length},"sha256":"${hash(file)}"`;
  });
  const line = Buffer.from(`${said}\n`, 'latin1');
  return Buffer.concat([Buffer.from(`stopgap-bundle 1 ${hash(line)}\n`), line, ...files]);
}
