import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { systemCommands } from './commands.ts';

it.skipIf(process.platform === 'win32')('without a descriptor left a command fails, and nothing else ends', () => {
  const program = `
    import fs from 'node:fs';
    import { systemCommands } from ${JSON.stringify(path.join(import.meta.dirname, 'commands.ts'))};
    const open = [];
    try { for (;;) open.push(fs.openSync('/dev/null')); } catch {}
    const code = await systemCommands.run('true', [], { timeoutMs: 10 }).catch((error) => error.code);
    for (const fd of open) fs.closeSync(fd);
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(code, (await systemCommands.run('true', [])).code);`;
  const line = 'ulimit -n 64; exec "$0" --input-type=module -e "$1"';
  const said = execFileSync('sh', ['-c', line, process.execPath, program], { encoding: 'utf8' });
  expect(said).toBe('command-not-found 0\n');
});

it.skipIf(process.platform === 'win32')(
  'a command that does not end is killed with all that it has started',
  async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-commands-'));
    const note = path.join(folder, 'pid');
    const script = 'sleep 600 & echo $! > "$0.new"; mv "$0.new" "$0"; wait';
    const running = systemCommands.run('sh', ['-c', script, note], { timeoutMs: 2000 });
    await expect(running).rejects.toThrow('no end after 2000 ms; it was killed');
    const started = Number(fs.readFileSync(note, 'utf8'));
    await expect.poll(() => isAlive(started), { timeout: 10_000 }).toBe(false);
    fs.rmSync(folder, { recursive: true });
  },
);

/** A process that has ended and that nobody has asked after is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s*Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
