import { type Commands, type Files, MachineError, silentLog } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { decodeInventoryConfig, takeInventory } from './index.ts';

type Answer = { readonly code?: number; readonly stdout?: string; readonly stderr?: string } | Error;

/** A machine with these files and these answers to commands, by the command line. */
function machine(files: Record<string, string> = {}, answers: Record<string, Answer> = {}) {
  const ran: string[] = [];
  const fakeFiles = {
    read: (file: string, maxBytes = Infinity) => {
      const text = new Map(Object.entries(files)).get(file);
      if (text === undefined) return undefined;
      if (text.length > maxBytes) throw new MachineError('file-too-large', `${file} has ${text.length} bytes`);
      return { bytes: Buffer.from(text), mode: 0o644, uid: 0, gid: 0 };
    },
  } as Partial<Files> as Files;
  const commands: Commands = {
    run: async (file, args) => {
      const line = [file, ...args].join(' ');
      ran.push(line);
      const answer = new Map(Object.entries(answers)).get(line) ?? new Map(Object.entries(answers)).get(file);
      if (answer instanceof Error) throw answer;
      if (!answer) throw missing(file);
      return { code: answer.code ?? 0, stdout: answer.stdout ?? '', stderr: answer.stderr ?? '' };
    },
  };
  return { tools: { files: fakeFiles, commands, log: silentLog }, ran };
}

function missing(file: string): MachineError {
  const cause = Object.assign(new Error(`spawn ${file} ENOENT`), { code: 'ENOENT' });
  return new MachineError('command-not-found', `cannot run ${file}: spawn ${file} ENOENT`, cause);
}

const take = (products: unknown, { tools }: ReturnType<typeof machine> = machine()) =>
  takeInventory(decodeInventoryConfig(products, 'agent.json: products'), tools);

describe('takeInventory', () => {
  it('believes what is declared', async () => {
    const { products, problems } = await take([
      {
        product: 'exchange',
        detector: 'declared',
        build: '15.2.1118.9',
        roles: ['mailbox'],
        updates: ['KB5000871'],
        packages: { a: '1-1' },
      },
    ]);
    expect(products).toEqual([
      {
        product: 'exchange',
        build: '15.2.1118.9',
        roles: ['mailbox'],
        updates: ['KB5000871'],
        packages: new Map([['a', '1-1']]),
        source: 'declared (agent.json: products[0])',
      },
    ]);
    expect(problems.size).toBe(0);
  });

  it('goes on when a detector fails, and tells which and why', async () => {
    const server = machine(
      { '/v': '1.2' },
      { 'dpkg-query': new MachineError('command-timed-out', 'dpkg-query: no end after 30000 ms') },
    );
    const { products, problems } = await take(
      [
        { product: 'nginx', detector: 'debian-package', package: 'nginx' },
        { product: 'shop', detector: 'file-pattern', file: '/v', pattern: '{version}' },
      ],
      server,
    );
    expect(products.map(({ product, build }) => [product, build])).toEqual([['shop', '1.2']]);
    expect([...problems]).toEqual([['nginx', 'detector "debian-package" failed: dpkg-query: no end after 30000 ms']]);
  });

  it('keeps every problem of a product that is looked for in several ways', async () => {
    const failing = { product: 'p', detector: 'file-pattern', file: '/big', pattern: '{version}', maxKilobytes: 1 };
    const { problems } = await take([failing, failing], machine({ '/big': 'x'.repeat(2000) }));
    expect(problems.get('p')?.split('; ')).toHaveLength(2);
  });
});

