/** VS_FIXEDFILEINFO dwSignature and dwStrucVersion, as their bytes stand in a file. */
const start = Buffer.from([0xbd, 0x04, 0xef, 0xfe, 0x00, 0x00, 0x01, 0x00]);
/** Bytes from there to dwFileVersionMS and dwFileVersionLS. */
const [versionMs, versionLs] = [8, 12];

/**
 * The file version in the resources of a Windows program, e.g. `15.2.1118.9`: numbers, in no language. `undefined` where there is none,
 * or several that differ, as in what is no program or holds another one. Pure.
 */
export function fileVersion(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 2).toString('latin1') !== 'MZ') return undefined;
  const found = new Set<string>();
  for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) {
    if (at + versionLs + 4 > bytes.length) break;
    found.add([versionMs, versionLs].flatMap((offset) => halves(bytes, at + offset)).join('.'));
  }
  const [version] = found;
  return found.size === 1 ? version : undefined;
}

/** The upper half of a little-endian DWORD, then the lower. */
function halves(bytes: Buffer, at: number): readonly number[] {
  return [bytes.readUInt16LE(at + 2), bytes.readUInt16LE(at)];
}
