import path from 'node:path';
import { type Decoder, MachineError, object, oneOf, optional, text, whole } from '@stopgap/machine';

/** How the agent is told of a PHP-FPM. Everything but `kind` has a default that fits Debian's one version of PHP. */
export interface PhpFpmHostConfig {
  readonly kind: 'php-fpm';
  /** Unique on this server. Default `php-fpm`. */
  readonly name?: string | undefined;
  /** As for `php-fpm --fpm-config`. Default: `/etc/php/VERSION/fpm/php-fpm.conf`, where there is just one version. */
  readonly configFile?: string | undefined;
  /** Default: `/usr/sbin/php-fpmVERSION` with the version in `configFile`, else `/usr/sbin/php-fpm`. */
  readonly binary?: string | undefined;
  /** As for `php-fpm --prefix`: what relative includes are relative to. Default `/usr`. */
  readonly prefix?: string | undefined;
  /** Seconds in which a reload has to show. Default 30. */
  readonly reloadSeconds?: number | undefined;
}

/** Decodes the host's entry in the agent's configuration. Throws `MachineError` `invalid-json` naming the place. */
export const decodePhpFpmHost: Decoder<PhpFpmHostConfig> = object({
  kind: oneOf('php-fpm'),
  name: optional(text(64)),
  configFile: optional(absolute),
  binary: optional(absolute),
  prefix: optional(absolute),
  reloadSeconds: optional(whole(1, 600)),
});

function absolute(value: unknown, place: string): string {
  const given = text()(value, place);
  if (!path.isAbsolute(given)) throw new MachineError('invalid-json', `${place}: expected an absolute path`);
  return given;
}
