import type { Note } from '../translate/result.ts';

export interface ApacheOptions {
  /** Begins every environment variable; lower-case letters, digits and `_`. Default `stopgap`. */
  readonly variablePrefix?: string;
  /** Absolute path of a log to which requests are written that rules in mode `observe` would have refused. Without it such rules are left out. */
  readonly observeLog?: string;
  /** No owner's rules keep a request from another's, as mitigations of several publishers need it; default: one list, as on IIS. */
  readonly apart?: boolean;
}

/** Rules as Apache httpd 2.4 configuration. The same rules give the same bytes. */
export interface ApacheCompilation {
  /** One file for the server's configuration, outside of every `<VirtualHost>`: all of them are covered. Empty: nothing is to be done. */
  readonly main: string;
  /** Modules that the file needs, as `a2enmod` names them; without one of them Apache refuses the file as a whole. */
  readonly modules: readonly string[];
  readonly notes: readonly Note[];
}

export const defaultPrefix = 'stopgap';
