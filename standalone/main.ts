import { enableCompileCache } from 'node:module';
import path from 'node:path';

const checkout = path.join(import.meta.dirname, '..');
enableCompileCache(path.join(checkout, 'node_modules', '.cache', 'stopgap'));

const { runStandalone } = await import('./standalone.ts');

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

try {
  await runStandalone({
    env: process.env,
    checkout,
    signal: stopping.signal,
    print: (text) => process.stdout.write(text),
  });
} catch (error) {
  process.stderr.write(`stopgap: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
