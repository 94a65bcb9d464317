import type { HostSurvey } from '@stopgap/agent';
import type { Commands } from '@stopgap/machine';
import { endpointsOf } from './endpoints.ts';
import { type Installation, testConfiguration } from './running/binary.ts';
import { httpBlocks, protectedServers, serverBlocks } from './syntax/blocks.ts';
import type { ConfigTree } from './syntax/tree.ts';
import { weaknessesIn } from './weaknesses.ts';
import { writtenFolders } from './written-folders.ts';

type Missing = HostSurvey['missing'][number];

/** What a survey looks at. */
export interface Surveyed {
  readonly installation: Installation;
  readonly tree: ConfigTree;
  readonly sites: readonly string[] | undefined;
  /** Process id; `undefined`: nginx does not run. */
  readonly master: number | undefined;
  readonly hostname: string;
  /** Our own part is damaged, so that a failed test may be our fault, and our next change mends it. */
  readonly damaged: boolean;
}

/** Everything about an nginx whose configuration can be read. */
export async function surveyTree(surveyed: Surveyed, commands: Commands): Promise<HostSurvey> {
  const { installation, tree, sites, master, hostname, damaged } = surveyed;
  const { version } = installation.build;
  const servers = serverBlocks(tree);
  const wanted = protectedServers(servers, sites);
  const complaint = damaged ? undefined : await testConfiguration(installation, commands);
  const state = master === undefined ? 'not running' : `running as process ${master}`;
  const running = master !== undefined;
  const blocks = `${wanted.length} of ${servers.length} server blocks to protect`;
  const unknown = unknownSites(tree, sites).map((site) => `, no server block is named ${site}`);
  return {
    present: true,
    detail: `nginx ${version}, ${installation.configFile}, ${blocks}${unknown.join('')}, ${state}`,
    version,
    missing: [
      ...missingModules(installation),
      ...missingBlocks(tree, sites),
      ...(complaint === undefined ? [] : [refused(installation, complaint)]),
    ],
    weaknesses: weaknessesIn(tree, wanted),
    endpoints: running ? endpointsOf(servers, wanted, { version, hostname }) : [],
    writes: writtenFolders(installation, tree),
  };
}

function refused({ binary, args }: Installation, complaint: string): Missing {
  return {
    what: `nginx refuses its own configuration: ${complaint}`,
    remedy: `correct it until this succeeds: ${[binary, ...args, '-t'].map(forShell).join(' ')}`,
  };
}

function forShell(word: string): string {
  return /^[\w./:=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Modules that rules need and that a build can leave out. */
function missingModules({ build }: Installation): readonly Missing[] {
  const needed = ['http', 'http_map_module', 'http_rewrite_module', 'pcre'];
  return needed
    .filter((name) => build.options.has(`without-${name}`))
    .map((name) => ({
      what: `this nginx was built --without-${name}`,
      remedy: 'install a build that has it; the packages of the distributions and of nginx.org do',
    }));
}

function missingBlocks(tree: ConfigTree, sites: readonly string[] | undefined): readonly Missing[] {
  if (httpBlocks(tree).length === 0) {
    return [{ what: 'there is no http block', remedy: 'nothing to protect here; take this host out of agent.json' }];
  }
  if (sites === undefined) {
    const none = serverBlocks(tree).length === 0;
    return none ? [{ what: 'there is no server block', remedy: 'rules are put in as soon as there is one' }] : [];
  }
  if (protectedServers(serverBlocks(tree), sites).length > 0) return [];
  return [
    {
      what: `no server block is named ${sites.join(' or ')}`,
      remedy: 'correct "sites" of the nginx host in agent.json, or add the server block',
    },
  ];
}

/** Configured names that no server block has; the others are protected meanwhile. */
function unknownSites(tree: ConfigTree, sites: readonly string[] | undefined): readonly string[] {
  const names = new Set(serverBlocks(tree).flatMap((server) => server.names.map((name) => name.toLowerCase())));
  return (sites ?? []).filter((site) => site !== '' && !names.has(site.toLowerCase()));
}
