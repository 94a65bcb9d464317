import { listOf, object, oneOf, optional } from '@stopgap/machine';
import { parseDebian } from '@stopgap/mitigation';
import type { Detection, Detector, DetectorTools } from './detector.ts';
import { firstLine } from './first-line.ts';
import { detectorName, packageName, productName, roleNames } from './words.ts';

const decode = object({
  product: productName,
  detector: detectorName('debian-package'),
  /** The package whose version is the product's build. */
  package: packageName,
  /** Further packages whose versions mitigations may name as fixes. */
  also: optional(listOf(packageName, 64), []),
  /** `package`: `1.22.1-9+deb12u3` whole. `upstream`: without epoch and Debian revision, `1.22.1`. */
  build: optional(oneOf('package', 'upstream'), 'package'),
  roles: optional(roleNames, []),
});

/** Versions of installed Debian packages, by dpkg. */
export const debianPackage: Detector = {
  name: 'debian-package',
  prepare: (entry, place) => {
    const config = decode(entry, place);
    return (tools) => detect(config, tools);
  },
};

async function detect(config: ReturnType<typeof decode>, { commands }: DetectorTools): Promise<Detection> {
  const { product, roles } = config;
  // Names that are not installed only change the exit code (to 1).
  const form = '-f=${Package}\\t${db:Status-Status}\\t${Version}\\n';
  const names = [config.package, ...config.also];
  const { code, stdout, stderr } = await commands.run('dpkg-query', ['-W', form, '--', ...names]);
  if (code !== 0 && code !== 1) {
    return { presence: 'unknown', problem: `dpkg-query failed (${code}): ${firstLine(stderr)}` };
  }
  const known = readPackages(stdout);
  const state = known.get(config.package);
  if (state && underWay.has(state.status)) {
    const problem = `dpkg has not finished with ${config.package}, which is ${state.status}; if nobody is at it: dpkg --configure -a`;
    return { presence: 'unknown', problem };
  }
  const whole = [...known].filter(([, { status }]) => installed.has(status));
  const packages = new Map(whole.map(([name, { version }]) => [name, version]));
  const version = packages.get(config.package);
  if (version === undefined) return { presence: 'absent' };
  const build = config.build === 'upstream' ? parseDebian(version)?.upstream : version;
  const source = `Debian package ${config.package} ${version}`;
  return { presence: 'here', facts: { product, build, roles, updates: [], packages, source } };
}

/** dpkg(1), "Package states": a package whose triggers wait is there as a whole. */
const installed: ReadonlySet<string> = new Set(['installed', 'triggers-awaited', 'triggers-pending']);
/** In the middle of an upgrade, or of one that broke off: what runs may be the old version or the new one. */
const underWay: ReadonlySet<string> = new Set(['unpacked', 'half-configured', 'half-installed']);

/** dpkg also lists what was removed with its configuration left. */
function readPackages(output: string): ReadonlyMap<string, { readonly status: string; readonly version: string }> {
  const packages = new Map<string, { status: string; version: string }>();
  for (const line of output.split('\n')) {
    const [name, status, version] = line.split('\t');
    if (name && status && version !== undefined) packages.set(name, { status, version });
  }
  return packages;
}
