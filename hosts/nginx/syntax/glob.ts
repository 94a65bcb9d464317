import type { Folders } from '@stopgap/machine';
import { isPattern, nameTest } from './glob-pattern.ts';

/**
 * The paths that an absolute pattern stands for, in the order in which nginx reads them: sorted by bytes, as glob(3)
 * does in the C locale, which nginx never leaves. Links that lead nowhere are among them, as they are for nginx.
 */
export function expandGlob(pattern: string, folders: Folders): readonly string[] {
  const components = pattern.split('/').slice(1);
  let found = [''];
  for (const component of components) {
    found = found.flatMap((folder) => within(folder, component, folders));
  }
  return found.sort(byBytes);
}

function within(folder: string, component: string, folders: Folders): readonly string[] {
  if (component === '' || component === '.' || component === '..') return [`${folder}/${component}`];
  const names = folders.list(folder === '' ? '/' : folder) ?? [];
  const wanted = isPattern(component)
    ? names.filter(nameTest(component))
    : names.filter((name) => name === component.replace(/\\(.)/g, '$1'));
  return wanted.map((name) => `${folder}/${name}`);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
