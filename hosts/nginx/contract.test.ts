import { hostContract } from '@stopgap/agent/contract';
import { contractOn } from './testing/contract.ts';
import { standInBed } from './testing/contract-bed.ts';

hostContract(
  'hosts/nginx (a stand-in for nginx)',
  contractOn(() => standInBed()),
);
