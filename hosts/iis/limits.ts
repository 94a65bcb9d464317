import type { XmlLimits } from '@stopgap/xml';

/** Every cap of this host, with its unit. */
export const limits = {
  /** Bytes of one configuration file. */
  fileBytes: 16 * 1024 * 1024,
  /** Bytes of a `web.config`, or of a file that it names by `configSource`, above which IIS answers 500.19 (MaxWebConfigFileSizeInKB, 250 by default). */
  webConfigBytes: 250 * 1024,
  /** Folders looked through for `web.config` files below the level where a rule is to stand. */
  folders: 20_000,
  /** Folders inside one another, there. */
  folderDepth: 32,
  /** Milliseconds until a pool has stopped or started; IIS gives its requests 90 seconds to end (shutdownTimeLimit). */
  poolMs: 150_000,
  /** Milliseconds that a look waits for a pool that is just starting or stopping. */
  settlingMs: 10_000,
  /** Milliseconds between two looks at a pool. */
  pollMs: 500,
  /** Times that a change is taken back anew because the file changed underneath. */
  editAttempts: 5,
} as const;

/** An `applicationHost.config` with thousands of sites, or a `web.config` of SharePoint, is large. */
export const xmlLimits: XmlLimits = { bytes: limits.fileBytes, depth: 64, elements: 1_000_000 };
