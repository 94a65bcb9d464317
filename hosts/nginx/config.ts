import path from 'node:path';
import { type Decoder, listOf, MachineError, object, oneOf, optional, text } from '@stopgap/machine';

/** How the agent is told of an nginx. Everything but `kind` has a default that fits Debian's package. */
export interface NginxHostConfig {
  readonly kind: 'nginx';
  /** Unique on this server. Default `nginx`. */
  readonly name?: string | undefined;
  /** Default: `nginx` in PATH, else /usr/sbin/nginx. */
  readonly binary?: string | undefined;
  /** As for `nginx -c`. Default: what the binary was built with. */
  readonly configFile?: string | undefined;
  /** As for `nginx -p`. Default: what the binary was built with. */
  readonly prefix?: string | undefined;
  /** As for `nginx -g`, where the service is started with it and the test needs it. */
  readonly globalDirectives?: string | undefined;
  /** Where our two files stand; nobody else's. Default: `stopgap` beside the configuration file. */
  readonly folder?: string | undefined;
  /** How a reload is asked for. Default `signal` (`nginx -s reload`). */
  readonly reload?: 'signal' | 'systemctl' | undefined;
  /** The unit that `systemctl` reloads. Default `nginx.service`. */
  readonly unit?: string | undefined;
  /** Where requests are logged that rules in mode `observe` would refuse. Default: `stopgap-observed.log` beside the access log. */
  readonly observeLog?: string | undefined;
  /** Server names whose `server` blocks are protected, `""` for those without a name. Default: all. */
  readonly sites?: readonly string[] | undefined;
}

const siteName: Decoder<string> = (value, place) => (value === '' ? '' : text(256)(value, place));

/** Decodes the host's entry in the agent's configuration. Throws `MachineError` `invalid-json` naming the place. */
export const decodeNginxHost: Decoder<NginxHostConfig> = (value, place) => {
  const config = object({
    kind: oneOf('nginx'),
    name: optional(text(64)),
    binary: optional(text()),
    configFile: optional(text()),
    prefix: optional(absolute),
    globalDirectives: optional(text()),
    folder: optional(plainFolder),
    reload: optional(oneOf('signal', 'systemctl')),
    unit: optional(text(256)),
    observeLog: optional(absolute),
    sites: optional(listOf(siteName)),
  })(value, place);
  return config;
};

const absolute: Decoder<string> = (value, place) => {
  const given = text()(value, place);
  if (!path.isAbsolute(given)) throw new MachineError('invalid-json', `${place}: expected an absolute path`);
  return given;
};

/** Our folder's path stands in nginx's configuration unquoted and inside a pattern, so it has to be a plain one. */
function plainFolder(value: unknown, place: string): string {
  const given = absolute(value, place);
  const problem = folderProblem(given);
  if (problem) throw new MachineError('invalid-json', `${place}: ${problem}`);
  return given;
}

/** Why a path cannot be our folder; `undefined`: it can. */
export function folderProblem(folder: string): string | undefined {
  const plain = /^(?:\/[A-Za-z0-9._+@-]+)+$/.test(folder) && !folder.split('/').some((one) => /^\.{1,2}$/.test(one));
  if (plain) return undefined;
  return `${JSON.stringify(folder)} cannot hold our files: use an absolute path of letters, digits and ._+@- without a slash at its end`;
}
