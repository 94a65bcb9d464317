import fs from 'node:fs';
import path from 'node:path';
import type { ScopedRules } from '../../model.ts';
import { parseRewrite } from '../../parse/parse-rewrite.ts';

const catalog = path.join(import.meta.dirname, '../../../catalog');

/** Rules of one owner from the text of a `<rewrite>` element. */
export function rulesFrom(owner: string, xml: string, more: Partial<ScopedRules> = {}): ScopedRules {
  return { owner, level: '/', configuration: parseRewrite(xml), mode: 'enforce', ...more };
}

/** The `<rewrite>` elements of a mitigation of the catalog, as its document has them. */
export function catalogRules(id: string, level = '/'): readonly ScopedRules[] {
  const text = fs.readFileSync(path.join(catalog, id, 'mitigation.xml'), 'utf8');
  const elements = text.match(/<rewrite>[\s\S]*?<\/rewrite>/g) ?? [];
  return elements.map((xml) => rulesFrom(id, xml, { level }));
}
