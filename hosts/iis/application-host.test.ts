import { describe, expect, it } from 'vitest';
import { aborting, addingPolicy, holding, onPath, refusing } from './testing/actions.ts';
import { applicationHost } from './testing/application-host.ts';
import { hostFile } from './testing/lay-out.ts';
import { apply, cleanUp, expectRestored, none, server } from './testing/server.ts';

cleanUp();

const text = applicationHost({ rules: 'overrideModeDefault="Deny"' });
const rewrite = (inside: string) => text.replace('</globalModules>', `</globalModules><rewrite>${inside}</rewrite>`);
const utf16 = (content: string, big = false) => {
  const little = Buffer.from(`\ufeff${content.replace('UTF-8', 'UTF-16')}`, 'utf16le');
  return big ? little.swap16() : little;
};

/** One `applicationHost.config` in the forms in which it may be found; rules of sites have to go into it as well. */
const forms: readonly (readonly [string, string | Buffer])[] = [
  ['as setup writes it', text],
  ['with LF', text.replaceAll('\r\n', '\n')],
  ['with line ends mixed', text.replace(/\r\n(?=\s*<section)/g, '\n')],
  ['in tabs', text.replaceAll('    ', '\t')],
  ['on one line', text.replace(/\r\n\s*/g, '')],
  ['with mark', `\ufeff${text}`],
  ['in UTF-16', utf16(text)],
  ['in UTF-16, big end first', utf16(text, true)],
  ['with rules that close themselves', rewrite('<globalRules/><rules /><outboundRules\n/>')],
  ['with rules with nothing inside', rewrite('<globalRules></globalRules><rules></rules>')],
  [
    'with rules of its own',
    rewrite(`<globalRules><clear/>${aborting('g', 'x')}</globalRules><rules>${aborting('r', 'y')}</rules>`),
  ],
  [
    'with a location for the site',
    text.replace('</configuration>', '    <location path="Default Web Site">\r\n    </location>\r\n</configuration>'),
  ],
  [
    'with a locking location for the site',
    text.replace(
      '</configuration>',
      '<location path="Default Web Site" overrideMode="Deny"><system.webServer><x /></system.webServer></location></configuration>',
    ),
  ],
  ['with comments at every end', text.replace(/(<\/[^>]+>)/g, '$1<!-- $1 -->').replaceAll('--><!--', '-->\r\n<!--')],
];

const wanted = [
  refusing('evil'),
  addingPolicy(onPath('/owa')),
  holding('G', `<globalRules>${aborting('global', 'worse')}</globalRules>`, { level: 'server' }),
  holding(
    'V',
    '<allowedServerVariables><add name="HTTP_X_A"/></allowedServerVariables><rules><rule name="v"><match url="v"/><serverVariables><set name="HTTP_X_A" value="1"/></serverVariables></rule></rules>',
  ),
];

describe('applicationHost.config', () => {
  it.each(forms)('%s: takes what belongs there, and is the very bytes again', async (_name, content) => {
    const at = server({ [hostFile]: content });
    const before = at.snapshot();
    const plan = await apply(at, wanted);
    expect(plan.findings.map(({ presence }) => presence)).toEqual(wanted.map(() => 'absent'));
    expect(await at.host.plan(wanted, none)).toMatchObject({
      changes: [],
      findings: wanted.map(() => ({ presence: 'in-place' })),
    });
    await apply(at, wanted.slice(2));
    await expectRestored(at, before);
  });

  it('keeps a location that locks others, and gets another one beside it', async () => {
    const [, locking] = forms.find(([name]) => name.startsWith('with a locking')) ?? [];
    const at = server({ [hostFile]: locking ?? '' });
    await apply(at, wanted);
    expect(at.read(hostFile).toString()).toMatch(
      /overrideMode="Deny"><system\.webServer><x \/><\/system\.webServer><\/location>\s*<location path="Default Web Site">/,
    );
  });
});
