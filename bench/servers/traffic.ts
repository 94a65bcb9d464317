import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { benign } from '../rewrite/rules.ts';
import { type Contender, cpuOf } from './contender.ts';

/** One turn: what a client sees, and what it cost the proxy. */
export interface Turn {
  readonly perSecond: number;
  /** Microseconds of CPU time of the proxy a request; not a number where it did not manage one. */
  readonly cpu: number;
}

/** The ordinary requests of a mail server's day, one after the other, as a script for `wrk`. */
export function writeTraffic(folder: string): string {
  const requests = benign.map(({ url, headers }) => {
    const fields = Object.entries(headers).map(
      ([name, value]) => `["${name === 'host' ? 'Host' : name}"] = "${value}"`,
    );
    return `wrk.format("GET", "${url}", { ${fields.join(', ')} })`;
  });
  const file = path.join(folder, 'traffic.lua');
  const text = `local all\nlocal at = 0\ninit = function()\n  all = { ${requests.join(',\n')} }\nend\nrequest = function()\n  at = at % #all + 1\n  return all[at]\nend\n`;
  fs.writeFileSync(file, text);
  return file;
}

/** Loads a proxy for `seconds` over 64 connections. Throws when anything but a success comes back. */
export function turn(contender: Contender, traffic: string, seconds: number): Turn {
  const before = cpuOf(contender);
  const args = ['-t1', '-c64', `-d${seconds}s`, '-s', traffic, `http://127.0.0.1:${contender.port}/`];
  const { stdout, error } = spawnSync('wrk', args, { encoding: 'utf8' });
  if (error) throw new Error('wrk is missing; `apt-get install wrk` brings it');
  if (/Non-2xx|Socket errors: (?!connect 0, read 0, write 0)/.test(stdout)) {
    throw new Error(`${contender.name}: ${stdout}`);
  }
  const count = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    cpu: count === 0 ? Number.NaN : (cpuOf(contender) - before) / count,
  };
}
