import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { expect, it } from 'vitest';
import { SoundClient } from './sound-client.ts';

it('a pool goes on after requests that its client refuses', async () => {
  const server = createServer((_request, response) => response.end('served'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pool = new Pool(`http://127.0.0.1:${port}`, {
    connections: 2,
    factory: (origin, options) => new SoundClient(origin, options),
  });
  const ask = (path: string, host: string) => pool.request({ method: 'GET', path, headers: { host } });
  try {
    // Before anything is connected, and once it is.
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 4; n++) {
        await expect(ask('/', '[')).rejects.toThrow();
        await expect(ask('/a b', 'h')).rejects.toThrow('invalid request path');
      }
      const { body } = await ask('/', 'h');
      expect(await body.text()).toBe('served');
    }
  } finally {
    await pool.destroy();
    server.close();
  }
});
