/** One key of `reg.exe query`'s output and the values that were printed under it. */
export interface RegistryKey {
  readonly path: string;
  /** Data as printed, by value name in lower case: registry names ignore case. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Reads what `reg.exe query` prints: a line with the key's path, then a line a value with name, type and data, four blanks
 * before each. The last line of a search (its count, in the system's language) is neither.
 */
export function readRegistry(output: string): readonly RegistryKey[] {
  const keys: { path: string; values: Map<string, string> }[] = [];
  for (const line of output.split(/\r?\n/)) {
    if (/^HKEY_[A-Z_]+\\/.test(line)) {
      keys.push({ path: line.trimEnd(), values: new Map() });
      continue;
    }
    const value = /^ {4}(\S.{0,254}?) {4}(REG_[A-Z_0-9]+)(?: {4}(.*))?$/.exec(line);
    if (value) keys.at(-1)?.values.set((value[1] ?? '').toLowerCase(), value[3] ?? '');
  }
  return keys;
}

/** A `REG_DWORD` as a number: `0x45e`. */
export function dword(data: string | undefined): number | undefined {
  return data !== undefined && /^0x[0-9a-f]{1,8}$/i.test(data) ? Number(data) : undefined;
}
