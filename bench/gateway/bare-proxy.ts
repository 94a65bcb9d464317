import { createServer } from 'node:http';
import { Pool } from 'undici';

/** The yardstick: the barest proxy that one can write on `Pool.dispatch`. No checks, no back-pressure, no forwarded fields. */
const pool = new Pool(process.argv[2] ?? '', { connections: 512, pipelining: 1 });

const server = createServer((request, response) => {
  pool.dispatch(
    { path: request.url ?? '/', method: request.method ?? 'GET', headers: request.rawHeaders, body: null },
    {
      onRequestStart() {},
      onResponseStart(_controller, status, headers) {
        response.writeHead(status, headers);
      },
      onResponseData(_controller, chunk) {
        response.write(chunk);
      },
      onResponseEnd() {
        response.end();
      },
      onResponseError() {
        response.destroy();
      },
    },
  );
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) process.send?.({ port: address.port });
});
process.on('message', () => process.send?.(process.cpuUsage()));
process.on('disconnect', () => process.exit());
