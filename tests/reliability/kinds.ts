import type { HostBed } from '@stopgap/agent/contract';
import { standInBed as apacheBed } from '../../hosts/apache/testing/contract-bed.ts';
import { gatewayBed } from '../../hosts/gateway/testing/contract-bed.ts';
import { iisBed } from '../../hosts/iis/testing/contract-bed.ts';
import { standInBed } from '../../hosts/nginx/testing/contract-bed.ts';
import { standInCompiler } from '../../hosts/nginx/testing/stand-in-compiler.ts';
import { phpFpmBed } from '../../hosts/php-fpm/testing/contract-bed.ts';
import { systemdBed } from '../../hosts/systemd/testing/contract-bed.ts';
import { windowsBed } from '../../hosts/windows-service/testing/contract-bed.ts';

/** A kind of server to try faults on. */
export interface Kind {
  readonly name: string;
  setUp(): Promise<readonly Laid[]> | readonly Laid[];
  /** Actions, as XML, of two mitigations. */
  readonly first: string;
  readonly second: string;
  /** Entries of the snapshot that cannot be put back as they were once the journal and its copy are both gone, and why. */
  readonly unknowable?: { readonly entries: RegExp; readonly why: string };
}

/** A server laid out, and whether its files are on a disk, so that the calls below a write can fail. */
export interface Laid {
  readonly bed: HostBed;
  readonly onDisk: boolean;
}

/** A rule that refuses what holds a word. */
function rule(word: string, scope = '<onSite name="Default Web Site"/>'): string {
  return `<urlRewrite>${scope}<rewrite><rules><rule name="refuse ${word}" stopProcessing="true"><match url=".*"/>
    <conditions><add input="{REQUEST_URI}" pattern="${word}"/></conditions><action type="AbortRequest"/></rule></rules></rewrite></urlRewrite>`;
}

const onDisk = (bed: HostBed): Laid => ({ bed, onDisk: true });
const inMemory = (bed: HostBed): Laid => ({ bed, onDisk: false });
const service = (name: string) => `<service name="${name}"/>`;
const pool = (name: string) => `<appPool name="${name}"/>`;

/** Every kind of host, and several at once. */
export const kinds: readonly Kind[] = [
  { name: 'nginx', setUp: () => [onDisk(standInBed(standInCompiler))], first: rule('one'), second: rule('two') },
  { name: 'gateway', setUp: async () => [onDisk(await gatewayBed())], first: rule('one'), second: rule('two') },
  {
    name: 'iis',
    unknowable: { entries: /^\d pool /, why: 'whether a pool ran: it stays stopped, and starts by itself again' },
    setUp: () => [onDisk(iisBed())],
    first: rule('one') + rule('top', '<onServer/>') + pool('Portal'),
    second: rule('two') + pool('DefaultAppPool') + pool('Portal'),
  },
  { name: 'php-fpm', setUp: () => [onDisk(phpFpmBed())], first: pool('shop') + pool('wiki'), second: pool('blog') },
  {
    name: 'systemd',
    unknowable: { entries: /^\d unit (db|shop)/, why: 'whether a unit ran that nothing starts at boot' },
    setUp: () => [inMemory(systemdBed())],
    first: service('web'),
    second: service('db') + service('web'),
  },
  { name: 'apache, by a folder', setUp: () => [onDisk(apacheBed('folder'))], first: rule('one'), second: rule('two') },
  { name: 'apache, by a line', setUp: () => [onDisk(apacheBed('line'))], first: rule('one'), second: rule('two') },
  {
    name: 'windows-service',
    setUp: () => [inMemory(windowsBed())],
    first: service('MSExchangeHM'),
    second: service('MSExchangeUM') + service('MSExchangeHM'),
  },
  {
    name: 'several at once: nginx, php-fpm and systemd',
    setUp: () => [onDisk(standInBed(standInCompiler)), onDisk(phpFpmBed()), inMemory(systemdBed())],
    first: rule('one') + pool('shop') + service('web'),
    second: service('web') + rule('two') + pool('wiki'),
  },
  {
    name: 'several at once: services of Windows and iis',
    setUp: () => [inMemory(windowsBed()), onDisk(iisBed())],
    first: service('MSExchangeHM') + rule('one') + pool('Portal'),
    second: service('MSExchangeUM') + service('MSExchangeHM') + pool('Portal') + rule('two'),
  },
];
