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
  const packages = readPackages(stdout);
  const version = packages.get(config.package);
  if (version === undefined) return { presence: 'absent' };
  const build = config.build === 'upstream' ? parseDebian(version)?.upstream : version;
  const source = `Debian package ${config.package} ${version}`;
  return { presence: 'here', facts: { product, build, roles, updates: [], packages, source } };
}

/** Installed ones only: dpkg also lists what was removed with its configuration left. */
function readPackages(output: string): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [name, status, version] = line.split('\t');
    if (name && version && status === 'installed') packages.set(name, version);
  }
  return packages;
}
