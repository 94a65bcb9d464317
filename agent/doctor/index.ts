export { type Check, diagnose, type Finding } from './check.ts';
export { doctorChecks } from './checks.ts';
export type { DoctorFacts, FeedFacts, HostFacts, ServiceFacts } from './facts.ts';
export { hostFactsOf, policyTroublesOf, productFactsOf } from './gather.ts';
export { journalFactsOf } from './journal-facts.ts';
export { placesOf, stateFactsOf, systemProbe } from './places.ts';
