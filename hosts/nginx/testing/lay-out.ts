import { systemFiles, systemFolders } from '@stopgap/machine';
import { inMemory } from '@stopgap/machine/testing';
import { type LaidOutFiles, layOutFiles } from '../../../tests/rule-hosts/lay-out.ts';
import type { TreeSource } from '../syntax/read-tree.ts';
import type { CorpusCase } from './corpus.ts';

/** A configuration in a temporary folder. */
export interface LaidOut extends LaidOutFiles {
  readonly source: TreeSource;
}

/** Writes a configuration out. */
export function layOut(layout: Pick<CorpusCase, 'files' | 'links'>, base = inMemory): LaidOut {
  const at = layOutFiles(layout, base, 'stopgap-nginx-');
  const [configFile, folder] = [at.file('nginx.conf'), at.file('stopgap')];
  return { ...at, source: { files: systemFiles, folders: systemFolders, configFile, folder } };
}
