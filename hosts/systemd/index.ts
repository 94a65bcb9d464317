export { decodeSystemdHost, type SystemdHostConfig } from './config.ts';
export { type SystemdMachine, systemdHost } from './host.ts';
