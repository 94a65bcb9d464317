import { HostError } from '@stopgap/agent';
import { hasMarks, idleIn, idleLines, markedPools, withMarks, withoutMarks } from '../../hosts/php-fpm/marks.ts';
import { linesOf, parseFile } from '../../hosts/php-fpm/sections.ts';
import { mustEqual } from '../engine/check.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

/** Lines joined are the text; every pool of a file is taken out and put back, byte for byte. */
export function openPhpFpm(): OpenTarget {
  return {
    seeds: [
      '[global]\npid = /run/p.pid\ninclude=/etc/php/8.2/fpm/pool.d/*.conf\n[www]\nuser = www-data\nlisten = /run/php.sock ; c\nphp_value[a] = "b;c"\n\n; x\n[two]\nlisten = 127.0.0.1:9000\n',
      '[a]\r\nlisten = "x\\"y"\r\nenv[b] = \'c\'\r\n[a]\r\npm = static',
      ';stopgap; [a]\n;stopgap+ put here by Stopgap\n;stopgap-\n',
    ],
    words: ['[www]\n', 'include = ', ';stopgap; ', ';stopgap-\n', '"', "'", '\\', '\r\n'],
    most: 64 * 1024,
    run: (input) => outcomeOf(() => outAndIn(input.toString('latin1')), HostError),
  };
}

function outAndIn(text: string): void {
  mustEqual(linesOf(text).join(''), text, 'the lines are not the text');
  markedPools(text);
  idleIn(text);
  if (hasMarks(text)) return;
  const { sections } = parseFile(text);
  const pools = new Set(sections.map(({ name }) => name).filter((name) => name !== 'global'));
  for (const idle of [undefined, idleLines(sections[0]?.settings ?? new Map())]) {
    const out = withMarks(text, pools, idle);
    mustEqual(withoutMarks(out), text, 'put back, it is another');
    mustEqual(withoutMarks(withoutMarks(out)), text, 'put back twice, it is another');
  }
}
