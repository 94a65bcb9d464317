import { describe, expect, it } from 'vitest';
import { readHead } from './request-head.ts';
import { joinedFields, RequestView } from './request-view.ts';
import { isOriginForm, readTarget } from './target.ts';

const peer = { address: '203.0.113.9', scheme: 'https', localPort: 443 } as const;
const limits = { urlBytes: 1000, headerFields: 100 };

function read(rawHeaders: string[], forwarded: 'append' | 'replace' = 'replace') {
  const raw = {
    method: 'GET',
    url: '/',
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    rawHeaders: ['Host', 'mail.example.org', ...rawHeaders],
  };
  const head = readHead(raw, peer, { forwarded, limits });
  if ('status' in head) throw new Error(head.reason);
  return head;
}

/** The fields after the first three groups, as one line. */
const fields = (head: { fields: readonly string[] }) => head.fields.join(' ');

describe('forwarded fields', () => {
  it('say what the gateway sees and nothing that a client claims, underscores included', () => {
    const head = read([
      'X-Forwarded-For',
      '10.0.0.1',
      'X_Forwarded_For',
      '10.0.0.2',
      'x-forwarded_proto',
      'http',
      'X-Forwarded-Host',
      'evil.example',
      'X-Forwarded-Port',
      '1',
      'X-Real-IP',
      '10.0.0.3',
      'Forwarded',
      'for=10.0.0.4',
    ]);
    expect(fields(head)).toBe('x-forwarded-for 203.0.113.9 x-forwarded-proto https x-forwarded-host mail.example.org');
  });

  it('are added to those of a trusted proxy when told so', () => {
    const claimed = [
      'X-Forwarded-For',
      '198.51.100.7',
      'X-Forwarded-For',
      '10.0.0.1',
      'X-Forwarded-Proto',
      'http',
      'X-Forwarded-Host',
      'outer',
      'Forwarded',
      'for=1',
    ];
    expect(fields(read(claimed, 'append'))).toBe(
      'Forwarded for=1 x-forwarded-for 198.51.100.7, 10.0.0.1, 203.0.113.9 x-forwarded-proto http x-forwarded-host outer',
    );
  });
});

describe('a head', () => {
  it('is an upgrade only where Connection says so', () => {
    expect(read(['Upgrade', 'websocket']).upgrade).toBeUndefined();
    expect(read(['Connection', 'keep-alive, Upgrade', 'Upgrade', 'websocket']).upgrade).toBe('websocket');
  });

  it('keeps fields that merely look special', () => {
    expect(fields(read(['X-Host', 'a', 'Accept_Connection', 'b', 'content_length', '5']))).toContain(
      'X-Host a Accept_Connection b content_length 5',
    );
  });
});

describe('the host', () => {
  const statusOf = (host: string) => {
    const raw = { method: 'GET', url: '/', httpVersionMajor: 1, httpVersionMinor: 1, rawHeaders: ['Host', host] };
    const head = readHead(raw, peer, { forwarded: 'replace', limits });
    return 'status' in head ? head.status : 200;
  };

  it.each(['', 'h', 'h:', 'h:80', '[::1]', '[::1]:443', '[fe80::1%25eth0]', '127.0.0.1', 'a_b.example', ':80'])(
    'may be %j',
    (host) => expect(statusOf(host)).toBe(200),
  );

  it.each(['[', ']', '[::1', '[a]b', '::1', 'h:80:80', 'h:x', 'a b', 'a/b', 'u@h', 'h\u00e4', 'x'.repeat(513)])(
    'may not be %j',
    (host) => expect(statusOf(host)).toBe(400),
  );
});

describe('fields as rules see them', () => {
  it('are all of them, joined as the server behind would join them', () => {
    const seen = joinedFields(
      ['Cookie', 'a=1', 'X', '1', 'cookie', 'b=2', 'x', '2', 'constructor', 'c', '__proto__', 'p'],
      'h',
    );
    expect(Object.entries(seen)).toEqual([
      ['cookie', 'a=1; b=2'],
      ['x', '1, 2'],
      ['constructor', 'c'],
      ['__proto__', 'p'],
      ['host', 'h'],
    ]);
    expect(joinedFields([], 'h').toString).toBeUndefined();
  });

  it('are the same when asked for one by one', () => {
    const raw = ['Cookie', 'a=1', 'Host', 'other', 'X', '1', 'cookie', 'b=2', 'x', '2', '__proto__', 'p', 'Y-Z', ''];
    const head = readHead(
      { method: 'GET', url: '/', httpVersionMajor: 1, httpVersionMinor: 1, rawHeaders: raw },
      peer,
      { forwarded: 'replace', limits },
    );
    if ('status' in head) throw new Error(head.reason);
    const view = new RequestView(head, raw, peer, 1000);
    const names = Object.keys(view.headers);
    expect(names).toHaveLength(5);
    for (const name of names) expect(view.header(name), name).toBe(view.headers[name]);
    for (const name of ['constructor', 'toString', 'z', 'y_z']) expect(view.header(name), name).toBeUndefined();
  });
});

describe('a target', () => {
  it.each([
    ['GET', '/a?b', { url: '/a?b' }],
    ['GET', 'https://h:1/a?b', { url: '/a?b', authority: 'h:1' }],
    ['GET', 'http://h?b', { url: '/?b', authority: 'h' }],
    ['OPTIONS', 'http://h', { url: '*', authority: 'h' }],
    ['OPTIONS', '*', { url: '*' }],
    ['GET', '*', undefined],
    ['GET', 'h:80', undefined],
    ['GET', 'http:///a', undefined],
    ['GET', 'http://u@h/', undefined],
    ['GET', '', undefined],
  ])('%s %s', (method, raw, expected) => expect(readTarget(method, raw)).toEqual(expected));

  it('may come of a rewrite only as a path without what would end the request line', () => {
    expect(isOriginForm('/a%20b?c=\u00e4')).toBe(true);
    for (const url of ['/a b', '/a\r\nX: y', 'a', 'http://h/', '', '/\u0000', '/\u2028'])
      expect(isOriginForm(url)).toBe(false);
  });
});
