import type { ParseArgsOptionsConfig } from 'node:util';
import { type AgentConfig, readAgentConfig, refuseUnsafeFolder, statePaths } from '@stopgap/agent';
import { systemFiles } from '@stopgap/machine';
import { CliError } from './exit.ts';
import { stateFolderOf } from './options.ts';

/** Options of commands that also work on the files of a server that is not running. */
export const imageOptions = {
  root: { type: 'string' },
  product: { type: 'string', multiple: true },
} as const satisfies ParseArgsOptionsConfig;

/** Their lines in a command's help. */
export const imageHelp: readonly string[] = [
  '--root DIR       DIR stands for the system drive of a server that is not running: files only, no services',
  '--product P=B    with --root: what is installed there, e.g. exchange=15.1.2507.12',
];

/** The server that a command is about. */
export interface Server {
  readonly stateFolder: string;
  readonly config: AgentConfig;
  /** An image has no service that could be asked. */
  readonly running: boolean;
  /** The folder that an image is in. */
  readonly root?: string;
}

type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** This server, or the one whose files are in `--root`. Throws `CliError`, and what reading `agent.json` throws. */
export function serverOf(values: Values, env: Readonly<Record<string, string | undefined>>): Server {
  const stateFolder = stateFolderOf(word(values['state-dir']), env);
  const root = word(values.root);
  const products = Array.isArray(values.product) ? values.product.map(String) : [];
  if (root === undefined) {
    if (products.length > 0)
      throw new CliError('--product goes with --root; what is on this server is said in agent.json');
    return { stateFolder, config: readAgentConfig(systemFiles, stateFolder), running: true };
  }
  return { stateFolder, config: imageConfig(root, products, stateFolder), running: false, root };
}

/** Feeds and policy are those of the state folder, where it has any; the only host is the image. */
function imageConfig(root: string, products: readonly string[], stateFolder: string): AgentConfig {
  const paths = statePaths(stateFolder);
  systemFiles.makeFolder(stateFolder);
  refuseUnsafeFolder(stateFolder);
  const known = systemFiles.read(paths.config) ? readAgentConfig(systemFiles, stateFolder) : undefined;
  return {
    feeds: known?.feeds ?? [],
    hosts: [{ ...variablesOf(known?.hosts ?? []), kind: 'iis', root }],
    products: products.map(declared),
    policy: known?.policy ?? { organisation: paths.organisationPolicy, server: paths.serverPolicy },
    everyMinutes: 60,
    health: [],
    notify: [],
  };
}

/** Variables in physical paths, as the iis host of this server's own configuration names them. */
function variablesOf(hosts: readonly unknown[]): object {
  for (const host of hosts) {
    if (typeof host !== 'object' || host === null || !('kind' in host) || host.kind !== 'iis') continue;
    return 'variables' in host ? { variables: host.variables } : {};
  }
  return {};
}

function declared(text: string): object {
  const match = /^([a-z][a-z0-9-]*)=([0-9A-Za-z.+:~-]+)$/.exec(text);
  if (!match) throw new CliError(`--product ${text}: expected for example exchange=15.1.2507.12`);
  return { product: match[1], detector: 'declared', build: match[2] };
}

function word(value: Values[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