describe('the detector debian-package', () => {
  const entry = { product: 'nginx', detector: 'debian-package', package: 'nginx', also: ['libnginx-mod-http-lua'] };
  const stdout = 'libnginx-mod-http-lua\tinstalled\t1:0.10.23-1\nnginx\tinstalled\t1.22.1-9+deb12u3\n';

  it('takes the versions of what is installed', async () => {
    const server = machine({}, { 'dpkg-query': { stdout } });
    const { products } = await take([entry], server);
    expect(products[0]).toMatchObject({ build: '1.22.1-9+deb12u3', source: 'Debian package nginx 1.22.1-9+deb12u3' });
    expect([...(products[0]?.packages ?? [])]).toEqual([
      ['libnginx-mod-http-lua', '1:0.10.23-1'],
      ['nginx', '1.22.1-9+deb12u3'],
    ]);
    expect(server.ran[0]).toMatch(/^dpkg-query -W -f=\S+ -- nginx libnginx-mod-http-lua$/);
  });

  it('gives the upstream version where mitigations count dotted numbers', async () => {
    const { products } = await take([{ ...entry, build: 'upstream' }], machine({}, { 'dpkg-query': { stdout } }));
    expect(products[0]?.build).toBe('1.22.1');
  });

  it.each([
    ['is unknown to dpkg', { code: 1, stderr: 'dpkg-query: no packages found matching nginx\n' }],
    ['was removed and left its configuration', { stdout: 'nginx\tconfig-files\t1.22.1-9\n' }],
    ['was never installed', { stdout: 'nginx\tnot-installed\t\n' }],
  ])('knows a package as absent that %s', async (_name, answer) => {
    const { products, problems } = await take([entry], machine({}, { 'dpkg-query': answer }));
    expect([products, problems.size]).toEqual([[], 0]);
  });

  it.each(['triggers-awaited', 'triggers-pending'])('knows a package as installed that is %s', async (status) => {
    const server = machine({}, { 'dpkg-query': { stdout: `nginx\t${status}\t1.22.1-9\n` } });
    expect((await take([entry], server)).products).toMatchObject([{ build: '1.22.1-9' }]);
  });

  it.each(['unpacked', 'half-configured', 'half-installed'])(
    'does not take a package for absent that is %s in an upgrade',
    async (status) => {
      const server = machine({}, { 'dpkg-query': { stdout: `nginx\t${status}\t1.22.1-9\n` } });
      const { products, problems } = await take([entry], server);
      expect(products).toEqual([]);
      expect(problems.get('nginx')).toBe(
        `dpkg has not finished with nginx, which is ${status}; if nobody is at it: dpkg --configure -a`,
      );
    },
  );

  it('does not take a broken dpkg for an absent package', async () => {
    const { problems } = await take(
      [entry],
      machine({}, { 'dpkg-query': { code: 2, stderr: 'dpkg-query: error: parsing file\n' } }),
    );
    expect(problems.get('nginx')).toBe('dpkg-query failed (2): dpkg-query: error: parsing file');
  });
});

describe('the detector file-pattern', () => {
  const entry = { product: 'shop', detector: 'file-pattern', file: '/opt/shop/VERSION', pattern: '<v> {version} </v>' };
  const found = async (text: string, pattern = entry.pattern) =>
    (await take([{ ...entry, pattern }], machine({ '/opt/shop/VERSION': text }))).products[0]?.build;

  it.each([
    ['a <v>\t 1.2.3-rc1  </v> b', '1.2.3-rc1'],
    ['<v> 9 </v>', '9'],
    ['<v> 1.0 <v> 1.1 </v>', '1.1'],
  ])('finds the version in %j', async (text, version) => {
    expect(await found(text)).toBe(version);
  });

  it.each([
    ['Version: {version}', 'Version: 2.0.1.', '2.0.1'],
    ['"version": "{version}"', '{"version": "3.1.4"}', '3.1.4'],
    ['$v = (a|b)*{version}', '$v = (a|b)*5.0', '5.0'],
  ])('takes the pattern %s literally', async (pattern, text, version) => {
    expect(await found(text, pattern)).toBe(version);
  });

  it('ends in time on a text made to keep it busy', async () => {
    expect(await found(`${' '.repeat(300_000)}${'1.'.repeat(150_000)}`, ' v {version} w')).toBeUndefined();
    expect(await found('v 1'.repeat(100_000), 'v {version} w')).toBeUndefined();
  });

  it('knows no file as an absent product, and a file without the pattern as one whose build is not known', async () => {
    expect(await take([entry], machine())).toEqual({ products: [], problems: new Map() });
    const { products, problems } = await take([entry], machine({ '/opt/shop/VERSION': '<v> none </v>' }));
    expect(products).toMatchObject([{ product: 'shop', build: undefined, source: '/opt/shop/VERSION' }]);
    expect(problems.get('shop')).toMatch(/VERSION is there, but the pattern is not in it; correct the pattern/);
  });

  it('reads no more of a file than is allowed', async () => {
    const { products, problems } = await take(
      [{ ...entry, maxKilobytes: 1 }],
      machine({ '/opt/shop/VERSION': 'x'.repeat(1025) }),
    );
    expect(products).toEqual([]);
    expect(problems.get('shop')).toMatch(/has 1025 bytes/);
  });
});

