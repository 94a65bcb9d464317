import * as fs from 'node:fs';
import type { HeldAction } from '@stopgap/agent';
import { type Mitigation, parseMitigation } from '@stopgap/mitigation';

const folder = new URL('../../../catalog/', import.meta.url);

/** The mitigations of the catalog that have rules. */
export async function mitigationsWithRules(): Promise<readonly Mitigation[]> {
  const all = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const read = all.map(({ name }) => parseMitigation(fs.readFileSync(new URL(`${name}/mitigation.xml`, folder))));
  return (await Promise.all(read)).filter(({ actions }) => actions.some(({ kind }) => kind === 'urlRewrite'));
}

/** The actions of a mitigation that this host holds. */
export function heldOf({ id, revision, actions }: Mitigation): readonly HeldAction[] {
  return actions
    .map((action, index): HeldAction => ({ mitigation: id, revision, index, action, mode: 'enforce' }))
    .filter(({ action }) => action.kind === 'urlRewrite');
}
