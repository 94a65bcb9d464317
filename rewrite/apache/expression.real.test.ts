import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rulesFrom } from '../translate/testing/catalog-rules.ts';
import { send } from '../translate/testing/wire.ts';
import { compileApache } from './index.ts';
import { type ApacheAtWork, apacheInstalled, passing, startApache } from './testing/apache-at-work.ts';
import { answerWords } from './testing/differential.ts';

/** Apache takes 100 header fields. */
const many = 60;
const add = (at: number) => `<add input="{HTTP_X_${at}}" pattern="^yes$"/>`;
const rules = (grouping: string) =>
  rulesFrom(
    'many',
    `<rewrite><rules><rule name="r"><match url=".*"/><conditions logicalGrouping="${grouping}">${Array.from({ length: many }, (_, at) => add(at)).join('')}</conditions><action type="AbortRequest"/></rule></rules></rewrite>`,
  );
const cookie = rulesFrom(
  'cookie',
  '<rewrite><rules><rule name="r"><match url=".*"/><conditions><add input="{HTTP_COOKIE}" pattern="a=(.+)/(.+)~"/></conditions><action type="AbortRequest"/></rule></rules></rewrite>',
);

// Apache evaluates 20 levels of an expression; what is deeper counts as false, so that a rule would never fire.
describe.skipIf(!apacheInstalled)('long expressions', () => {
  let apache: ApacheAtWork;
  beforeAll(async () => {
    const sets = [rules('MatchAll'), rules('MatchAny'), cookie];
    apache = await startApache({ hosts: sets.map((set) => compileApache([set]).main + passing) });
  });
  afterAll(() => apache?.stop());

  const ask = async (at: number, headers: readonly (readonly [string, string])[]) =>
    answerWords(await send({ port: apache.port(at) }, { method: 'GET', url: '/', host: 'a', headers }));
  const numbered = Array.from({ length: many }, (_, at): readonly [string, string] => [`X-${at}`, 'yes']);
  const withWrong = (wrong: number) => numbered.map(([name], at) => [name, at === wrong ? 'no' : 'yes'] as const);

  it('of sixty conditions hold to the last one where all are wanted', async () => {
    expect(await ask(0, numbered)).toBe('abort');
    expect(await ask(0, withWrong(0))).toBe('pass');
    expect(await ask(0, withWrong(many - 1))).toBe('pass');
  });

  it('of sixty conditions hold to the last one where any is enough', async () => {
    expect(await ask(1, [[`X-${many - 1}`, 'yes']])).toBe('abort');
    expect(await ask(1, [['X-0', 'yes']])).toBe('abort');
    expect(await ask(1, [[`X-${many - 1}`, 'no']])).toBe('pass');
  });

  it('see cookies that were pulled apart', async () => {
    expect(
      await ask(2, [
        ['Cookie', 'a=b'],
        ['Cookie', 'c/d~e'],
      ]),
    ).toBe('abort');
  });
});
