import { listPaths } from './sources.ts';

/**
 * Who may know whom. A room is an npm workspace; this table is the architecture, and `rooms.test.ts` fails on any import
 * that is not in it.
 */
export interface RoomRules {
  /** Rooms it may load. */
  readonly rooms: readonly string[];
  /** Rooms of which it may name types, no more. */
  readonly typesOf?: readonly string[];
  /** Packages from outside. */
  readonly packages: readonly string[];
  /** Node modules that reach the world (`effects` below); all others are free. */
  readonly effects: readonly string[];
}

/** Node's modules through which a room could touch files, processes, networks or databases, or hide what it loads. */
export const effects: ReadonlySet<string> = new Set([
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'fs',
  'http',
  'http2',
  'https',
  'inspector',
  'module',
  'net',
  'readline',
  'repl',
  'sqlite',
  'tls',
  'vm',
  'wasi',
  'worker_threads',
]);

const hosts = listPaths(['hosts/*/package.json']).map((file) => file.replace('/package.json', ''));
const belowCli = ['agent', 'feed', 'gateway', ...hosts, 'machine', 'mitigation', 'rewrite'];

/** Every kind of host: no other host, no feed, and the world only through what it is handed. */
const hostRules: RoomRules = { rooms: ['agent', 'machine', 'mitigation', 'rewrite', 'xml'], packages: [], effects: [] };

/** By folder. */
export const roomTable: ReadonlyMap<string, RoomRules> = new Map<string, RoomRules>([
  ['machine', { rooms: [], packages: [], effects: ['child_process', 'fs'] }],
  ['xml', { rooms: [], packages: ['@rgrove/parse-xml'], effects: [] }],
  ['rewrite', { rooms: ['xml'], packages: ['@eslint-community/regexpp'], effects: [] }],
  ['mitigation', { rooms: ['rewrite', 'xml'], packages: ['libxml2-wasm'], effects: ['fs'] }],
  [
    'feed',
    {
      rooms: ['machine', 'xml'],
      packages: ['@tufjs/canonical-json', '@tufjs/models', 'tuf-js', 'xml-crypto'],
      effects: ['dns', 'fs', 'http', 'net', 'sqlite', 'tls'],
    },
  ],
  [
    'agent',
    {
      rooms: ['machine', 'mitigation'],
      typesOf: ['rewrite'],
      packages: [],
      effects: ['fs', 'http', 'https', 'net', 'sqlite'],
    },
  ],
  ['gateway', { rooms: ['machine', 'rewrite'], packages: ['undici'], effects: ['fs', 'http', 'https', 'net'] }],
  ...hosts.map((host) => [host, hostRules] as const),
  ['hosts/gateway', { ...hostRules, rooms: [...hostRules.rooms, 'gateway'] }],
  ['cli', { rooms: belowCli, packages: ['diff'], effects: ['fs', 'module', 'readline'] }],
  [
    'standalone',
    { rooms: ['cli', ...belowCli], packages: [], effects: ['child_process', 'fs', 'http', 'module', 'net'] },
  ],
]);

/** What a test may load besides what its room may. */
export const testPackages: readonly string[] = ['fast-check', 'vitest'];

/**
 * Every package from outside that ends up in the process that runs as root, dependencies of dependencies included. A new
 * line here needs a decision in `docs/decisions/`.
 */
export const agentPackages: readonly string[] = [
  '@eslint-community/regexpp',
  '@gar/promise-retry',
  '@rgrove/parse-xml',
  '@tufjs/canonical-json',
  '@tufjs/models',
  '@xmldom/is-dom-node',
  '@xmldom/xmldom',
  'balanced-match',
  'brace-expansion',
  'debug',
  'libxml2-wasm',
  'minimatch',
  'ms',
  'tuf-js',
  'xml-crypto',
  'xpath',
];

/** Where the agent's process starts; everything it could ever load is reached from here. */
export const agentEntries: readonly string[] = [
  'agent/index.ts',
  'cli/commands/agent.ts',
  'feed/index.ts',
  'feed/ocs/index.ts',
  'hosts/*/index.ts',
];
