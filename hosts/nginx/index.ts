import os from 'node:os';
import type { Host } from '@stopgap/agent';
import { systemFolders } from '@stopgap/machine';
import type { NginxHostConfig } from './config.ts';
import { createNginxHost } from './host.ts';
import type { HostParts } from './parts.ts';

export { decodeNginxHost, type NginxHostConfig } from './config.ts';
export { NginxConfigError, type NginxConfigErrorCode } from './syntax/errors.ts';
