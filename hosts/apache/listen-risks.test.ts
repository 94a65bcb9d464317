import { type Commands, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { parseDirectives } from './httpd/directives.ts';
import { plainAddress } from './httpd/listening.ts';
import { listenRisks } from './listen-risks.ts';

/** Sockets as /proc has them; the first that are `held` are Apache's own, as far as that can be seen. */
async function risks(listen: string, sockets: readonly string[], held?: number): Promise<readonly string[]> {
  const table = (long: boolean) =>
    sockets
      .map((socket, at) => ({ socket, at }))
      .filter(({ socket }) => socket.length > 20 === long)
      .map(({ socket, at }) => `   0: ${socket} 00000000:0000 0A 0:0 00:0 0 0 0 ${at + 100} 1\n`)
      .join('');
  const read = (file: string) => ({ bytes: Buffer.from(table(file.endsWith('6'))), mode: 0o444, uid: 0, gid: 0 });
  const seen = Array.from({ length: held ?? 0 }, (_, at) => `/proc/7/fd socket:[${at + 100}]\n`).join('');
  const commands: Commands = { run: async () => ({ code: 0, stdout: seen, stderr: '' }) };
  return await listenRisks(parseDirectives(`# In file: /c\n#  1:\nListen ${listen}\n`), 7, {
    files: { ...systemFiles, read },
    commands,
  });
}

const [any4, loop4] = ['00000000:0050', '0100007F:0050'];
const [any6, loop6] = [`${'0'.repeat(32)}:0050`, '00000000000000000000000001000000:0050'];

describe('a Listen that a running Apache could not follow', () => {
  it.each([
    ['80', [loop4], '127.0.0.1:80'],
    ['80', [loop6], '[0:0:0:0:0:0:0:1]:80'],
    ['0.0.0.0:80', [loop4], '127.0.0.1:80'],
    ['127.0.0.1:80', [any4], '0.0.0.0:80'],
    ['[::]:80', [loop6], '[0:0:0:0:0:0:0:1]:80'],
    ['[::1]:80 http', [any6], '[::]:80'],
  ])('is "Listen %s" beside %j', async (listen, sockets, at) => {
    const [found] = await risks(listen, sockets);
    expect(found).toContain(`Listen ${listen.split(' ')[0]} is new (/c:1), and something listens at ${at} already`);
  });

  it('is one at the very address of another program, where it can be seen whose that is', async () => {
    expect(await risks('127.0.0.1:80', ['0100007F:1F90', loop4], 1)).toHaveLength(1);
    expect(await risks('127.0.0.1:80', [loop4, '0100007F:1F90'], 1)).toEqual([]);
    expect(await risks('127.0.0.1:80', [loop4])).toEqual([]);
  });

  it.each([
    ['80', [any4]],
    ['80', [any6]],
    ['0.0.0.0:80', [any4]],
    ['0.0.0.0:80', [any6]],
    ['127.0.0.1:80', [any6]],
    ['127.0.0.2:80', [loop4]],
    ['[::1]:80', [loop6, any4]],
    ['81', [any4]],
    ['localhost:80', [any4]],
    ['[fe80::1%eth0]:80', [any6]],
  ])('is not "Listen %s" beside %j', async (listen, sockets) => {
    expect(await risks(listen, sockets)).toEqual([]);
  });

  it('compares IPv6 addresses however they are written', () => {
    expect(['::', '0:0::0', '::1', '2001:DB8::00ff', '1:2:3:4:5:6:7:8', '1.2.3.4', '*'].map(plainAddress)).toEqual([
      ...['::', '::', '0:0:0:0:0:0:0:1', '2001:db8:0:0:0:0:0:ff', '1:2:3:4:5:6:7:8', '1.2.3.4', '*'],
    ]);
  });
});
