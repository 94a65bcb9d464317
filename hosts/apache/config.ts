import path from 'node:path';
import { type Decoder, listOf, MachineError, mapOf, object, oneOf, optional, text } from '@stopgap/machine';

/** How the agent is told of an Apache httpd. Everything but `kind` has a default that fits Debian's package. */
export interface ApacheHostConfig {
  readonly kind: 'apache';
  /** Unique on this server. Default `apache`. */
  readonly name?: string | undefined;
  /**
   * The program that takes httpd's own options. Default: the first of `apache2ctl` (which sets the environment that Debian's
   * configuration needs), `httpd` and `apachectl` that is there, in PATH or in /usr/sbin.
   */
  readonly command?: string | undefined;
  /** As for `httpd -f`. Default: what the program says. */
  readonly configFile?: string | undefined;
  /** As for `httpd -d`. Default: what the program says. */
  readonly serverRoot?: string | undefined;
  /** As for `httpd -D`, where the service is started with them. */
  readonly defines?: readonly string[] | undefined;
  /** Variables of the environment that the configuration needs and the program does not set itself. */
  readonly environment?: ReadonlyMap<string, string> | undefined;
  /**
   * Where our one file stands. Default: `zz-stopgap.conf` in `conf-enabled`, `conf.d` or `Includes`, where the configuration
   * takes all files of one of these in; else `stopgap.conf` beside it, brought in by a line at its end.
   */
  readonly file?: string | undefined;
  /** How a reload is asked for. Default `signal` (SIGUSR1 to the running httpd). */
  readonly reload?: 'signal' | 'systemctl' | undefined;
  /** The unit that `systemctl` reloads. Default `apache2.service`. */
  readonly unit?: string | undefined;
  /** Where requests are logged that rules in mode `observe` would refuse. Default: `stopgap-observed.log` beside the error log. */
  readonly observeLog?: string | undefined;
}

const absolute: Decoder<string> = (value, place) => {
  const given = text()(value, place);
  if (!path.isAbsolute(given)) throw new MachineError('invalid-json', `${place}: expected an absolute path`);
  return given;
};

const environment: Decoder<ReadonlyMap<string, string>> = (value, place) => {
  const given = mapOf(text())(value, place);
  for (const name of given.keys()) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new MachineError('invalid-json', `${place}: ${JSON.stringify(name)} is no name of a variable`);
    }
  }
  return given;
};

/** Decodes the host's entry in the agent's configuration. Throws `MachineError` `invalid-json` naming the place. */
export const decodeApacheHost: Decoder<ApacheHostConfig> = (value, place) =>
  object({
    kind: oneOf('apache'),
    name: optional(text(64)),
    command: optional(text()),
    configFile: optional(text()),
    serverRoot: optional(absolute),
    defines: optional(listOf(defined, 100)),
    environment: optional(environment),
    file: optional(plainFile),
    reload: optional(oneOf('signal', 'systemctl')),
    unit: optional(text(256)),
    observeLog: optional(plainLog),
  })(value, place);

function defined(value: unknown, place: string): string {
  const given = text(256)(value, place);
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(given) && !given.startsWith('DUMP_')) return given;
  throw new MachineError('invalid-json', `${place}: expected a name as "httpd -D" takes it`);
}

/** Our file's path stands in Apache's configuration unquoted, and must not read as a pattern. */
function plainFile(value: unknown, place: string): string {
  const given = absolute(value, place);
  if (isPlainPath(given) && given.endsWith('.conf')) return given;
  throw new MachineError(
    'invalid-json',
    `${place}: ${JSON.stringify(given)} cannot be our file: use an absolute path of letters, digits and ._+@- that ends with .conf`,
  );
}

function plainLog(value: unknown, place: string): string {
  const given = absolute(value, place);
  if (isPlainPath(given)) return given;
  throw new MachineError('invalid-json', `${place}: use an absolute path of letters, digits and ._+@-`);
}

/** Whether a path can stand in Apache's configuration as it is: nothing of a pattern, a variable or a blank in it. */
export function isPlainPath(file: string): boolean {
  return /^(?:\/[A-Za-z0-9._+@-]+)+$/.test(file) && !file.split('/').some((one) => /^\.{1,2}$/.test(one));
}
