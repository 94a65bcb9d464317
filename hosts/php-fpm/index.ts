export { decodePhpFpmHost, type PhpFpmHostConfig } from './config.ts';
export { type PhpFpmMachine, phpFpmHost } from './host.ts';
