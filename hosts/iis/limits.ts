import type { XmlLimits } from '@stopgap/xml';

/** Every cap of this host, with its unit. */
export const limits = {
  /** Bytes of one configuration file. */
  fileBytes: 16 * 1024 * 1024,
  /** Folders looked through for `web.config` files below the level where a rule is to stand. */
  folders: 20_000,
  /** Folders inside one another, there. */
  folderDepth: 32,
  /** Files that name each other by `configSource`: IIS allows one step. */
  editAttempts: 3,
} as const;

/** An `applicationHost.config` with thousands of sites, or a `web.config` of SharePoint, is large. */
export const xmlLimits: XmlLimits = { bytes: limits.fileBytes, depth: 64, elements: 1_000_000 };
