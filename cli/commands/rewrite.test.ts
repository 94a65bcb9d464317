import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '@stopgap/machine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../main.ts';
import { styleFor } from '../print/style.ts';

const root = path.join(import.meta.dirname, '../..');
const samples = path.join(root, 'rewrite/samples');
const features = fs.readdirSync(samples, { withFileTypes: true }).filter((one) => one.isDirectory());

/** Runs the command line in this process. */
async function run(args: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const status = await main(['rewrite', ...args], {
    env: {},
    clock: systemClock,
    style: styleFor({}, {}),
    width: undefined,
    print: (text) => {
      stdout += text;
    },
    tell: (text) => {
      stderr += text;
    },
    signal: new AbortController().signal,
    actor: 'test',
  });
  return { status, stdout, stderr };
}

/** Runs the real command line in a process of its own. */
function stopgap(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(path.join(root, 'bin/stopgap'), ['rewrite', ...args], {
    input,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

const configOf = (feature: string): string => {
  const files = ['web.config', 'applicationHost.config'].map((name) => path.join(samples, feature, name));
  return files.find((file) => fs.existsSync(file)) ?? '';
};
const read = (feature: string, file: string) => fs.readFileSync(path.join(samples, feature, file), 'utf8');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-rewrite-cli-'));
const broken = path.join(folder, 'web.config');
const dear = path.join(folder, 'dear.config');
beforeAll(() => {
  fs.writeFileSync(
    broken,
    '<configuration><system.webServer><rewrite>\n  <rules><rule name="r"><match url="^/{C:1}"/></rule></rules>\n</rewrite></system.webServer></configuration>',
  );
  fs.writeFileSync(
    dear,
    '<rewrite><rules><rule name="twice"><match url="^(.+)/\\1$"/><action type="AbortRequest"/></rule></rules></rewrite>',
  );
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('stopgap rewrite eval', () => {
  it.each(features.map(({ name }) => name))('answers the sample "%s" as written down', async (name) => {
    const answers = await run([
      'eval',
      '--config',
      configOf(name),
      '--requests',
      path.join(samples, name, 'requests.jsonl'),
    ]);
    expect(answers.stderr).toBe('');
    expect(answers.stdout.split('\n')).toEqual(read(name, 'answers.jsonl').split('\n'));
    expect(answers.status).toBe(0);
  });

  it('has a sample for at least nine features, each with several requests', () => {
    expect(features.length).toBeGreaterThanOrEqual(9);
    for (const { name } of features) expect(read(name, 'requests.jsonl').trim().split('\n').length).toBeGreaterThan(3);
  });

  it('reads requests from standard input', () => {
    const { stdout } = stopgap(
      ['eval', '--config', configOf('levels'), '--requests', '-'],
      '\ufeff{"id":7,"url":"/a.old"}\r\n',
    );
    expect(JSON.parse(stdout)).toMatchObject({ id: 7, outcome: 'rewrite', url: '/a.new' });
  });

  it('answers an unusable configuration with one line and exit 2', () => {
    const { status, stdout } = stopgap(['eval', '--config', broken, '--requests', '-'], '{"url":"/"}\n{"url":"/"}\n');
    const { reason, ...place } = JSON.parse(stdout);
    expect([status, place]).toEqual([2, { outcome: 'invalid-config', line: 2, column: 32 }]);
    expect(reason).toContain('write \\{');
  });

  it.each([
    [['eval', '--requests', '-'], /--config FILE is missing/],
    [['eval', '--config', 'no-such-file', '--requests', '-'], /no-such-file: there is no such file/],
    [['eval', '--config', path.join(samples, 'levels/web.config')], /--requests FILE is missing/],
    [['explain', '--config', path.join(samples, 'levels/web.config'), '--url', '/', '--header', 'x'], /Name: value/],
    [['what'], /there is no command "rewrite what"/],
  ])('exits 2 and says why for %j', async (args, message) => {
    const { status, stdout, stderr } = await run(args);
    expect(status).toBe(2);
    expect(stderr + stdout).toMatch(message);
  });
});

describe('stopgap rewrite explain', () => {
  it('tells which rule, which condition and what each pattern saw', async () => {
    const url = 'http://mail.example.com/%61utodiscover/?PowerShell';
    const { status, stdout } = await run(['explain', '--config', configOf('refusals'), '--url', url]);
    expect(status).toBe(0);
    expect(stdout).toMatchSnapshot();
  });

  it('tells of headers, levels and rules that were passed over', async () => {
    const args = ['--url', '/shop/x', '--header', 'User-Agent: a bot'];
    const { stdout } = await run(['explain', '--config', configOf('levels'), ...args]);
    expect(stdout).toMatchSnapshot();
  });

  it('names the file, the line and the column of what is wrong, and exits 2', async () => {
    const { status, stdout, stderr } = await run(['explain', '--config', broken, '--url', '/']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/web\.config:2:32: url="\^\/\{C:1\}"/);
  });

  it('says so where a pattern takes too many steps', async () => {
    const { status, stdout } = await run(['explain', '--config', dear, '--url', `/${'ab/'.repeat(2000)}`]);
    expect([status, stdout]).toEqual([0, expect.stringContaining('takes more than 1,000,000 steps')]);
  });
});

describe('stopgap rewrite compile', () => {
  const written = path.join(folder, 'refusals.config');
  beforeAll(() =>
    fs.writeFileSync(
      written,
      read('refusals', 'web.config').replace('Forbidden: {R:1}', 'Forbidden').replace('Not from {REMOTE_ADDR}.', 'No.'),
    ),
  );
  it.each([
    ['nginx', /return 444;[\s\S]*return 403 /],
    ['apache', /<If "reqenv\('stopgap_rules'\) == 'abort'">/],
    ['iis', /<rule name="CVE-2022-41040" stopProcessing="true">[\s\S]*<action type="AbortRequest"/],
  ])('gives the rules to %s', async (target, text) => {
    const { status, stdout, stderr } = await run(['compile', '--config', written, '--to', target]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(text);
  });

  it('names what a target cannot express, prints nothing weaker, and exits 1', () => {
    const { status, stdout, stderr } = stopgap(['compile', '--config', configOf('front-controller'), '--to', 'nginx']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^rule "Everything that is no file or folder" cannot be expressed on nginx \(.+\): .+\n$/);
  });

  it('takes the version of nginx into account', async () => {
    const agents = path.join(folder, 'agents.config');
    fs.writeFileSync(
      agents,
      '<rewrite><rules><rule name="r"><match url=".*"/><conditions><add input="{HTTP_USER_AGENT}" pattern="bot"/></conditions><action type="AbortRequest"/></rule></rules></rewrite>',
    );
    const compile = (...more: readonly string[]) => run(['compile', '--config', agents, '--to', 'nginx', ...more]);
    expect((await compile()).stderr).toContain('from nginx 1.23 on it works');
    expect((await compile('--nginx-version', '1.26.2')).stdout).toContain('map $http_user_agent');
    expect((await compile('--nginx-version', 'new')).status).toBe(2);
  });

  it('names a pattern that no server should run', async () => {
    const { status, stderr } = await run(['compile', '--config', dear, '--to', 'nginx']);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('rule "twice" cannot be expressed on nginx (back-reference)'),
    ]);
  });
});
