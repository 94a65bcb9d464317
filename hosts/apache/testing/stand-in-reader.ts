import * as fs from 'node:fs';
import path from 'node:path';

/** What a stand-in for httpd makes of a configuration. */
export interface StandInReading {
  /** In the order they are read, with their depth. */
  readonly files: readonly (readonly [number, string])[];
  readonly modules: ReadonlySet<string>;
  /** As mod_info prints it. */
  readonly directives: readonly string[];
  readonly virtualHosts: readonly { readonly address: string; readonly name: string; readonly place: string }[];
}

/** A configuration that httpd refuses; the message has httpd's words. */
export class Refused extends Error {}

/** Reads a configuration as httpd does, as far as tests need: includes with patterns, `<IfModule>`, sections, unknown directives. */
export function readAsHttpd(root: string, mainFile: string): StandInReading {
  const files: [number, string][] = [];
  const modules = new Set(['core', 'http', 'log_config', 'so']);
  const directives: string[] = [];
  const virtualHosts: { address: string; name: string; place: string }[] = [];
  const open: { section: string; skips: boolean }[] = [];

  function readFile(file: string, depth: number): void {
    files.push([depth, file]);
    for (const [at, line] of fs.readFileSync(file, 'latin1').split(/\r?\n/).entries()) {
      const text = line.trim();
      if (text !== '' && !text.startsWith('#')) readLine(text, `${file}:${at + 1}`, file, depth);
    }
  }

  function readLine(text: string, place: string, file: string, depth: number): void {
    const [name = '', ...args] = text.split(/\s+/);
    if (name.startsWith('</')) {
      open.pop();
      if (name !== '</IfModule>') print(text, file, place);
    } else if (name === '<IfModule') {
      const module = (args[0] ?? '').replace(/_module>$|^mod_|\.c>$/g, '');
      open.push({ section: name, skips: !modules.has(module) });
    } else if (open.some(({ skips }) => skips)) {
      if (name.startsWith('<')) open.push({ section: name, skips: true });
    } else if (/^Include(?:Optional)?$/.test(name)) {
      for (const one of included(path.resolve(root, args[0] ?? ''))) readFile(one, depth + 1);
    } else if (name === 'LoadModule') modules.add((args[0] ?? '').replace('_module', ''));
    else if (name === 'Oops') {
      throw new Refused(`AH00526: Syntax error on line ${place.split(':')[1]} of ${file}:\nInvalid command 'Oops'`);
    } else {
      if (name.startsWith('<')) open.push({ section: name, skips: false });
      if (name === '<VirtualHost')
        virtualHosts.push({ address: (args[0] ?? '').replace('>', ''), name: 'site', place });
      if (name === 'ServerName')
        virtualHosts.splice(-1, 1, ...virtualHosts.slice(-1).map((host) => ({ ...host, name: args[0] ?? '' })));
      print(text, file, place);
    }
  }

  function print(text: string, file: string, place: string): void {
    directives.push(`# In file: ${file}`, `#  ${place.split(':')[1]}:`, text);
  }

  readFile(mainFile, 0);
  return { files, modules, directives, virtualHosts };
}

function included(pattern: string): readonly string[] {
  const folder = path.dirname(pattern);
  if (!fs.existsSync(folder)) return [];
  const wanted = new RegExp(`^${path.basename(pattern).replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  const names = fs.readdirSync(folder).filter((name) => wanted.test(name) && !name.startsWith('.'));
  return names.sort().map((name) => path.join(folder, name));
}
