import * as fs from 'node:fs';
import path from 'node:path';
import { inMemory } from '@stopgap/machine/testing';
import { type LaidOutFiles, type Layout, layOutFiles } from '../../../tests/rule-hosts/lay-out.ts';

export type { Layout };

/** A configuration in a temporary folder, with documents (`www`) beside it. */
export type LaidOut = LaidOutFiles;

/** Writes a configuration out. */
export function layOut(layout: Layout, base = inMemory): LaidOut {
  const at = layOutFiles(layout, base, 'stopgap-apache-');
  fs.mkdirSync(path.join(at.run, 'www'));
  fs.writeFileSync(path.join(at.run, 'www', 'index.html'), 'hello');
  return at;
}
