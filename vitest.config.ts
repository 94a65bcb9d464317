import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * Three tiers, one after the other. `quick`: pure code and loopback sockets, under a minute. `thorough`, files named
 * `*.thorough.test.ts`: the same, exhaustively. `real`, files named `*.real.test.ts`: start real servers (nginx, …), kill
 * processes and need root; one file at a time.
 */
const parallel = {
  // Files share a worker's modules: loading them anew for each file takes longer than many of the files.
  isolate: false,
  maxWorkers: availableParallelism(),
  // For a machine that does much else at the same time.
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...parallel,
          name: 'quick',
          include: ['**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.{thorough,real}.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...parallel,
          name: 'thorough',
          include: ['**/*.thorough.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'real',
          include: ['**/*.real.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
