import path from 'node:path';

/** What `npm start` is told by the environment, with its defaults. */
export interface Settings {
  readonly stateFolder: string;
  readonly gatewayPort: PortWish;
}

/** A port that was asked for by name must be had; a default gives way to a free one. */
export interface PortWish {
  readonly port: number;
  /** The variable that names it, or `undefined` when it is the default. */
  readonly named: string | undefined;
}

/** Reads the environment. Throws `Error` with the variable and what it may hold. */
export function readSettings(env: Readonly<Record<string, string | undefined>>, checkout: string): Settings {
  const folder = env.STOPGAP_STATE_DIR;
  return {
    stateFolder: folder === undefined || folder === '' ? path.join(checkout, '.stopgap') : path.resolve(folder),
    gatewayPort: portWish('STOPGAP_GATEWAY_PORT', 8080, env),
  };
}

function portWish(variable: string, fallback: number, env: Readonly<Record<string, string | undefined>>): PortWish {
  const value = env[variable];
  if (value === undefined || value === '') return { port: fallback, named: undefined };
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${variable}=${value}: expected a port from 1 to 65535`);
  }
  return { port, named: variable };
}
