import type { Host } from '@stopgap/agent';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askPool, freePort } from './testing/fastcgi.ts';
import { layOutPhpFpm, phpFpmBinary, poolSection, type RealPhpFpm, takingOut } from './testing/real-php-fpm.ts';

const global = '[global]\nerror_log = DIR/log\ndaemonize = no\nprocess_control_timeout = 10s\ninclude=pool.d/*.conf\n';
const files = {
  'php-fpm.conf': `; the main file\r\n${global}`,
  'pool.d/shop.conf': `; two pools\n\n${poolSection('shop', ';pm.max_requests = 1\nphp_admin_value[error_log] = "a;b"\n')}\n; the other\n${poolSection('blog')}`,
  'pool.d/wiki.conf': `${poolSection('wiki').replaceAll('\n', '\r\n')}; no end of line \xe9`,
};

describe.skipIf(process.getuid?.() !== 0 || !phpFpmBinary)('pools of the real PHP-FPM (as root)', () => {
  let fpm: RealPhpFpm;
  let host: Host;
  const counted = { out: 0, asked: 0, failed: 0 };

  beforeEach(async () => {
    fpm = layOutPhpFpm(files);
    host = fpm.host;
    await fpm.start();
  });

  afterEach(() => fpm.stop());

  afterAll(() => {
    const { out, asked, failed } = counted;
    console.log(
      `php-fpm: pools taken out and put back ${out} times; of ${asked} requests to others meanwhile failed: ${failed}`,
    );
  });

  const bring = async (...names: string[]) => {
    const { changes } = await host.plan(names.map(takingOut), new Map());
    for (const change of changes) await host.perform(change);
    if (changes.length > 0) await host.activate();
    return changes;
  };
  const answers = async (...names: string[]) => await Promise.all(names.map((name) => fpm.ping(name)));
  const texts = () => Object.keys(files).map((name) => fpm.read(name));
  const pong = (name: string) => expect.stringMatching(new RegExp(`pong ${name}$`));

  it.each(['shop', 'blog', 'wiki'])(
    'take %s out and put it back, byte for byte, the others answering',
    async (name) => {
      const before = texts();
      const others = ['shop', 'blog', 'wiki'].filter((one) => one !== name);
      expect(await host.survey()).toMatchObject({ present: true, missing: [] });
      expect(host.accepts(takingOut(name), await host.survey())).toEqual({ accepted: true, notes: [] });
      expect((await bring(name)).length).toBe(1);
      expect(await answers(name, ...others)).toEqual(['ENOENT', ...others.map(pong)]);
      expect(await host.plan([takingOut(name)], new Map())).toMatchObject({
        findings: [{ presence: 'in-place' }],
        changes: [],
      });
      await bring();
      expect(await answers(name, ...others)).toEqual([name, ...others].map(pong));
      expect(texts()).toEqual(before);
      counted.out++;
    },
  );

  it('lose no request to another pool', async () => {
    let going = true;
    const load = ['blog', 'blog', 'wiki'].map(async (name) => {
      while (going) {
        const answer = await fpm.ping(name);
        counted.asked++;
        if (!answer.endsWith(`pong ${name}`)) counted.failed++;
      }
    });
    for (let cycle = 0; cycle < 10; cycle++, counted.out++) {
      await bring('shop');
      await bring();
    }
    going = false;
    await Promise.all(load);
    expect(counted.asked).toBeGreaterThan(100);
    expect(counted.failed).toBe(0);
  });

  it('can all be taken out: one that serves nobody stands in', async () => {
    const before = texts();
    await bring('shop', 'blog', 'wiki');
    expect(await answers('shop', 'blog', 'wiki')).toEqual(['ENOENT', 'ENOENT', 'ENOENT']);
    expect(fpm.runs()).toBe(true);
    expect((await host.survey()).detail).toContain('no pool in service');
    await bring('shop');
    expect(await answers('shop', 'blog', 'wiki', 'stopgap-idle')).toEqual([
      'ENOENT',
      pong('blog'),
      pong('wiki'),
      'ENOENT',
    ]);
    await bring();
    expect(texts()).toEqual(before);
    counted.out++;
  });

  it('stay in service when the configuration is refused, which says why', async () => {
    fpm.write('pool.d/zz.conf', '[zz]\nlisten = DIR/zz.sock\n');
    const { changes } = await host.plan([takingOut('shop')], new Map());
    for (const change of changes) await host.perform(change);
    await expect(host.activate()).rejects.toMatchObject({
      code: 'configuration-refused',
      message: expect.stringContaining('zz'),
    });
    expect(await answers('shop', 'blog')).toEqual([pong('shop'), pong('blog')]);
    const survey = await host.survey();
    expect(host.accepts(takingOut('shop'), survey)).toMatchObject({ state: 'prerequisite-missing' });
  });

  it('are put back into a file that somebody edits meanwhile, and the edit stays', async () => {
    const [, before = ''] = texts();
    const changes = await bring('shop');
    const edited = (text: string) =>
      text.replace('; two pools', '; two pools, mine').replace('max_children = 2', 'max_children = 3');
    fpm.write('pool.d/shop.conf', edited(fpm.read('pool.d/shop.conf')));
    for (const change of [...changes, ...changes]) await host.undo(change);
    await host.activate();
    expect(fpm.read('pool.d/shop.conf')).toBe(edited(before));
    expect(await answers('shop', 'blog')).toEqual([pong('shop'), pong('blog')]);
  });

  it('come back when the agent died before PHP-FPM was told', async () => {
    const before = texts();
    const { changes } = await host.plan([takingOut('shop')], new Map());
    for (const change of changes) await host.perform(change);
    for (const change of changes) await host.undo(change);
    await host.activate();
    expect(texts()).toEqual(before);
    expect(await answers('shop')).toEqual([pong('shop')]);
  });

  it('on a port are let go of, too', async () => {
    const port = await freePort();
    fpm.write('pool.d/port.conf', poolSection('port').replace('DIR/port.sock', `127.0.0.1:${port}`));
    await host.activate();
    const ask = () => askPool({ host: '127.0.0.1', port });
    expect(await ask()).toMatch(/pong port$/);
    await bring('port');
    expect(await ask()).toBe('ECONNREFUSED');
    await bring();
    expect(await ask()).toMatch(/pong port$/);
    counted.out++;
  });
});
