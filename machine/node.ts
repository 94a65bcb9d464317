// Node's own modules as `stopgap status` takes them. To import one is to have Node evaluate every export it has, and with
// them streams, promises and more that a short command never uses: some 2 ms each.

/** The module `node:fs`. */
export const fs: typeof import('node:fs') = process.getBuiltinModule('node:fs');

/** Parses a command line; see `util.parseArgs` of Node. */
export const { parseArgs }: typeof import('node:util') = process.getBuiltinModule('node:util');