describe('the detector command', () => {
  const entry = {
    product: 'nginx',
    detector: 'command',
    command: ['nginx', '-v'],
    pattern: 'nginx version: nginx/{version}',
  };

  it('reads what is printed, on either output', async () => {
    const { products } = await take([entry], machine({}, { 'nginx -v': { stderr: 'nginx version: nginx/1.22.1\n' } }));
    expect(products).toMatchObject([{ build: '1.22.1', source: 'nginx -v' }]);
  });

  it('reads one output where asked to', async () => {
    const server = machine(
      {},
      { 'nginx -v': { stdout: 'nginx version: nginx/1.1', stderr: 'nginx version: nginx/2.2' } },
    );
    expect((await take([{ ...entry, output: 'stderr' }], server)).products[0]?.build).toBe('2.2');
    expect((await take([{ ...entry, output: 'stdout' }], server)).products[0]?.build).toBe('1.1');
  });

  it('knows a program that is not there as an absent product, and one that may not be run as a problem', async () => {
    expect(await take([entry])).toEqual({ products: [], problems: new Map() });
    const denied = new MachineError(
      'command-not-found',
      'cannot run nginx: EACCES',
      Object.assign(new Error(), { code: 'EACCES' }),
    );
    expect((await take([entry], machine({}, { nginx: denied }))).problems.get('nginx')).toMatch(/EACCES/);
  });

  it('says what is wrong when the pattern is not in the output', async () => {
    const { products, problems } = await take([entry], machine({}, { nginx: { code: 3, stdout: 'usage' } }));
    expect(products).toMatchObject([{ product: 'nginx', build: undefined }]);
    expect(problems.get('nginx')).toBe(
      'the pattern is not in what "nginx -v" printed (exit code 3); correct the pattern',
    );
  });
});

describe('the configuration of products', () => {
  it.each([
    ['no list', {}, /^agent\.json: products: expected a list/],
    ['an entry that is none', ['exchange'], /^agent\.json: products\[0\]: expected an object/],
    [
      'no detector',
      [{ product: 'a' }],
      /^agent\.json: products\[0\]\.detector: expected one of "declared", .*found undefined/,
    ],
    ['an unknown detector', [{ product: 'a', detector: 'magic' }], /found "magic"/],
    [
      'a setting of another detector',
      [{ product: 'a', detector: 'declared', file: '/x' }],
      /products\[0\]: unknown key "file"; known are product, detector, build/,
    ],
    ['no product', [{ detector: 'declared' }], /products\[0\]\.product: expected/],
    [
      'a product in capitals',
      [{ product: 'Exchange', detector: 'declared' }],
      /products\[0\]\.product: expected a product name in lower case/,
    ],
    [
      'a role in capitals',
      [{ product: 'a', detector: 'declared', roles: ['Edge'] }],
      /products\[0\]\.roles\[0\]: expected a role/,
    ],
    [
      'a package that is an option',
      [{ product: 'a', detector: 'debian-package', package: '--admindir=/x' }],
      /package: expected the name of a Debian package/,
    ],
    [
      'a relative file',
      [{ product: 'a', detector: 'file-pattern', file: 'x', pattern: '{version}' }],
      /file: expected an absolute path/,
    ],
    [
      'a pattern without a version',
      [{ product: 'a', detector: 'file-pattern', file: '/x', pattern: 'v' }],
      /pattern: write \{version\} once/,
    ],
    [
      'a pattern with two',
      [{ product: 'a', detector: 'file-pattern', file: '/x', pattern: '{version}{version}' }],
      /pattern: write \{version\} once/,
    ],
    [
      'a command as a line',
      [{ product: 'a', detector: 'command', command: 'nginx -v', pattern: '{version}' }],
      /command: expected a list/,
    ],
    [
      'an empty command',
      [{ product: 'a', detector: 'command', command: [], pattern: '{version}' }],
      /command: expected a program/,
    ],
    [
      'a key named as a property',
      [{ product: 'a', detector: 'declared', constructor: 1 }],
      /unknown key "constructor"/,
    ],
  ])('is refused, naming the place, that has %s', (_name, products, message) => {
    expect(() => decodeInventoryConfig(products, 'agent.json: products')).toThrow(message);
  });

  it('may be empty', () => {
    expect(decodeInventoryConfig([], 'x')).toEqual([]);
  });
});
