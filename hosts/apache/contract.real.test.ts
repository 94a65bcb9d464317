import { hostContract } from '@stopgap/agent/contract';
import { describe } from 'vitest';
import { freePorts } from '../../tests/rule-hosts/free-ports.ts';
import { apacheContract, realBed } from './testing/contract-bed.ts';
import { noRealApache } from './testing/real-apache.ts';

/** With this variable it runs and is reloaded each time, which takes it a second or more. */
const runs = process.env.STOPGAP_RELOADS === '1';

describe.skipIf(noRealApache)('a real Apache', () => {
  hostContract(
    `hosts/apache (a real Apache that ${runs ? 'runs' : 'only tests'}, by a line in its main file)`,
    apacheContract(async () => {
      const [port = 0] = await freePorts(1);
      return await realBed(port, 'line', runs);
    }, 'line'),
  );
});
