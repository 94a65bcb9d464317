import path from 'node:path';
import { decodeJson, type Files } from '@stopgap/machine';
import { defaultPolicy, type PolicyLevel, policyLevel } from './policy.ts';

/** Reads one level's policy; no file means `defaultPolicy`. Throws `invalid-json` naming the place. */
export function readPolicy(files: Files, file: string): PolicyLevel {
  const found = files.read(file, 1024 * 1024);
  return found ? decodeJson(found.bytes.toString('utf8'), file, policyLevel) : defaultPolicy;
}

/** Replaces one level's policy, durably. */
export function writePolicy(files: Files, file: string, policy: PolicyLevel): void {
  files.makeFolder(path.dirname(file));
  files.write(file, `${JSON.stringify(policy, undefined, 2)}\n`, { mode: 0o600 });
}
