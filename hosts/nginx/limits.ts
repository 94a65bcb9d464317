/** Every cap of this host, with its unit. */
export const limits = {
  /** Bytes of one configuration file. */
  fileBytes: 16 * 1024 * 1024,
  /** Blocks inside blocks, in one file. */
  blockDepth: 64,
  /** Files including files. */
  includeDepth: 32,
  /** Files read for one look, a file counted again each time it is included. */
  includes: 20_000,
  /** Milliseconds for `nginx -V`. */
  versionMs: 10_000,
  /** Milliseconds for `nginx -t`: it opens logs and resolves names of upstreams. */
  testMs: 60_000,
  /** Milliseconds for the command that asks for a reload. */
  reloadCommandMs: 60_000,
  /** Milliseconds until workers with the new configuration serve, after the reload was asked for. */
  reloadMs: 30_000,
  /** Milliseconds between two looks at the workers. */
  pollMs: 20,
  /** Times an edit is worked out anew because the file changed underneath. */
  editAttempts: 5,
} as const;
