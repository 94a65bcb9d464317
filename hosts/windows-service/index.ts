export { decodeWindowsServiceHost, type WindowsServiceHostConfig } from './config.ts';
export { type WindowsMachine, windowsServiceHost } from './host.ts';
