import { object, optional, whole } from '@stopgap/machine';
import type { Detection, Detector, DetectorTools } from './detector.ts';
import { versionPattern } from './version-pattern.ts';
import { detectorName, matching, productName, roleNames } from './words.ts';

const decode = object({
  product: productName,
  detector: detectorName('file-pattern'),
  file: matching(/^(\/|[A-Za-z]:[\\/])/, 'an absolute path'),
  pattern: versionPattern,
  maxKilobytes: optional(whole(1, 16_384), 1024),
  roles: optional(roleNames, []),
});

/** A file that says which version is installed. No such file: the product is not here. */
export const filePattern: Detector = {
  name: 'file-pattern',
  prepare: (entry, place) => {
    const config = decode(entry, place);
    return async (tools) => detect(config, tools);
  },
};

function detect(config: ReturnType<typeof decode>, { files }: DetectorTools): Detection {
  const { product, file, roles } = config;
  const found = files.read(file, config.maxKilobytes * 1024);
  if (!found) return { presence: 'absent' };
  const build = config.pattern(found.bytes.toString('utf8'));
  const facts = { product, build, roles, updates: [], packages: new Map<string, string>(), source: file };
  if (build !== undefined) return { presence: 'here', facts };
  return { presence: 'here', facts, problem: `${file} is there, but the pattern is not in it; correct the pattern` };
}
