export type { Deed, HostBed, HostContract, Skip, World } from './bed.ts';
export { hostContract } from './host-contract.ts';
export { Keeper, performAll, throughJson, undoAll } from './keeper.ts';
export { deniedWrites } from './refusing.ts';
