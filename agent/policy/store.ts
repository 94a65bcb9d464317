import path from 'node:path';
import { decodeJson, type Files, systemFolders } from '@stopgap/machine';
import { refuseUnsafeFile } from '../safe-file.ts';
import { defaultPolicy, type PolicyLevel, policyLevel } from './policy.ts';

/** More than all that a policy may hold. */
const mostBytes = 32 * 1024 * 1024;

/** Reads one level's policy; no file means `defaultPolicy`. Throws `untrusted-file` where others may write it, `invalid-json` naming the place. */
export function readPolicy(files: Files, file: string): PolicyLevel {
  const found = files.read(file, mostBytes);
  if (!found) return defaultPolicy;
  refuseUnsafeFile(file, found);
  return decodeJson(found.bytes.toString('utf8'), file, policyLevel);
}

/** Replaces one level's policy, durably. Throws `invalid-json`, and writes nothing, where it could not be read again. */
export function writePolicy(files: Files, file: string, policy: PolicyLevel): void {
  const text = `${JSON.stringify(policy, undefined, 2)}\n`;
  decodeJson(text, file, policyLevel);
  files.makeFolder(path.dirname(file));
  systemFolders.sweep(file);
  files.write(file, text, { mode: 0o600 });
}
