import type { Note } from '../translate/result.ts';

export interface NginxOptions {
  /** Begins every variable; lower-case letters, digits and `_`. Default `stopgap`. */
  readonly variablePrefix?: string;
  /** Absolute path of a log to which requests are written that rules in mode `observe` would have refused. Without it such rules are left out. */
  readonly observeLog?: string;
  /** As `nginx -v` says, e.g. `1.22.1`, which is the default. Before 1.23.0 most header fields cannot be tested safely. */
  readonly nginxVersion?: string;
  /**
   * `$1` to `$9` that a regular `server_name` took are there again behind the lines for `server { }`: any `if` or map with an expression takes
   * them away. Costs each request a little. Default false.
   */
  readonly keepCaptures?: boolean;
  /** No owner's rules keep a request from another's, as mitigations of several publishers need it; default: one list, as on IIS. */
  readonly apart?: boolean;
}

/** Rules as nginx configuration. The same rules give the same bytes. */
export interface NginxCompilation {
  /** For `http { }`, once. */
  readonly http: string;
  /** For the top of each `server { }` that the rules cover, before anything of its own that rewrites or returns. */
  readonly server: string;
  /**
   * nginx hands `add_header` and `access_log` lines down only into blocks that have none of their own. So this goes, once more, into every
   * `server`, `location` and `if` block that has such a line of its own, and into no other. Empty: nothing of the kind is needed.
   */
  readonly block: string;
  readonly notes: readonly Note[];
}

export const defaultPrefix = 'stopgap';
export const defaultNginxVersion = '1.22.1';
