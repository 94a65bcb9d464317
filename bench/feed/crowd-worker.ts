// A part of a crowd of agents: holds push connections, and on a hint fetches what an agent fetches, without verifying it.
//   node crowd-worker.ts PORT COUNT SOURCE-ADDRESS
import { simulatedAgent } from './simulated-agent.ts';

const [port = 0, count = 0] = process.argv.slice(2, 4).map(Number);
const localAddress = process.argv[4] ?? '127.0.0.1';
const say = (message: object) => process.send?.(message);

let connected = 0;
const done: number[] = [];
const agents = Array.from({ length: count }, () =>
  simulatedAgent(
    { port, localAddress },
    {
      connected: () => {
        connected++;
        if (connected === count) say({ connected });
      },
      done: (at) => {
        done.push(at);
        if (done.length === count) say({ done: done.splice(0) });
      },
      failed: (reason) => say({ failed: reason }),
    },
  ),
);
// Not all at one instant: the queue of the listening socket is short.
for (const [index, agent] of agents.entries()) setTimeout(agent.start, Math.floor(index / 10) * 10);
process.on('disconnect', () => process.exit());
