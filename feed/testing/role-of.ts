import { targetFile, targetsMetadata } from '../publish/metadata.ts';

/** A role with so many documents whose names begin like this. */
export function roleOf(count: number, prefix = '') {
  const names = Array.from({ length: count }, (_, n) => `${prefix}${n}.xml`);
  return targetsMetadata(
    { version: 1, expiresAt: 1e12 },
    Object.fromEntries(names.map((name) => [name, targetFile(name, Buffer.from(name))])),
  );
}
