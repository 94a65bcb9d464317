import { type Decoder, mapOf, object, oneOf, optional, text } from '@stopgap/machine';

/** How the agent is told of an IIS. Everything but `kind` has a default that fits an ordinary one. */
export interface IisHostConfig {
  readonly kind: 'iis';
  /** Unique on this server. Default `iis`. */
  readonly name?: string | undefined;
  /** A folder that stands for the system drive of a server that does not run, e.g. a mounted image. Default: this machine's own drives. */
  readonly root?: string | undefined;
  /** Windows path, or a path on this machine. Default: where IIS keeps it, `redirection.config` followed. */
  readonly applicationHost?: string | undefined;
  /** Values of variables in physical paths, e.g. `ExchangeInstallPath`; in addition to the usual ones. */
  readonly variables?: ReadonlyMap<string, string> | undefined;
  /** Asks and stops application pools. Default: `%windir%\System32\inetsrv\appcmd.exe`; with `root` none, as nothing runs. */
  readonly appcmd?: string | undefined;
}

/** Decodes the host's entry in the agent's configuration. Throws `MachineError` `invalid-json` naming the place. */
export const decodeIisHost: Decoder<IisHostConfig> = object({
  kind: oneOf('iis'),
  name: optional(text(64)),
  root: optional(text()),
  applicationHost: optional(text()),
  variables: optional(mapOf(text(), 100)),
  appcmd: optional(text()),
});
