import { type Decoder, object, oneOf, optional, text, whole } from '@stopgap/machine';

/** How the agent is told of the services of a Windows. */
export interface WindowsServiceHostConfig {
  readonly kind: 'windows-service';
  /** Unique on this server. Default `windows-service`. */
  readonly name?: string | undefined;
  /** Seconds that a service may take to stop without getting any further. Default 180; Exchange's own take minutes. */
  readonly stopSeconds?: number | undefined;
  /** Seconds that a service may take to start again on removal. Default 180. */
  readonly startSeconds?: number | undefined;
  /** Path of `sc.exe`. Default: that of this Windows. */
  readonly sc?: string | undefined;
  /** Path of `reg.exe`. Default: that of this Windows. */
  readonly reg?: string | undefined;
}

/** Decodes the host's entry in the agent's configuration. Throws `MachineError` `invalid-json` naming the place. */
export const decodeWindowsServiceHost: Decoder<WindowsServiceHostConfig> = object({
  kind: oneOf('windows-service'),
  name: optional(text(64)),
  stopSeconds: optional(whole(1, 3600)),
  startSeconds: optional(whole(1, 3600)),
  sc: optional(text()),
  reg: optional(text()),
});
