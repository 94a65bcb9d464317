import { describe, expect, it } from 'vitest';
import { RewriteError } from '../errors.ts';
import { catalogRules, rulesFrom } from '../translate/testing/catalog-rules.ts';
import { checkApache, compileApache } from './index.ts';

const inbound = (rule: string) => rulesFrom('o', `<rewrite><rules><rule name="r">${rule}</rule></rules></rewrite>`);
const condition = (attributes: string) =>
  inbound(`<match url=".*"/><conditions><add ${attributes}/></conditions><action type="AbortRequest"/>`);
const featuresOf = (rules: ReturnType<typeof inbound>) => checkApache([rules]).map((refusal) => refusal.feature);

describe('rules for Apache', () => {
  it('become one file, the same bytes for the same rules', () => {
    const rules = catalogRules('CVE-2021-26855');
    const { main, modules } = compileApache(rules);
    expect(main).toMatchInlineSnapshot(`
      "# Made by Stopgap from IIS URL Rewrite rules. Changes here are lost.
      # Rules of CVE-2021-26855
      SetEnvIfExpr "req_novary('COOKIE') =~ m#x\\x2d[ab][en][or][en][rs]#i" stopgap_look=1
      SetEnvIfExpr "-n reqenv('stopgap_look') && (req_novary('COOKIE') =~ m#x-anonresource-backend#i || req_novary('COOKIE') =~ m#x-beresource\\x3d#i)" stopgap_gate=1
      # CVE-2021-26855: X-AnonResource-Backend Abort - inbound
      # CVE-2021-26855: X-BEResource Abort - inbound
      SetEnvIfExpr "-n reqenv('stopgap_gate') && (-z reqenv('stopgap_rules') && (req_novary('COOKIE') =~ m#(?s)x-anonresource-backend#i || req_novary('COOKIE') =~ m#(?s)^(?>.*?x-beresource=.)(?>.*?/.)(?>.*?~.)#i))" stopgap_rules=abort
      SetEnvIfExpr "reqenv('stopgap_rules') == 'on'" !stopgap_rules
      SetEnvIfExpr "reqenv('stopgap_rules') == 'abort'" nokeepalive=1
      SetEnvIfExpr "-n reqenv('stopgap_rules')" no-proxy=1 no-cache=1
      SetEnvIfExpr "true" !stopgap_look !stopgap_gate
      <LocationMatch "^">
          <If "reqenv('stopgap_rules') == 'abort'">
              <IfModule mod_rewrite.c>
                  RewriteEngine Off
              </IfModule>
              Redirect 403
              AuthMerging Off
              Require all denied
              <IfModule mod_access_compat.c>
                  Satisfy All
              </IfModule>
              ErrorDocument 403 default
          </If>
      </LocationMatch>
      "
    `);
    expect(compileApache(catalogRules('CVE-2021-26855')).main).toBe(main);
    expect(modules).toEqual(['setenvif', 'authz_core', 'alias']);
  });

  it('look for other spellings of fields with hyphens that they read, and no others', () => {
    const lines = (input: string) =>
      compileApache([condition(`input="${input}" pattern="x"`)])
        .main.split('\n')
        .filter((line) => line.includes('twin='));
    expect(lines('{HTTP_X_EVIL}')).toEqual([`SetEnvIfExpr "-n req_novary('x_evil')" stopgap_twin=400.1`]);
    expect(lines('{HTTP_X_VERY_EVIL}{HTTP_X_EVIL}')).toEqual([
      `SetEnvIfExpr "-n req_novary('x-very_evil') || (-n req_novary('x_very-evil') || -n req_novary('x_very_evil'))" stopgap_twin=400.1`,
      `SetEnvIfExpr "-n req_novary('x_evil')" stopgap_twin=400.1`,
    ]);
    expect(lines('{HTTP_COOKIE}')).toEqual([]);
  });

  it('become nothing where there are none, or where all are disabled', () => {
    expect(compileApache([]).main).toBe('');
    const off = rulesFrom(
      'o',
      '<rewrite><rules><rule name="r" enabled="false"><match url="x"/><action type="AbortRequest"/></rule></rules></rewrite>',
    );
    expect(compileApache([off]).main).toBe('');
  });

  it.each([
    ['Rewrite', inbound('<match url="a"/><action type="Rewrite" url="b"/>'), 'Rewrite'],
    [
      'a decoded text in a body',
      inbound('<match url="a"/><action type="CustomResponse" statusCode="404" statusDescription="{UrlDecode:{URL}}"/>'),
      'template',
    ],
    [
      'a status Apache has no name for',
      inbound('<match url="a"/><action type="CustomResponse" statusCode="499"/>'),
      'status code',
    ],
    [
      'a body that would be a place',
      inbound('<match url="a"/><action type="CustomResponse" statusCode="404" statusDescription="/etc/passwd"/>'),
      'text',
    ],
    ['the file system', condition('input="{REQUEST_FILENAME}" matchType="IsFile"'), 'IsFile'],
    ['a variable of IIS', condition('input="{APPL_PHYSICAL_PATH}" pattern="x"'), '{APPL_PHYSICAL_PATH}'],
    [
      'a back-reference to decoded text',
      inbound(
        '<match url=".*"/><conditions><add input="{UrlDecode:{URL}}" pattern="(a)"/><add input="{C:1}" pattern="x"/></conditions><action type="AbortRequest"/>',
      ),
      'back-reference',
    ],
    ['a separator of cookies', condition('input="{HTTP_COOKIE}" pattern="; *x=[^;]+"'), '{HTTP_COOKIE}'],
    ['a field with very many spellings', condition('input="{HTTP_A_B_C_D_E_F_G}" pattern="x"'), 'field a-b-c-d-e-f-g'],
    ['quotes beside a variable', condition(`input="'{URL}" pattern="x"`), 'text'],
    ['an expression beside a variable', condition('input="%{URL}" pattern="x"'), ''],
  ])('are refused by name for %s', (_, rules, feature) => {
    expect(featuresOf(rules)).toEqual(feature === '' ? [] : [feature]);
    if (feature !== '') expect(() => compileApache([rules])).toThrow(RewriteError);
  });

  it('may have many conditions: chains lean right, so that Apache evaluates all of them', () => {
    const add = (at: number) => `<add input="{HTTP_X_${at}}" pattern="^y$"/>`;
    const many = (grouping: string) =>
      inbound(
        `<match url=".*"/><conditions logicalGrouping="${grouping}">${Array.from({ length: 100 }, (_, at) => add(at)).join('')}</conditions><action type="AbortRequest"/>`,
      );
    for (const grouping of ['MatchAll', 'MatchAny']) {
      const lines = compileApache([many(grouping)])
        .main.split('\n')
        .filter((line) => line.includes('HTTP') || line.includes('X-99'));
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.join()).not.toMatch(/^(?:\(){20}/);
    }
  });

  it('put nothing of a rule into the file but what it means', () => {
    const hostile = 'x"\n</If>\nRequire all granted\n# ${PATH}';
    const rules = rulesFrom(
      hostile,
      '<rewrite><rules><rule name="a&#10;Include /etc/passwd"><match url="&quot;&#10;${PATH}'.replace('${PATH}', 'x') +
        '"/><action type="CustomResponse" statusCode="403" statusDescription="&quot;"/></rule></rules></rewrite>',
    );
    expect(featuresOf(rules)).toEqual(['text']);
    const named = rulesFrom(
      hostile,
      '<rewrite><rules><rule name="a&#10;Include /etc/passwd"><match url="&quot;#&#10;\\$"/><action type="AbortRequest"/></rule></rules></rewrite>',
    );
    for (const line of compileApache([named]).main.split('\n')) {
      expect(line).toMatch(
        /^(?:# [\w .:,@/+()?-]*|SetEnvIfExpr "[^"]*"(?: !?[\w-]+(?:=\S*)?)+|<\/?LocationMatch.*>| +\S.*|)$/,
      );
    }
    expect(compileApache([named]).main).not.toMatch(/^(?:Include|Require)/m);
  });

  it('say where Apache is broader, or answers in another way', () => {
    const kinds = compileApache(catalogRules('CVE-2022-41040'))
      .notes.map((note) => note.text)
      .join('\n');
    expect(kinds).toContain('403');
    expect(kinds).toContain('escaped more than once');
    const observed = catalogRules('CVE-2022-41040').map((set) => ({ ...set, mode: 'observe' as const }));
    expect(compileApache(observed).main).toBe('');
    expect(
      compileApache(observed)
        .notes.map((note) => note.text)
        .join(),
    ).toContain('left out');
  });
});
