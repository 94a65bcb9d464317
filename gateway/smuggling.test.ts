import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from './testing/raw-client.ts';
import { type Rig, startRig } from './testing/rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig.close());

const get = 'GET / HTTP/1.1\r\nHost: h\r\n';
const post = 'POST / HTTP/1.1\r\nHost: h\r\n';
const hidden = 'GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n';

describe('a request whose end could be read in two ways', () => {
  it.each([
    [
      'Content-Length beside Transfer-Encoding',
      `${post}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    [
      'Transfer-Encoding beside Content-Length',
      `${post}Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    ['two lengths', `${post}Content-Length: 0\r\nContent-Length: 44\r\n\r\n${hidden}`],
    ['two equal lengths', `${post}Content-Length: 0\r\nContent-Length: 0\r\n\r\n${hidden}`],
    ['a list of lengths', `${post}Content-Length: 0, 0\r\n\r\n${hidden}`],
    ['a signed length', `${post}Content-Length: +0\r\n\r\n${hidden}`],
    ['a hexadecimal length', `${post}Content-Length: 0x0\r\n\r\n${hidden}`],
    ['an empty length', `${post}Content-Length: \r\n\r\n${hidden}`],
    ['a length beyond counting', `${post}Content-Length: 99999999999999999999\r\n\r\n${hidden}`],
    ['a coding that is not chunked', `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['a coding under chunked', `${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['a coding over chunked', `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`],
    ['chunked twice', `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['a hidden chunked', `${post}Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['a quoted chunked', `${post}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n${hidden}`],
    ['chunked in HTTP/1.0', `POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['white space before the colon', `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['a folded field', `${post}X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['a bare line feed', `POST / HTTP/1.1\nHost: h\nContent-Length: 0\n\n${hidden}`],
    ['a bare carriage return', `${post}X: a\rContent-Length: 44\r\n\r\n${hidden}`],
    ['a NUL in a field', `${post}X: a\0b\r\n\r\n${hidden}`],
    ['a blank in the target', `GET /a HTTP/1.1 b HTTP/1.1\r\nHost: h\r\n\r\n${hidden}`],
    ['two hosts', `${get}Host: other\r\n\r\n${hidden}`],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['another version', 'GET / HTTP/2.0\r\nHost: h\r\n\r\n'],
    ['no version', 'GET /\r\n\r\n'],
    ['a target of another kind', `GET * HTTP/1.1\r\nHost: h\r\n\r\n${hidden}`],
    ['a target with a user', 'GET http://user@h/ HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a target of another scheme', 'GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['a tunnel', 'CONNECT h:25 HTTP/1.1\r\nHost: h:25\r\n\r\n'],
    ['an unknown expectation', `${get}Expect: more\r\n\r\n`],
  ])('is refused, and its connection closed: %s', async (_name, text) => {
    const before = rig.reached.length;
    const received = await exchange(rig.port, text);
    expect(received).toMatch(/^HTTP\/1\.1 (?:400|405|417|501|505) /);
    expect(received.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(rig.reached.slice(before)).toEqual([]);
  });

  it.each([
    ['a chunk size that overflows', `${post}Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n`],
    ['a chunk size with a sign', `${post}Transfer-Encoding: chunked\r\n\r\n-1\r\nab`],
    ['a chunk without its line end', `${post}Transfer-Encoding: chunked\r\n\r\n1\r\nabb0\r\n\r\n${hidden}`],
    ['a line feed in a chunk extension', `${post}Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\na\r\n0\r\n\r\n${hidden}`],
  ])('is cut off in its body: %s', async (_name, text) => {
    const before = rig.reached.length;
    await exchange(rig.port, text);
    expect(rig.reached.slice(before).filter((line) => line !== 'POST /')).toEqual([]);
  });

  it('says nothing to the upstream that Connection could remove: not Host, not the length, not what we add', async () => {
    const text = `${post}Connection: Host, Content-Length, X-Forwarded-For, close\r\nContent-Length: 3\r\n\r\nabc`;
    const received = await exchange(rig.port, text);
    expect(received).toContain('"host","h"');
    expect(received).toContain('"x-forwarded-for","127.0.0.1"');
    expect(received).toContain('"body":"abc"');
  });
});
