import type { Change, Host } from '@stopgap/agent';
import { expect, it } from 'vitest';
import { kinds } from './kinds.ts';
import { type Offered, Server } from './server.ts';

const several = kinds.find(({ name }) => name.startsWith('several'));

/** The bed's hosts, writing down what they are told to do. */
function watched(server: Server, told: string[]): Server {
  for (const { bed } of server.laid) {
    const make = bed.host;
    bed.host = (between) => {
      const host: Host = make(between);
      const note = (verb: string, run: (change: Change) => Promise<void>) => (change: Change) => {
        told.push(`${verb} ${change.host}: ${change.summary}`);
        return run(change);
      };
      return { ...host, perform: note('do', host.perform), undo: note('undo', host.undo) };
    };
  }
  return server;
}

it('changes of several hosts are made in the order that the plan shows, and taken back in reverse', async () => {
  if (!several) throw new Error('there is no such kind');
  const told: string[] = [];
  const server = watched(new Server(await several.setUp()), told);
  const original = server.snapshot();
  const offered: readonly Offered[] = [{ id: 'TEST-one', revision: 1, actions: several.first }];
  try {
    server.offered = offered;
    const { changes } = await server.plan();
    const shown = changes.map(({ host, summary }) => `${host}: ${summary}`);
    expect(new Set(changes.map(({ host }) => host))).toEqual(new Set(['nginx', 'php-fpm', 'systemd']));
    expect(server.snapshot()).toEqual(original);

    const refusing = { run: async () => ({ code: 1, stdout: '', stderr: 'made to fail' }) };
    await server.look({
      between: (world, onDisk) => ({
        ...world,
        commands: {
          run: (file, args, options) =>
            !onDisk && args[0] === 'daemon-reload' && told.at(-1)?.startsWith('do')
              ? refusing.run()
              : world.commands.run(file, args, options),
        },
      }),
    });
    const done = told.filter((line) => line.startsWith('do')).map((line) => line.slice(3));
    const undone = told.filter((line) => line.startsWith('undo')).map((line) => line.slice(5));
    expect(done).toEqual(shown);
    expect(undone).toEqual([...shown].reverse());
    expect(server.held()).toBe('');
    expect(server.snapshot()).toEqual(original);

    await server.settle();
    expect(server.held()).toBe('TEST-one/1');
    server.offered = [];
    await server.settle();
    expect(server.snapshot()).toEqual(original);
  } finally {
    await server.close();
  }
});
