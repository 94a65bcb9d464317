import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { type FeedConfig, tufSource } from '../consume/index.ts';
import { testAuthority } from '../testing/certificates.ts';
import { memoryFiles } from '../testing/memory-files.ts';
import { startProxy } from '../testing/proxy.ts';
import { SimulatedRepository } from '../testing/repository.ts';
import { listening, serveSite } from '../testing/site.ts';

const repository = await SimulatedRepository.released();

/** What a look through this configuration ends with. */
async function look(change: Partial<FeedConfig>, environment: Record<string, string> = {}, caFile?: string) {
  const files = memoryFiles();
  if (caFile !== undefined) files.contents.set('/ca.pem', Buffer.from(caFile));
  const config = { name: 'test', url: '', root: repository.root, stateFolder: '/state', ...change };
  return tufSource(
    { ...config, ...(caFile === undefined ? {} : { caFile: '/ca.pem' }) },
    { files, environment },
  ).look();
}

const trouble = (step: string, reason: RegExp) => ({
  ok: false,
  trouble: { step, reason: expect.stringMatching(reason) },
});
const whole = expect.objectContaining({ ok: true });

describe('reaching a feed', () => {
  it('names a host name that cannot be resolved', async () => {
    const name = 'x'.repeat(70);
    expect(await look({ url: `http://${name}/` })).toEqual(
      trouble('dns', /the name x+ of the feed cannot be resolved \(E/),
    );
  });

  it('names the address where nothing listens', async () => {
    const port = await listening(net.createServer());
    const closed = await new Promise<number>((resolve) => {
      const server = net.createServer().listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
      });
    });
    expect(await look({ url: `http://127.0.0.1:${closed}/` })).toEqual(
      trouble('tcp', new RegExp(`no connection to the feed at 127\\.0\\.0\\.1:${closed} \\(ECONNREFUSED\\)`)),
    );
  });

  it.each(['ftp://feed.example/', 'feed.example', 'http://user:secret@feed.example/', 'http://feed.example/?q'])(
    'says how a url must look when it is %s',
    async (url) => {
      expect(await look({ url })).toEqual(trouble('configuration', /the url of feed test must look like/));
    },
  );

  it('says that a root is missing', async () => {
    const files = memoryFiles();
    const config = { name: 'test', url: 'http://127.0.0.1:1/', rootFile: '/nowhere/root.json', stateFolder: '/state' };
    expect(await tufSource(config, { files }).look()).toEqual(
      trouble('configuration', /no root to trust \(\/nowhere\/root\.json is missing\)/),
    );
  });

  it('finds a feed below a path, with or without a slash at its end', async () => {
    const below = new Map([...repository.served].map(([name, bytes]) => [`some/feed/${name}`, bytes]));
    const site = await serveSite(below);
    expect(await look({ url: `${site.url}some/feed` })).toEqual(whole);
    expect(await look({ url: `${site.url}some/feed/` })).toEqual(whole);
  });

  it.each([
    [404, /answers with status 404; there is no feed at this address/],
    [401, /status 401; it may not be read from here/],
    [503, /status 503; the server has a fault/],
  ])('names status %s and what it means', async (status, reason) => {
    const site = await serveSite(new Map(), (_request, response) => !!response.writeHead(status).end());
    expect(await look({ url: site.url })).toEqual(trouble('http', reason));
  });

  it('does not follow a redirect but says where it points', async () => {
    const location = 'http://elsewhere.example/';
    const site = await serveSite(new Map(), (_request, response) => !!response.writeHead(302, { location }).end());
    expect(await look({ url: site.url })).toEqual(
      trouble('http', /status 302 and points to http:\/\/elsewhere\.example\//),
    );
  });

  it('takes no compressed answer, which could grow without end', async () => {
    const site = await serveSite(
      new Map(),
      (_request, response) => !!response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    );
    expect(await look({ url: site.url })).toEqual(trouble('http', /content-encoding gzip, which was not asked for/));
  });

  it.each([
    ['never answers', () => true],
    [
      'stops half-way',
      (_request: unknown, response: import('node:http').ServerResponse) =>
        !!response.writeHead(200, { 'content-length': 100 }).write('{'),
    ],
  ])('gives up on a server that %s', async (_what, first) => {
    const site = await serveSite(new Map(), first);
    const limits = { idleTimeoutMs: 50 };
    expect(await look({ url: site.url, limits })).toEqual(trouble('http', /timestamp\.json sent nothing for 50 ms/));
  });

  it('gives up on a server that sends too slowly to ever end', async () => {
    const site = await serveSite(new Map(), (_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
      return true;
    });
    expect(await look({ url: site.url, limits: { requestTimeoutMs: 200 } })).toEqual(
      trouble('http', /timestamp\.json was not answered within 200 ms/),
    );
  });

  it('names a connection that was cut', async () => {
    const site = await serveSite(new Map(), (request) => !!request.socket.destroy());
    expect(await look({ url: site.url })).toEqual(trouble('http', /was not answered to the end \(ECONNRESET\)/));
  });

  it('names an answer that changes the protocol, which Node ends without a word', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write('HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'));
    });
    const url = `http://127.0.0.1:${await listening(server)}/`;
    expect(await look({ url })).toEqual(trouble('http', /ended the connection in place of an answer/));
  });

  it('tries again when a kept connection was closed meanwhile', async () => {
    const site = await serveSite(repository.served);
    const source = tufSource(
      { name: 'test', url: site.url, root: repository.root, stateFolder: '/state' },
      { files: memoryFiles(), environment: {} },
    );
    expect(await source.look()).toEqual(whole);
    site.cut();
    expect(await source.look()).toEqual(whole);
  });
});

