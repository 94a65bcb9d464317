// A part of a crowd of agents: holds push connections, and on a hint fetches what an agent fetches, without verifying it.
//   node crowd-worker.ts PORT COUNT SOURCE-ADDRESS
import { simulatedAgent } from './simulated-agent.ts';

const [port = 0, count = 0] = process.argv.slice(2, 4).map(Number);
const localAddress = process.argv[4] ?? '127.0.0.1';
const say = (message: object) => process.send?.(message);

/** Connecting at one time: the queue of the listening socket is short. */
const atOnce = 50;

let connected = 0;
let started = 0;
let [retried, lost] = [0, 0];
const done: number[] = [];
const agents = Array.from({ length: count }, () =>
  simulatedAgent(
    { port, localAddress },
    {
      connected: () => {
        connected++;
        agents[started++]?.start();
        if (connected === count) say({ connected });
      },
      done: (at) => {
        done.push(at);
        if (done.length === count) say({ done: done.splice(0), retried, lost });
      },
      retried: () => {
        retried++;
      },
      lost: () => {
        lost++;
      },
    },
  ),
);
for (; started < atOnce; started++) agents[started]?.start();
process.on('disconnect', () => process.exit());
