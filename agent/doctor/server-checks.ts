import { type Check, counted, orWell, type Problem } from './check.ts';
import type { HostFacts, ServiceFacts } from './facts.ts';

const leastFree = 100 * 1024 * 1024;

/** Hosts, products, places that are written to, the service. */
export const serverChecks: readonly Check[] = [
  {
    code: 'hosts',
    severity: 'failed',
    title: 'hosts',
    why: 'A mitigation is applied on hosts; where one is missing, what is meant for it is unsupported.',
    remedy: 'correct "hosts" in agent.json',
    examine: ({ hosts, configTrouble }) => {
      if (configTrouble !== undefined && hosts.length === 0) return 'skipped';
      if (hosts.length === 0)
        return [{ what: 'no host is configured', remedy: 'sudo stopgap agent install finds them' }];
      return orWell(hosts.flatMap(absence), hosts.map(({ survey }) => detailOf(survey)).join('; '));
    },
  },
  {
    code: 'prerequisites',
    severity: 'failed',
    title: 'prerequisites of hosts',
    why: 'A host that lacks something takes no mitigations; they wait as prerequisite-missing.',
    remedy: 'install or correct what is named',
    examine: ({ hosts }) => {
      const present = hosts.flatMap((host) => (isPresent(host) ? [host] : []));
      if (present.length === 0) return 'skipped';
      const lacking = present.flatMap(({ name, survey }) =>
        survey.missing.map(({ what, remedy }) => ({ what: `${name}: ${what}`, remedy })),
      );
      return orWell(lacking, 'nothing is missing');
    },
  },
  {
    code: 'weaknesses',
    severity: 'warning',
    title: 'ways past the rules',
    why: 'What the server itself does with some requests before any rule is asked, no mitigation can refuse.',
    remedy: 'change what is named in the settings of the server',
    examine: ({ hosts }) => {
      const present = hosts.flatMap((host) => (isPresent(host) ? [host] : []));
      if (present.length === 0) return 'skipped';
      const weak = present.flatMap(({ name, survey }) =>
        (survey.weaknesses ?? []).map(({ what, remedy }) => ({ what: `${name}: ${what}`, remedy })),
      );
      return orWell(weak, 'none is known');
    },
  },
  {
    code: 'proofs',
    severity: 'warning',
    title: 'places to prove at',
    why: 'Where no server answers, a mitigation is applied but cannot be proven.',
    remedy: 'start the server',
    examine: ({ hosts }) => {
      const web = hosts.flatMap((host) => (isPresent(host) && webKinds.has(host.kind) ? [host] : []));
      if (web.length === 0) return 'skipped';
      const silent = web.filter(({ survey }) => survey.endpoints.length === 0);
      const count = web.reduce((sum, { survey }) => sum + survey.endpoints.length, 0);
      return orWell(
        silent.map(({ name, survey }) => ({ what: `${name} answers nowhere: ${survey.detail}` })),
        `at ${count === 1 ? 'one address' : `${count} addresses`}`,
      );
    },
  },
  {
    code: 'products',
    severity: 'warning',
    title: 'products',
    why: 'A mitigation is applied only where its product is found, in a build that is affected.',
    remedy: 'name them under "products" in agent.json',
    examine: ({ products, productProblems }) => {
      if (products === undefined) return 'skipped';
      const problems = [...productProblems].map(([product, why]) => ({ what: `${product}: ${why}` }));
      if (problems.length === 0 && products.length === 0) return [{ what: 'no product was found' }];
      return orWell(problems, products.map(({ product, build }) => `${product} ${build}`).join(', '));
    },
  },
  {
    code: 'write-access',
    severity: 'failed',
    title: 'write access',
    why: 'What cannot be written cannot be changed: the mitigation fails and is taken back.',
    remedy: 'correct the rights of the folder, or how it is mounted',
    examine: ({ places, root }) => {
      if (places.length === 0 || !root) return 'skipped';
      const closed = places.filter(({ exists, writable, ours }) => !writable && (exists || !ours));
      return orWell(
        closed.map(({ folder, why, exists }) => ({
          what: `${folder} ${exists ? 'cannot be written' : 'is not there'} (${why})`,
        })),
        counted(places.length, 'folder'),
      );
    },
  },
  {
    code: 'disk-space',
    severity: 'failed',
    title: 'disk space',
    why: 'Files are written whole beside the old ones before they replace them, and the journal must be able to grow.',
    remedy: 'free space on it',
    examine: ({ places }) => {
      const known = places.filter(({ freeBytes }) => freeBytes !== undefined);
      if (known.length === 0) return 'skipped';
      const full = known.filter(({ freeBytes = 0 }) => freeBytes < leastFree);
      const least = Math.min(...known.map(({ freeBytes = 0 }) => freeBytes));
      return orWell(
        full.map(({ folder, freeBytes = 0 }) => ({ what: `${folder}: ${megabytes(freeBytes)} free` })),
        `at least ${megabytes(least)} free everywhere`,
      );
    },
  },
  {
    code: 'service',
    severity: 'failed',
    title: 'service',
    why: 'Only a service that runs protects this server without a person.',
    remedy: 'sudo stopgap agent install',
    examine: ({ service }) => {
      if (!service) return 'skipped';
      if (!service.installed) return [{ what: 'the agent is not installed as a service' }];
      return orWell(serviceProblems(service), 'runs, and starts with this machine');
    },
  },
  {
    code: 'sandbox',
    severity: 'failed',
    title: 'sandbox of the service',
    why: 'The service may write only where its unit lets it; a host that was added since is not among these places.',
    remedy: 'sudo stopgap agent install',
    examine: ({ service, places }) => {
      const { mayWrite } = service ?? {};
      if (!service?.installed || mayWrite === undefined) return 'skipped';
      const shut = places.filter(({ folder }) => !mayWrite.some((open) => isInside(folder, open)));
      return orWell(
        shut.map(({ folder, why }) => ({ what: `the unit does not let it write to ${folder} (${why})` })),
        `open for ${counted(places.length, 'folder')}`,
      );
    },
  },
];

