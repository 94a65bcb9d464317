import { HostError } from '@stopgap/agent';
import { dword, readRegistry } from '../../agent/inventory/registry.ts';
import { parseBuild } from '../../hosts/nginx/running/binary.ts';
import { formatState, parseState } from '../../hosts/systemd/state.ts';
import { parseShow } from '../../hosts/systemd/unit-facts.ts';
import {
  countTriggers,
  errorNumber,
  parseStartType,
  parseStatuses,
  resumeIndex,
} from '../../hosts/windows-service/sc-output.ts';
import { mustEqual } from '../engine/check.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';

const readers: readonly ((text: string) => unknown)[] = [
  (text) => parseShow(text, ['a.service', 'b.socket']),
  (text) => {
    const state = parseState(text, 'a.service');
    mustEqual(
      parseState(formatState(state), 'a.service').length,
      state.length,
      'written and read again, it is another',
    );
  },
  (text) => parseStatuses(text),
  (text) => parseStartType(text),
  (text) => parseBuild(text),
];

/** Each reader answers, or says that it does not understand. */
export function openCommands(): OpenTarget {
  return {
    seeds: [
      'Id=a.service\nLoadState=loaded\nActiveState=active\nTriggeredBy=b.socket c.timer\n\nId=b.socket\nRefuseManualStop=yes\nKillMode=none\n',
      '{"version":1,"units":[{"unit":"a.service","role":"held","masked":true,"active":"active","enabled":"enabled"}]}',
      '\r\nSERVICE_NAME: W3SVC\r\n        TYPE               : 20  WIN32_SHARE_PROCESS\r\n        STATE              : 4  RUNNING\r\n                                (STOPPABLE)\r\n        WIN32_EXIT_CODE    : 0  (0x0)\r\n        SERVICE_EXIT_CODE  : 0\r\n        CHECKPOINT         : 0x0\r\n        WAIT_HINT          : 0x0\r\n',
      '[SC] OpenService FAILED 1060:\r\n\r\nEnum: more data, need 1822 bytes start resume at index 79',
      'HKEY_LOCAL_MACHINE\\SOFTWARE\\X\r\n    Version    REG_SZ    15.2\r\n    A B    REG_DWORD    0x45e\r\n',
      "nginx version: nginx/1.22.1\nconfigure arguments: --with-cc-opt='-g -O2' --prefix=/usr\n",
    ],
    words: ['FAILED ', ' REG_SZ    ', 'Id=', '\n\n', '\r\n', '    ', '：', '12345678-1234-1234-1234-123456789abc'],
    most: 64 * 1024,
    run: (input) => {
      const text = input.toString('utf8');
      for (const { values } of readRegistry(text)) for (const value of values.values()) dword(value);
      countTriggers(text);
      resumeIndex(text);
      errorNumber(1, text);
      const outcomes = readers.map((reader) => outcomeOf(() => reader(text), HostError));
      return outcomes.includes('accepted') ? 'accepted' : 'refused';
    },
  };
}
