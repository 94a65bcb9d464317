import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

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