/** Installed is not running, and stopped by somebody is not failed. */
function serviceProblems({ active, enabled, failed, task }: ServiceFacts): readonly Problem[] {
  const what =
    failed === undefined ? 'the service is installed, but does not run' : `the service has failed: ${failed}`;
  const start = task
    ? 'stopgap agent run shows what is wrong; then: schtasks /Run /TN Stopgap'
    : 'journalctl -u stopgap; then: systemctl start stopgap';
  const enable = task ? 'schtasks /Change /TN Stopgap /ENABLE' : 'systemctl enable stopgap';
  return [
    ...(active ? [] : [{ what, remedy: start }]),
    ...(enabled ? [] : [{ what: 'the service does not start with this machine', remedy: enable }]),
  ];
}

const webKinds = new Set(['nginx', 'apache', 'gateway', 'iis']);

function absence({ name, survey }: HostFacts): readonly Problem[] {
  if (typeof survey === 'string') return [{ what: `${name} cannot be looked at: ${survey}` }];
  if (survey.present) return [];
  return [{ what: `${name} is configured, but not here: ${survey.detail}` }];
}

function isPresent(host: HostFacts): host is HostFacts & { readonly survey: Exclude<HostFacts['survey'], string> } {
  return typeof host.survey !== 'string' && host.survey.present;
}

function detailOf(survey: HostFacts['survey']): string {
  return typeof survey === 'string' ? survey : survey.detail;
}

/** Whether a folder is the open one or below it. */
function isInside(folder: string, open: string): boolean {
  return folder === open || folder.startsWith(open.endsWith('/') ? open : `${open}/`);
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 / 1024).toLocaleString('en')} MiB`;
}
