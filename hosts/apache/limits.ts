/** Every cap of this host, with its unit. */
export const limits = {
  /** Bytes of one configuration file. */
  fileBytes: 16 * 1024 * 1024,
  /** Bytes of what Apache prints of its configuration. */
  dumpBytes: 64 * 1024 * 1024,
  /** Milliseconds for `-V`. */
  versionMs: 10_000,
  /** Milliseconds for a test of the configuration: it looks names of virtual hosts up. */
  testMs: 60_000,
  /** Milliseconds for the command that asks for a reload. */
  reloadCommandMs: 60_000,
  /** Milliseconds until only processes with the new configuration take connections, after the reload was asked for. */
  reloadMs: 30_000,
  /** Milliseconds until old processes are believed to take no more connections, where their files cannot be looked at. */
  blindMs: 3_000,
  /** Milliseconds between two looks at the processes, at first and at last. */
  pollMs: 25,
  slowestPollMs: 250,
  /** Milliseconds for a look at open files of the processes, and for the end of a log. */
  lookMs: 5_000,
  /** Times an edit is worked out anew because the file changed underneath. */
  editAttempts: 5,
} as const;