describe('reaching a feed over TLS', () => {
  const authority = testAuthority('Test Root CA');

  it('works with an authority named in caFile', async () => {
    const site = await serveSite(repository.served, undefined, authority.issue('localhost'));
    expect(await look({ url: site.url }, {}, authority.cert)).toEqual(whole);
  });

  it('names subject and issuer of a certificate whose issuer is not known', async () => {
    const site = await serveSite(repository.served, undefined, authority.issue('localhost'));
    expect(await look({ url: site.url })).toEqual(
      trouble(
        'tls',
        /certificate of localhost \(subject .*CN=localhost, issuer .*CN=Test Root CA.* not accepted: its issuer is not known here .*caFile/,
      ),
    );
    expect(site.requests).toEqual([]);
  });

  it('names whom a certificate is for when it is for another host', async () => {
    const site = await serveSite(repository.served, undefined, authority.issue('other.example'));
    expect(await look({ url: site.url }, {}, authority.cert)).toEqual(
      trouble('tls', /it is for DNS:other\.example, not for localhost/),
    );
    expect(site.requests).toEqual([]);
  });

  it('accepts a certificate for an address', async () => {
    const site = await serveSite(repository.served, undefined, authority.issue('127.0.0.1'));
    const url = `https://127.0.0.1:${site.port}/`;
    expect(await look({ url }, {}, authority.cert)).toEqual(whole);
  });

  it('says since when a certificate has expired', async () => {
    const site = await serveSite(repository.served, undefined, authority.issue('localhost', -2));
    expect(await look({ url: site.url }, {}, authority.cert)).toEqual(trouble('tls', /it expired on .* GMT/));
  });

  it('says that something does not speak TLS', async () => {
    const site = await serveSite(repository.served);
    expect(await look({ url: `https://localhost:${site.port}/` })).toEqual(
      trouble('tls', /no TLS handshake with localhost/),
    );
  });

  it('says that caFile holds no certificate', async () => {
    const site = await serveSite(repository.served, undefined, authority.issue('localhost'));
    expect(await look({ url: site.url }, {}, 'no certificate')).toEqual(
      trouble('configuration', /\/ca\.pem holds no certificate/),
    );
  });
});

describe('reaching a feed through a proxy', () => {
  const authority = testAuthority('Test Root CA');

  it('tunnels to a TLS feed, with the user and the password of the setting', async () => {
    const site = await serveSite(repository.served, undefined, authority.issue('localhost'));
    const proxy = await startProxy({ credentials: 'anna:p@ss' });
    const setting = `http://anna:p%40ss@127.0.0.1:${proxy.port}`;
    expect(await look({ url: site.url, proxy: setting }, {}, authority.cert)).toEqual(whole);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT localhost:${site.port} anna:p@ss`]));
  });

  it('asks for whole URLs of a plain feed', async () => {
    const site = await serveSite(repository.served);
    const proxy = await startProxy();
    expect(await look({ url: site.url }, { http_proxy: proxy.url })).toEqual(whole);
    expect(proxy.asked[0]).toBe(`GET ${site.url}metadata/timestamp.json`);
  });

  it('leaves it out where NO_PROXY says so', async () => {
    const site = await serveSite(repository.served);
    const proxy = await startProxy();
    expect(await look({ url: site.url }, { http_proxy: proxy.url, no_proxy: '127.0.0.1' })).toEqual(whole);
    expect(proxy.asked).toEqual([]);
  });

  it.each([
    [{ credentials: 'a:b' }, /made no tunnel to localhost:1: status 407, it asks for a user and a password/],
    [{ refuse: 403 }, /status 403, it does not allow this/],
    [{ refuse: 502 }, /status 502; check its log/],
  ])('names what the proxy said: %j', async (behaviour, reason) => {
    const proxy = await startProxy(behaviour);
    expect(await look({ url: 'https://localhost:1/', proxy: proxy.url })).toEqual(trouble('proxy', reason));
  });

  it('gives up on a proxy that says nothing', async () => {
    const proxy = await startProxy({ silent: true });
    expect(await look({ url: 'https://localhost:1/', proxy: proxy.url, limits: { connectTimeoutMs: 50 } })).toEqual(
      trouble('proxy', /no answer within 50 ms/),
    );
  });

  it('names a proxy that is not there', async () => {
    expect(await look({ url: 'https://localhost/', proxy: 'http://127.0.0.1:1' })).toEqual(
      trouble('tcp', /no connection to the proxy at 127\.0\.0\.1:1 \(ECONNREFUSED\)/),
    );
  });

  it('that inspects TLS works with its CA in caFile, because trust rests on signatures', async () => {
    const inspection = testAuthority('Contoso Inspection CA');
    const site = await serveSite(repository.served, undefined, authority.issue('localhost'));
    const proxy = await startProxy({ inspect: inspection, upstreamCa: authority.cert });
    expect(await look({ url: site.url, proxy: proxy.url }, {}, inspection.cert)).toEqual(whole);
  });

  it('that inspects TLS is named by its issuer when its CA is not known', async () => {
    const site = await serveSite(repository.served, undefined, authority.issue('localhost'));
    const proxy = await startProxy({ inspect: testAuthority('Contoso Inspection CA'), upstreamCa: authority.cert });
    expect(await look({ url: site.url, proxy: proxy.url }, {}, authority.cert)).toEqual(
      trouble('tls', /issuer O=Stopgap tests, CN=Contoso Inspection CA.*if a proxy inspects TLS, name the proxy's CA/),
    );
  });
});
