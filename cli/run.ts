const [{ main }, { endWithParent, interruptible }, { harmless, styleFor }, { systemClock }] = await Promise.all([
  import('./main.ts'),
  import('./service.ts'),
  import('./print/style.ts'),
  import('@stopgap/machine/clock'),
]);

const stopping = new AbortController();
const interruption = interruptible(stopping, (code) => process.exit(code));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.on(signal, performance.now()));
}
endWithParent(stopping);
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read it has gone: what is under way goes on, and ends with its own exit code.
  if (error.code === 'EPIPE') return;
  // A full disk: what was asked for is not there.
  process.stderr.write(`stopgap: cannot write the output: ${error.message}\n`, () => process.exit(1));
});
// The same goes for whoever read our messages.
process.stderr.on('error', () => {});

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  clock: systemClock,
  style: styleFor(process.stdout, process.env),
  width: process.stdout.isTTY ? process.stdout.columns : undefined,
  print: (text) => process.stdout.write(harmless(text)),
  tell: (text) => process.stderr.write(harmless(text)),
  get signal() {
    return interruption.heeded();
  },
  get actor() {
    return process.env.SUDO_USER ?? process.getBuiltinModule('node:os').userInfo().username;
  },
});

// A channel to the process that started this one would keep this one alive.
if (process.connected) process.disconnect();
