import * as fs from 'node:fs';
import path from 'node:path';
import type { HeldAction } from '@stopgap/agent';
import { type Evidence, parseMitigation } from '@stopgap/mitigation';

const folder = path.join(import.meta.dirname, '../../../catalog');

/** Ids of the catalog's mitigations that are rules. */
export const catalogIds = ['CVE-2021-26855', 'CVE-2022-41040', 'CVE-2026-42897'];

/** One mitigation of the catalog: its rules as a host is given them, and its evidence. */
export async function fromCatalog(
  id: string,
  mode: HeldAction['mode'] = 'enforce',
): Promise<{ readonly actions: readonly HeldAction[]; readonly evidence: readonly Evidence[] }> {
  const { revision, actions, evidence } = await parseMitigation(
    fs.readFileSync(path.join(folder, id, 'mitigation.xml')),
  );
  const held = actions.map((action, index): HeldAction => ({ mitigation: id, revision, index, action, mode }));
  return { actions: held.filter(({ action }) => action.kind === 'urlRewrite'), evidence };
}
