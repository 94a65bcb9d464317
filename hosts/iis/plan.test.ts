import { describe, expect, it } from 'vitest';
import { aborting, addingPolicy, holding, onSite, refusing } from './testing/actions.ts';
import { performAll } from './testing/lay-out.ts';
import { apply, cleanUp, configuration, expectRestored, none, root, server } from './testing/server.ts';

cleanUp();

const evil = refusing('evil');

describe('what becomes of ours', () => {
  const changes: readonly (readonly [string, (text: string) => string, string])[] = [
    ['disabled', (text) => text.replace('stopProcessing', 'enabled="false" stopProcessing'), 'disabled by somebody'],
    ['changed', (text) => text.replace('pattern="evil"', 'pattern="good"'), 'changed by somebody'],
    [
      'taken out, the comment left',
      (text) => text.replace(/\s*<rule name="refuse evil"[\s\S]*?<\/rule>/, ''),
      'not there',
    ],
    ['duplicated in the comment', (text) => text.replace(/(<!-- Stopgap.*?-->)/, '$1$1'), ''],
  ];

  it.each(changes)('%s: drifted, put right, and the rest of the file as it is', async (_name, change, why) => {
    const at = server({
      [root]: configuration(
        '      <rules>\n        <rule name="a"><match url="^a$" /><action type="None" /></rule>\n      </rules>',
      ),
    });
    const before = at.snapshot();
    await apply(at, [evil]);
    const whole = at.read(root).toString();
    at.write(root, change(whole));
    const plan = await at.host.plan([evil], none);
    expect(plan.findings).toMatchObject([
      { presence: why === '' ? expect.any(String) : 'drifted', detail: expect.stringContaining(why) },
    ]);
    await performAll(at.host, plan);
    expect(at.read(root).toString()).toBe(whole);
    await expectRestored(at, before);
  });

  it('renamed: it is somebody’s own now, and adopted', async () => {
    const at = server({ [root]: '<configuration/>' });
    await apply(at, [evil]);
    at.write(root, at.read(root).toString().replace('<rule name="refuse evil"', '<rule name="mine"'));
    const plan = await at.host.plan([evil], none);
    expect(plan.findings).toMatchObject([{ presence: 'adopted' }]);
    await performAll(at.host, plan);
    expect(at.read(root).toString()).not.toContain('Stopgap');
  });

  it('gone with the file, as after a cumulative update: it is put into the new one', async () => {
    const at = server({ [root]: '<configuration><!-- old --></configuration>' });
    await apply(at, [evil]);
    at.write(root, '<configuration>\n  <!-- new -->\n</configuration>\n');
    const before = at.snapshot();
    const plan = await at.host.plan([evil], none);
    expect(plan.findings).toMatchObject([{ presence: 'absent' }]);
    await performAll(at.host, plan);
    expect(at.read(root).toString()).toMatch(/new[\s\S]*refuse evil/);
    await expectRestored(at, before);
  });

  it('laid out by another program: left as it is laid out', async () => {
    const at = server({ [root]: '<configuration>\n</configuration>\n' });
    await apply(at, [evil]);
    at.write(root, at.read(root).toString().replace(/\n +/g, '\n').replaceAll(' />', '/>'));
    expect(await at.host.plan([evil], none)).toMatchObject({ changes: [], findings: [{ presence: 'in-place' }] });
  });

  it('an older revision is replaced in one change, and says so', async () => {
    const at = server({ [root]: '<configuration/>' });
    const before = at.snapshot();
    await apply(at, [evil]);
    const next = holding('TEST-evil', `<rules>${aborting('refuse evil', 'evil|vile')}</rules>`, onSite, {
      revision: 2,
    });
    const plan = await apply(at, [next]);
    expect(plan).toMatchObject({
      changes: [{ path: at.at(root) }],
      findings: [{ presence: 'absent', detail: 'revision 1 of it is in place' }],
    });
    expect(
      at
        .read(root)
        .toString()
        .match(/<rule /g),
    ).toHaveLength(1);
    await expectRestored(at, before);
  });

  it('several mitigations share a file, come and go in any order, and leave nothing', async () => {
    const at = server({ [root]: configuration('<rules/>') });
    const before = at.snapshot();
    const all = [
      evil,
      addingPolicy(),
      refusing('worse'),
      holding(
        'M',
        '<rewriteMaps><rewriteMap name="Bad"><add key="/a" value="1"/></rewriteMap></rewriteMaps><rules><rule name="mapped"><match url=".*"/><conditions><add input="{Bad:{URL}}" pattern="1"/></conditions><action type="AbortRequest"/></rule></rules>',
      ),
    ];
    for (const wanted of [all, all.slice(1), all.slice(0, 2), [all[3], all[0]], all.toReversed()]) {
      const some = wanted.filter((one) => one !== undefined);
      await apply(at, some);
      expect(await at.host.plan(some, none)).toMatchObject({
        changes: [],
        findings: some.map(() => ({ presence: 'in-place' })),
      });
    }
    await expectRestored(at, before);
  });

  it('what somebody put into elements that we made stays, with those elements', async () => {
    const at = server({ [root]: '<configuration>\n</configuration>\n' });
    await apply(at, [evil]);
    at.write(
      root,
      at
        .read(root)
        .toString()
        .replace('</rules>', '<rule name="theirs"><match url="x" /><action type="None" /></rule></rules>'),
    );
    await performAll(at.host, await at.host.plan([], none));
    const text = at.read(root).toString();
    expect(text).toContain('theirs');
    expect(text).not.toMatch(/Stopgap|refuse evil/);
  });

  it('two mitigations with one name and two meanings: the second is a conflict', async () => {
    const at = server({ [root]: '<configuration/>' });
    const other = holding('TEST-other', `<rules>${aborting('refuse evil', 'other')}</rules>`);
    expect((await at.host.plan([evil, other], none)).findings).toMatchObject([
      { presence: 'absent' },
      { presence: 'conflict' },
    ]);
  });
});
