import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Trial } from '../../tests/end-to-end/trial.ts';
import type { Figure } from './figure.ts';

/** Clock ticks a second of /proc/PID/stat. */
const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Memory and CPU of the agent's process over `seconds` in which nothing happens. */
export async function idleFigures(trial: Trial, seconds: number): Promise<readonly Figure[]> {
  const pid = agentOf(trial);
  await delay(5000);
  const before = cpuSeconds(pid);
  await delay(seconds * 1000);
  const used = cpuSeconds(pid) - before;
  const memory = kilobytes(pid, 'VmRSS') / 1000;
  return [
    {
      what: 'agent idle, resident memory',
      figure: `${memory.toFixed(1)} MB`,
      yardstick: `target < 90 MB; bare Node ${bareMemory().toFixed(1)} MB`,
    },
    {
      what: `agent idle, CPU over ${seconds} s`,
      figure: `${((100 * used) / seconds).toFixed(3)} % of a core`,
      yardstick: 'target < 0.1 %',
    },
  ];
}

function agentOf(trial: Trial): number {
  for (const entry of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const command = readOr(`/proc/${entry}/cmdline`).split('\0');
    if (command.includes('agent') && command.includes(trial.stateFolder)) return Number(entry);
  }
  throw new Error('the agent is not running');
}

function cpuSeconds(pid: number): number {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

function kilobytes(pid: number, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function bareMemory(): number {
  const said = execFileSync(process.execPath, ['-e', 'console.log(process.memoryUsage().rss)'], { encoding: 'utf8' });
  return Number(said) / 1e6;
}

function readOr(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
