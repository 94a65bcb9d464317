import path from 'node:path';
import type { Commands, Files } from '@stopgap/machine';
import { limits } from '../limits.ts';
import { complaint, type Httpd, runHttpd } from './command.ts';
import { type Directive, directivesOptions, parseDirectives, words } from './directives.ts';
import { factsOptions, parseFacts, type ServerFacts } from './facts.ts';

/** What Apache says of its configuration, or what it says against it. */
export type Asked<T> = { readonly said: T } | { readonly complaint: string };

/** Tests the configuration and asks for the facts of it. Throws `HostError` `unreachable`. */
export async function askForFacts(httpd: Httpd, commands: Commands): Promise<Asked<ServerFacts>> {
  const result = await runHttpd(httpd, factsOptions, commands);
  return result.code === 0 ? { said: parseFacts(result.stdout) } : { complaint: complaint(result) };
}

/**
 * Asks for every directive. mod_info prints them; where it is not one of the server's modules, it is loaded for this one
 * question, from the folder the others come from. Throws `HostError` `unreachable`.
 */
export async function askForDirectives(
  httpd: Httpd,
  facts: ServerFacts,
  { commands, files }: { readonly commands: Commands; readonly files: Files },
): Promise<Asked<readonly Directive[]>> {
  const module = facts.modules.has('info') ? undefined : infoModule(facts, files);
  if (!facts.modules.has('info') && module === undefined) {
    return { complaint: `${infoFile} is not among its modules, and only that can say how it is configured` };
  }
  const load = module === undefined ? [] : ['-C', `LoadModule info_module "${module}"`];
  const result = await runHttpd(httpd, [...load, ...directivesOptions], commands);
  return result.code === 0 ? { said: parseDirectives(result.stdout) } : { complaint: complaint(result) };
}

const infoFile = 'mod_info.so';

/** Beside the modules that the configuration loads. */
function infoModule({ files: read, serverRoot }: ServerFacts, files: Files): string | undefined {
  const folders = new Set<string>();
  for (const file of new Set(read)) {
    const text = files.read(file, limits.fileBytes)?.bytes.toString('latin1') ?? '';
    for (const [, rest = ''] of text.matchAll(/^[ \t]*LoadModule[ \t]+\S+[ \t]+(.*)$/gim)) {
      const [module = ''] = words(rest);
      folders.add(path.dirname(path.resolve(serverRoot, module)));
    }
  }
  return [...folders]
    .map((folder) => path.join(folder, infoFile))
    .find((file) => !/["\\$]/.test(file) && isThere(file, files));
}

function isThere(file: string, files: Files): boolean {
  return files.read(file, limits.fileBytes) !== undefined;
}
