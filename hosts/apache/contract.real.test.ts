import { hostContract } from '@stopgap/agent/contract';
import { describe } from 'vitest';
import { apacheContract, realBed } from './testing/contract-bed.ts';
import { freePorts, noRealApache } from './testing/real-apache.ts';

describe.skipIf(noRealApache)('a real Apache', () => {
  hostContract(
    'hosts/apache (a real Apache, by a line in its main file)',
    apacheContract(async () => {
      const [port = 0] = await freePorts(1);
      return await realBed(port, 'line');
    }, 'line'),
  );
});
