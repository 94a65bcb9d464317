import { hostContract } from '@stopgap/agent/contract';
import { apacheContract, standInBed } from './testing/contract-bed.ts';

hostContract(
  'hosts/apache (a stand-in for httpd)',
  apacheContract(() => standInBed('folder'), 'folder'),
);
hostContract(
  'hosts/apache (a stand-in for httpd, by a line in its main file)',
  apacheContract(() => standInBed('line'), 'line'),
);
