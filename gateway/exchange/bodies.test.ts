import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RulesEntry } from '../index.ts';
import { exchange } from '../testing/raw-client.ts';
import { canned } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';

const get = (target: string, more = '') => `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${more}\r\n`;

/** A mitigation with one outbound rule for pages of HTML. */
function bodyRule(owner: string, match: string, value: string, more: Partial<RulesEntry> = {}): RulesEntry {
  const rewrite =
    '<rewrite><outboundRules><preConditions><preCondition name="html"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html"/></preCondition></preConditions>' +
    `<rule name="${owner} rule" preCondition="html"><match ${match}/><action type="Rewrite" value="${value}"/></rule></outboundRules></rewrite>`;
  return { owner, revision: 1, index: 0, level: '/', mode: 'enforce', rewrite, ...more };
}

const links = bodyRule('LINKS', 'filterByTags="A" pattern="^http://(.*)"', 'https://{R:1}');
const scripts = bodyRule('SCRIPTS', 'pattern="evil\\.js"', 'none.js');

/** An upstream that sends these pieces, each in a write of its own, and notes the fields it was asked with. */
function pages(pieces: readonly string[], type = 'text/html', asked: string[] = []): RequestListener {
  return (request, response) => {
    asked.push(...request.rawHeaders);
    const length = Buffer.byteLength(pieces.join(''));
    response.writeHead(200, { 'content-type': type, 'content-length': length, etag: '"1"', 'last-modified': 'x' });
    const next = (at: number) => {
      const piece = pieces[at];
      if (piece === undefined) response.end();
      else response.write(piece, () => setTimeout(() => next(at + 1), 5));
    };
    next(0);
  };
}

describe('rules for bodies', () => {
  it('rewrite attributes on the go, also where a tag comes in pieces', async () => {
    const { port } = await start({
      rules: [links],
      upstream: pages(['<p>é<a hr', 'ef="http://a/b">x</a><a href="/c">']),
    });
    const received = await exchange(port, get('/'));
    expect(received).toContain('<a href="https://a/b">x</a><a href="/c">');
    expect(received).toContain(Buffer.from('<p>é').toString('latin1'));
    expect(received).not.toMatch(/etag|last-modified|content-length/i);
  });

  it('search the whole body, which then has its true length', async () => {
    const { port } = await start({ rules: [scripts], upstream: pages(['<script src=ev', 'il.js></script>']) });
    expect(await exchange(port, get('/'))).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*content-length: 29\r\n[\s\S]*\r\n\r\n<script src=none\.js><\/script>$/i,
    );
  });

  it('of several mitigations each see what the others made of it', async () => {
    const third = bodyRule('THIRD', 'pattern="none\\.js"', 'third.js', {});
    const { port } = await start({ rules: [scripts, links, third], upstream: pages(['evil.js <a href="http://q/">']) });
    expect(await exchange(port, get('/'))).toMatch(/\r\n\r\nthird\.js <a href="https:\/\/q\/">$/);
  });

  it('leave other bodies alone: bytes, length and tags as they came', async () => {
    const { port } = await start({ rules: [scripts], upstream: pages(['evil.js'], 'text/css') });
    expect(await exchange(port, get('/'))).toMatch(/content-length: 7\r\netag: "1"\r\n[\s\S]*\r\n\r\nevil\.js$/i);
  });

  it('have the server behind send all of a body, and not compressed', async () => {
    const asked: string[] = [];
    const { port } = await start({ rules: [scripts], upstream: pages(['evil.js'], 'text/html', asked) });
    await exchange(port, get('/', 'Accept-Encoding: gzip\r\nRange: bytes=0-1\r\nIf-Range: "1"\r\nAccept: */*\r\n'));
    expect(asked.map((one) => one.toLowerCase())).not.toContain('accept-encoding');
    expect(asked.join(' ')).not.toMatch(/range/i);
    expect(asked).toContain('Accept');
  });

  it('hold a response back that they cannot look into: coded, in UTF-16, or too long', async () => {
    const coded = gzipSync('evil.js').toString('latin1');
    const head = 'HTTP/1.1 200 OK\r\nConnection: close\r\n';
    for (const response of [
      `${head}Content-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: ${coded.length}\r\n\r\n${coded}`,
      `${head}Content-Type: text/html; charset=utf-16\r\nContent-Length: 4\r\n\r\ne\0v\0`,
      `${head}Content-Type: text/html\r\n\r\n${'x'.repeat(5 * 1024 * 1024)}evil.js`,
    ]) {
      const { port, logged } = await start({ rules: [scripts], upstream: canned(response, 'close') });
      const received = await exchange(port, get('/'));
      expect(received).toMatch(/^HTTP\/1\.1 502 /);
      expect(received).not.toContain('evil.js');
      expect(logged.map(({ message }) => message)).toContain('a response rule failed; the response was held back');
    }
  });

  it('in mode observe change nothing, and say what they would have changed', async () => {
    const { port, logged } = await start({
      rules: [{ ...scripts, mode: 'observe' }],
      upstream: pages(['evil', '.js']),
    });
    expect(await exchange(port, get('/x'))).toMatch(/etag: "1"[\s\S]*\r\n\r\nevil\.js$/i);
    const line = logged.find(({ message }) => message === 'a rule that only observes would have fired');
    expect(line?.fields).toMatchObject({ outcome: 'body', mitigation: 'SCRIPTS', url: '/x' });
  });

  it('also where Node’s own client fetches the response, and where there is no body', async () => {
    const { port } = await start({
      rules: [scripts],
      upstream: (request, response) => {
        response.writeHead(200, { 'content-type': 'text/html', 'content-length': 7 });
        response.end(request.method === 'HEAD' ? undefined : 'evil.js');
      },
    });
    const expecting =
      'POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx';
    expect(await exchange(port, expecting)).toContain('none.js');
    const head = await exchange(port, get('/').replace('GET', 'HEAD'));
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).not.toMatch(/content-length/i);
  });
});
