import { parseRewrite, type ScopedRules } from '@stopgap/rewrite';
import { describe, expect, it } from 'vitest';
import { exchange } from '../testing/raw-client.ts';
import { rule } from '../testing/rig.ts';
import { start } from '../testing/test-rig.ts';
import { twinsOf } from './field-twins.ts';

const reading = (...inputs: string[]) =>
  `<match url=".*" /><conditions logicalGrouping="MatchAny">${inputs.map((input) => `<add input="${input}" pattern="jndi" />`).join('')}</conditions><action type="AbortRequest" />`;

function scoped(inside: string, mode: ScopedRules['mode'] = 'enforce'): ScopedRules {
  return { owner: 'M', level: '/', mode, configuration: parseRewrite(rule('M', inside).rewrite) };
}

/** The twin found among fields of these names. */
function twin(rules: ScopedRules, ...names: string[]): string | undefined {
  return twinsOf([rules])?.(names.flatMap((name) => [name, 'v']));
}

describe('another spelling of a field that a rule reads', () => {
  const evil = scoped(reading('{HTTP_X_EVIL}'));

  it.each(['X_Evil', 'x_evil', 'X.Evil', 'X~EVIL', 'X!evil'])('is found: %s', (name) => {
    expect(twin(evil, 'Host', 'Accept', 'X-Evil', name)).toBe(name);
  });

  it.each(['X-Evil', 'x-evil', 'XEvil', 'X-Evil_', 'X_Else', 'Y_Evil', 'X-Ev_l', '__proto__'])(
    'is none: %s',
    (name) => {
      expect(twin(evil, 'Host', name)).toBeUndefined();
    },
  );

  it('is found where a function, a map or another name of the variable stands around', () => {
    expect(twin(scoped(reading('a{ToLower:{UrlDecode:{http_x_evil}}}')), 'X_Evil')).toBe('X_Evil');
    expect(twin(scoped(reading('{HEADER_X-Evil}')), 'X_Evil')).toBe('X_Evil');
    expect(twin(scoped(reading('{UNICODE_HTTP_X_EVIL}')), 'X_Evil')).toBe('X_Evil');
    expect(twin(scoped(reading('{CONTENT_TYPE}')), 'Content_Type')).toBe('Content_Type');
  });

  it('is not what a rule itself names so, unless another reads the one with hyphens', () => {
    expect(twin(scoped(reading('{HEADER_X_Evil}')), 'X_Evil')).toBeUndefined();
    expect(twin(scoped(reading('{HEADER_X_Evil}', '{HTTP_X_EVIL}')), 'X_Evil')).toBe('X_Evil');
  });

  it('is not looked for where no enforced rule knows such a field', () => {
    expect(twinsOf([scoped(reading('{HTTP_COOKIE}', '{REQUEST_URI}', '{HTTP_HOST}'))])).toBeUndefined();
    expect(twinsOf([scoped(reading('{HTTP_X_EVIL}'), 'observe')])).toBeUndefined();
  });

  it('is found where a rule sets the field', () => {
    const rewrite =
      '<rewrite><allowedServerVariables><add name="HTTP_X_CHECKED" /></allowedServerVariables><rules><rule name="s"><match url=".*" /><serverVariables><set name="HTTP_X_CHECKED" value="yes" /></serverVariables></rule></rules></rewrite>';
    expect(twin({ ...evil, configuration: parseRewrite(rewrite) }, 'X_Checked')).toBe('X_Checked');
  });
});

describe('a gateway whose rule reads X-Evil', () => {
  const get = (field: string) => `GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${field}\r\n\r\n`;

  it('refuses a request with X_Evil, says why, and passes other fields with underscores on', async () => {
    const { port, reached } = await start({ rules: [rule('M', reading('{HTTP_X_EVIL}'))] });
    expect(await exchange(port, get('X-Evil: jndi'))).toBe('');
    expect(await exchange(port, get('X_Evil: jndi'))).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*the field X_Evil can be taken for/,
    );
    expect(reached).toEqual([]);
    expect(await exchange(port, get('X-Evil: fine'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(await exchange(port, get('X_Other: a'))).toMatch(/^HTTP\/1\.1 200 [\s\S]*X_Other/);
  });

  it('does so for an upgrade, and for the rules of the administrator', async () => {
    const ownRules = rule('M', reading('{HTTP_X_EVIL}')).rewrite;
    const { port, reached } = await start({ ownRules });
    expect(await exchange(port, get('X_Evil: jndi\r\nUpgrade: websocket').replace('close', 'upgrade'))).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(reached).toEqual([]);
  });

  it('refuses nothing while the rule only observes', async () => {
    const { port } = await start({ rules: [rule('M', reading('{HTTP_X_EVIL}'), { mode: 'observe' })] });
    expect(await exchange(port, get('X_Evil: jndi'))).toMatch(/^HTTP\/1\.1 200 /);
  });
});
