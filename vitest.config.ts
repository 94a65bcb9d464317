import { defineConfig } from 'vitest/config';

/**
 * Two tiers. `quick`: pure code and loopback sockets, under a minute. `real`: files named `*.real.test.ts`, which start
 * real servers (nginx, …), kill processes and need root; they run one file at a time.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'quick',
          include: ['**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.real.test.ts'],
          testTimeout: 20_000,
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
        },
      },
    ],
  },
});
