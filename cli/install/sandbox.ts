import path from 'node:path';
import type { HostSurvey } from '@stopgap/agent';

/** A host with what was seen of it. */
export interface FoundHost {
  readonly kind: string;
  readonly name: string;
  readonly survey: HostSurvey;
}

/** What the service must be allowed beyond reading files and reaching feeds. */
export interface Needs {
  /** Folders that it has to write in, none inside another. */
  readonly writes: readonly string[];
  /** Folders below `/etc` that Stopgap makes itself and removes when they are empty; relative to `/etc`. */
  readonly makesInEtc: readonly string[];
  readonly capabilities: readonly Capability[];
  /** Units that it should start after, so that proofs meet a server that answers. */
  readonly after: readonly string[];
}

/** A capability of the kernel (capabilities(7)), and what it is needed for. */
export interface Capability {
  readonly name: string;
  readonly why: string;
}

const everywhere: readonly Capability[] = [
  { name: 'CAP_DAC_OVERRIDE', why: 'configuration and logs that belong to the users of servers' },
  { name: 'CAP_CHOWN', why: 'a file that is written again keeps its owner' },
  { name: 'CAP_FOWNER', why: 'a file that is written again keeps its mode, whoever owns it' },
  { name: 'CAP_KILL', why: 'a server that does not run as root is told to reload' },
];

const byKind: ReadonlyMap<string, { readonly capabilities: readonly Capability[]; readonly after: readonly string[] }> =
  new Map([
    [
      'nginx',
      {
        capabilities: [
          { name: 'CAP_NET_BIND_SERVICE', why: '"nginx -t" binds the ports below 1024 that it finds free' },
        ],
        after: ['nginx.service'],
      },
    ],
    ['apache', { capabilities: [], after: ['apache2.service', 'httpd.service'] }],
    ['php-fpm', { capabilities: [], after: [] }],
  ]);

/** What these hosts need. `always`: folders of the agent's own. Pure. */
export function needsOf(hosts: readonly FoundHost[], always: readonly string[]): Needs {
  const folders = hosts.flatMap(({ survey }) => survey.writes ?? []);
  const made = folders.filter(({ folder, ours }) => ours === true && folder.startsWith('/etc/'));
  const others = folders.filter((one) => !made.includes(one)).map(({ folder }) => folder);
  const kinds = [...new Set(hosts.map(({ kind }) => kind))];
  const php = hosts.flatMap(({ kind, survey }) => (kind === 'php-fpm' ? phpUnit(survey) : []));
  return {
    writes: outermost([...always, ...others]),
    makesInEtc: [...new Set(made.map(({ folder }) => path.posix.relative('/etc', folder)))],
    capabilities: [...everywhere, ...kinds.flatMap((kind) => byKind.get(kind)?.capabilities ?? [])],
    after: [...kinds.flatMap((kind) => byKind.get(kind)?.after ?? []), ...php],
  };
}

/** Debian's unit of a PHP-FPM, by the path of its configuration in what the survey says. */
function phpUnit({ detail }: HostSurvey): readonly string[] {
  const version = /\/etc\/php\/([0-9.]+)\/fpm\//.exec(detail)?.[1];
  return version === undefined ? [] : [`php${version}-fpm.service`];
}

/** Without what is inside another of them, and never all of the machine. */
export function outermost(folders: readonly string[]): readonly string[] {
  const plain = [...new Set(folders.map((folder) => path.posix.normalize(folder).replace(/(?<=.)\/$/, '')))];
  const useful = plain.filter((folder) => folder !== '/' && folder.startsWith('/')).sort();
  return useful.filter((folder) => !useful.some((other) => other !== folder && folder.startsWith(`${other}/`)));
}
