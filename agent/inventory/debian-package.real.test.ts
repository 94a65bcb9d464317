import { silentLog, systemCommands, systemFiles } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { decodeInventoryConfig, takeInventory } from './index.ts';

const tools = { files: systemFiles, commands: systemCommands, log: silentLog };
const present = await systemCommands.run('dpkg', ['--version']).then(
  () => true,
  () => false,
);

describe.skipIf(!present)(
  'the detector debian-package, by the dpkg of this machine (skipped where there is none)',
  () => {
    it('finds dpkg itself, and knows what is not installed as absent', async () => {
      const config = decodeInventoryConfig(
        [
          { product: 'dpkg', detector: 'debian-package', package: 'dpkg', also: ['no-such-package-of-stopgap'] },
          { product: 'nothing', detector: 'debian-package', package: 'no-such-package-of-stopgap' },
          {
            product: 'by-command',
            detector: 'command',
            command: ['dpkg', '--version'],
            pattern: 'version {version} (',
          },
        ],
        'products',
      );
      const { products, problems } = await takeInventory(config, tools);
      expect(products.map(({ product }) => product)).toEqual(['dpkg', 'by-command']);
      expect(products[0]?.build).toBe(products[1]?.build);
      expect([...(products[0]?.packages ?? [])]).toEqual([['dpkg', products[0]?.build]]);
      expect(problems.size).toBe(0);
    });
  },
);
