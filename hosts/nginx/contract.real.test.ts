import { hostContract } from '@stopgap/agent/contract';
import { describe } from 'vitest';
import { contractOn } from './testing/contract.ts';
import { realBed } from './testing/contract-bed.ts';
import { noRealNginx } from './testing/real-nginx.ts';

describe.skipIf(noRealNginx)('with the real nginx', () => {
  hostContract('hosts/nginx (the real nginx tests each configuration)', contractOn(realBed));
});
