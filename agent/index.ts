export * from './host.ts';
export type * from './source.ts';
export type { MitigationState } from './state.ts';
