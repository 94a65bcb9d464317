import { createServer } from 'node:net';

/**
 * A server that costs next to nothing, so that what stands in front of it is what is measured: it counts the ends of header
 * sections and answers each with the same bytes. Only for GET without a body.
 */
const body = 'x'.repeat(1024);
const response = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: private\r\nServer: bench\r\nSet-Cookie: a=1; path=/\r\nSet-Cookie: b=2; path=/\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
);
const end = Buffer.from('\r\n\r\n');

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(end); at >= 0; at = chunk.indexOf(end, at + 4)) socket.write(response);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) process.send?.({ port: address.port });
});
process.on('message', () => process.send?.(process.cpuUsage()));
process.on('disconnect', () => process.exit());
