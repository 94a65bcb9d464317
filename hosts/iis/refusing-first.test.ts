import { evaluateInbound, parseRewrite, prepareRules } from '@stopgap/rewrite';
import { expect, it } from 'vitest';
import { aborting, holding, refusing } from './testing/actions.ts';
import { apply, cleanUp, expectRestored, none, root, server } from './testing/server.ts';

cleanUp();

const exempting = (id: string) =>
  holding(
    id,
    `<rules><rule name="${id} skips" stopProcessing="true"><match url="skip" /><action type="None" /></rule>${aborting(`${id} refuses`, id)}</rules>`,
  );

it('puts mitigations that can only refuse before those that let requests go on, whichever came first', async () => {
  const at = server({ [root]: '<configuration/>' });
  const before = at.snapshot();
  await apply(at, [exempting('first')]);
  const wanted = [exempting('first'), refusing('evil'), exempting('second'), refusing('worse')];
  await apply(at, wanted);
  const text = at.read(root).toString();
  const configuration = parseRewrite(/<rewrite>[\s\S]*<\/rewrite>/.exec(text)?.[0] ?? '');
  const rules = prepareRules([{ owner: 'iis', level: '/', mode: 'enforce', configuration }]);
  const outcome = (url: string) =>
    evaluateInbound(rules, { method: 'GET', scheme: 'http', host: 'h', url, headers: {} }).outcome;
  expect(['/evil', '/evil/skip', '/worse/skip', '/first', '/second'].map(outcome)).toEqual(Array(5).fill('abort'));
  expect(['/first/skip', '/other'].map(outcome)).toEqual(['pass', 'pass']);
  const again = await at.host.plan(wanted, none);
  expect(again.changes).toEqual([]);
  expect(again.findings.map(({ presence }) => presence)).toEqual(Array(4).fill('in-place'));
  await expectRestored(at, before);
});
