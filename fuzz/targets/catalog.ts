import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '../../catalog');

/** The documents of the catalog, as seeds. */
export function catalogDocuments(): readonly string[] {
  return globSync('*/mitigation.xml', { cwd: folder })
    .sort()
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
}

/** Their `<rewrite>` fragments. */
export function catalogRewrites(): readonly string[] {
  return catalogDocuments().flatMap((document) =>
    [...document.matchAll(/<rewrite>.*?<\/rewrite>/gs)].map(([text]) => text),
  );
}
