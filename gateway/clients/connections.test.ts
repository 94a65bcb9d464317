import { describe, expect, it } from 'vitest';
import { echoed } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';

describe('connections', () => {
  it('are kept open on both sides', async () => {
    const { connect, upstreamConnections } = await start();
    const client = connect();
    for (let n = 0; n < 5; n++) {
      client.received = '';
      client.write(`GET /${n} HTTP/1.1\r\nHost: h\r\n\r\n`);
      expect(echoed(await client.until(/\}$/)).url).toBe(`/${n}`);
    }
    expect(upstreamConnections()).toBe(1);
  });

  it('answer pipelined requests in order, one after the other', async () => {
    const order: string[] = [];
    const { connect } = await start({
      upstream: (request, response) => {
        order.push(`start ${request.url}`);
        setTimeout(
          () => {
            order.push(`end ${request.url}`);
            response.end(`<${request.url}>`);
          },
          request.url === '/1' ? 30 : 0,
        );
      },
    });
    const client = connect();
    client.write(
      ['/1', '/2', '/3'].map((url) => `POST ${url} HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n`).join(''),
    );
    await client.until(/<\/3>/);
    expect(client.received.match(/<\/\d>/g)).toEqual(['</1>', '</2>', '</3>']);
    expect(order).toEqual(['start /1', 'end /1', 'start /2', 'end /2', 'start /3', 'end /3']);
  });
});
