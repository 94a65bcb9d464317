// Sees to it that what the real tests start is on this machine: installs what is missing from Debian's packages where
// it may (root, apt-get), and says what to run where it may not. Asks nothing; starts none of the installed services.
//
//   node scripts/debian-packages.ts           what the tests need
//   node scripts/debian-packages.ts bench     that, and what the benches need
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

type Purpose = 'tests' | 'bench';

interface WantedPackage {
  readonly name: string;
  /** A file that is there once the package is. */
  readonly file: string;
  readonly purpose: Purpose;
  readonly reason: string;
}

/** All that is ever installed, each with its reason. */
const wantedPackages: readonly WantedPackage[] = [
  {
    name: 'apache2',
    file: '/usr/sbin/apache2',
    purpose: 'tests',
    reason: 'rules are proven on the real Apache httpd',
  },
  { name: 'nginx', file: '/usr/sbin/nginx', purpose: 'tests', reason: 'rules are proven on the real nginx' },
  {
    name: 'softhsm2',
    file: '/usr/bin/softhsm2-util',
    purpose: 'tests',
    reason: 'a feed is signed with a key on a token (PKCS#11), which this one plays',
  },
  {
    name: 'opensc',
    file: '/usr/bin/pkcs11-tool',
    purpose: 'tests',
    reason: 'the signer of docs/publishing.md is its pkcs11-tool',
  },
  {
    name: 'systemd',
    file: '/lib/systemd/systemd',
    purpose: 'tests',
    reason: 'tests/host-machine boots it, in namespaces of its own',
  },
  {
    name: 'iproute2',
    file: '/usr/sbin/ip',
    purpose: 'tests',
    reason: 'a bundle is taken in a network namespace, whose loopback it brings up',
  },
  {
    name: 'php-fpm',
    file: '/usr/share/doc/php-fpm',
    purpose: 'tests',
    reason: 'pools are taken out of the real PHP-FPM, and put back',
  },
  {
    name: 'libnginx-mod-http-modsecurity',
    file: '/usr/lib/nginx/modules/ngx_http_modsecurity_module.so',
    purpose: 'bench',
    reason: 'compiled rules are measured beside it',
  },
  {
    name: 'modsecurity-crs',
    file: '/usr/share/modsecurity-crs/owasp-crs.load',
    purpose: 'bench',
    reason: 'compiled rules are measured beside it',
  },
  { name: 'wrk', file: '/usr/bin/wrk', purpose: 'bench', reason: 'benches load real servers with it' },
];

const aptGet = '/usr/bin/apt-get';
const installArguments = [
  'install',
  '--yes',
  '--quiet',
  '--no-install-recommends',
  '--option=Dpkg::Options::=--force-confold',
  '--option=DPkg::Lock::Timeout=300',
];

const purposes: readonly Purpose[] = process.argv[2] === 'bench' ? ['tests', 'bench'] : ['tests'];
process.exitCode = provide(missing(purposes));

function missing(purposes: readonly Purpose[]): readonly WantedPackage[] {
  return wantedPackages.filter((one) => purposes.includes(one.purpose) && !existsSync(one.file));
}

/** Answers the exit code. */
function provide(packages: readonly WantedPackage[]): number {
  if (packages.length === 0) return 0;
  const names = packages.map((one) => one.name);
  for (const one of packages) console.error(`stopgap: ${one.name} is not installed (${one.file}): ${one.reason}`);
  const apt = existsSync(aptGet);
  if (!apt || process.getuid?.() !== 0) {
    const command = `apt-get update && apt-get install --no-install-recommends ${names.join(' ')}`;
    const remedy = apt
      ? `run as root: ${command}`
      : 'install what gives you these files; on Debian or Ubuntu: '.concat(command);
    console.error(`stopgap: ${remedy}`);
    return 1;
  }
  console.error(`stopgap: apt-get install --no-install-recommends ${names.join(' ')} …`);
  const failure = withServicesHeldBack(() => install(names));
  const still = packages.filter((one) => !existsSync(one.file));
  if (failure) console.error(`stopgap: apt-get failed; run it by hand to see more.\n${failure}`);
  else for (const one of still) console.error(`stopgap: ${one.name} was installed, but ${one.file} is not there`);
  return failure || still.length > 0 ? 1 : 0;
}

/** Answers what apt-get said when it failed. The package lists are fetched only when those at hand do not do. */
function install(names: readonly string[]): string | undefined {
  const first = run([...installArguments, ...names]);
  if (!first) return undefined;
  return run(['update', '--quiet']) ?? run([...installArguments, ...names]);
}

function run(args: readonly string[]): string | undefined {
  const result = spawnSync(aptGet, args, {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', ...proxies(), DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return result.status === 0 ? undefined : `${result.stdout}${result.stderr}${result.error?.message ?? ''}`;
}

function proxies(): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/**
 * Debian's packages start their services when installed, unless `policy-rc.d` says no (exit 101). Ours says no while we
 * install; one that the machine has already is left to decide. One that a killed run of ours left behind is taken over.
 */
function withServicesHeldBack<T>(work: () => T): T {
  const policy = '/usr/sbin/policy-rc.d';
  const text =
    '#!/bin/sh\n# Put here by scripts/debian-packages.ts of stopgap while it installs; may be deleted.\nexit 101\n';
  const machines = existsSync(policy) && readFileSync(policy, 'utf8') !== text;
  if (machines) return work();
  writeFileSync(policy, text, { mode: 0o755 });
  try {
    return work();
  } finally {
    rmSync(policy, { force: true });
  }
}
