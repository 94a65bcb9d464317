import * as fs from 'node:fs';
import { AgentError } from '../errors.ts';

/** Bytes that the path of a socket may have (unix(7), `sun_path`; two of the sizes there are). */
const mostOfPath = process.platform === 'linux' ? 107 : 103;

/** Where the control socket is served. */
export interface ControlPlace {
  /** For `net.Server.listen`. */
  readonly address: string;
  /** Called once it is listened at no more. */
  retract(): void;
}

/**
 * The socket in the state folder; on Windows a named pipe, of which that file holds the name. Every user may make pipes:
 * under a name that is known beforehand somebody else could listen first, keep the agent from starting, and be taken for it
 * by an administrator, whom a server with `SeImpersonatePrivilege`, such as any application pool of IIS, may then
 * impersonate. What the last agent left is taken away. Throws `invalid-config` for a path that is too long.
 */
export function controlPlace(socketFile: string, platform: string = process.platform): ControlPlace {
  fs.rmSync(socketFile, { force: true });
  if (platform !== 'win32') return { address: fitting(socketFile), retract: () => {} };
  const name = `stopgap-${Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex')}`;
  fs.writeFileSync(socketFile, name, { flag: 'wx', mode: 0o600 });
  return { address: pipeCalled(name), retract: () => fs.rmSync(socketFile, { force: true }) };
}

/** Where a client finds the control socket; `undefined`: nobody serves it. Throws `invalid-config` and `service-unreachable`. */
export function controlAddress(socketFile: string, platform: string = process.platform): string | undefined {
  if (platform !== 'win32') return fitting(socketFile);
  try {
    const name = fs.readFileSync(socketFile, 'latin1');
    return /^stopgap-[0-9a-f]{32}$/.test(name) ? pipeCalled(name) : undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    throw new AgentError('service-unreachable', `no right to read ${socketFile}: run as an administrator`, error);
  }
}

function pipeCalled(name: string): string {
  return `\\\\.\\pipe\\${name}`;
}

function fitting(socketFile: string): string {
  const length = Buffer.byteLength(socketFile);
  if (length <= mostOfPath) return socketFile;
  throw new AgentError(
    'invalid-config',
    `the path ${socketFile} has ${length} bytes, and that of a socket may have ${mostOfPath}; choose a state folder with a shorter path`,
  );
}
