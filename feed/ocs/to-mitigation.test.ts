import { describe, expect, it } from 'vitest';
import { readOcsContent } from './content.ts';
import { fromMitigations } from './from-mitigation.ts';
import { toMitigation } from './to-mitigation.ts';

const defaults = { revision: 7, published: Date.UTC(2021, 8, 28) };
const rule = '<rewrite><rules><rule name="r"><match url=".*"/><action type="AbortRequest"/></rule></rules></rewrite>';
const details = '<Details revision="3"><severity>low</severity><evidence><request/></evidence></Details>';
const content = (inside: string) => readOcsContent(`<EOCS version="1">${inside}</EOCS>`);
const mapped = (actions: string, more = details) => {
  const [config] = content(`<Config id="A" desc="Title">${more}<ActionList>${actions}</ActionList></Config>`).configs;
  if (!config) throw new Error('no config');
  return toMitigation(config, defaults);
};
const action = (type: string, scope: string, inside: string, more = '') =>
  `<Action type="${type}" scope="${scope}"${more}>${inside}</Action>`;

describe('an action becomes', () => {
  it.each([
    [action('DoNothing', 'Server', '<Value>DoNothing</Value>'), '<none/>'],
    [action('Service', 'Server', '<Value> S1 </Value>'), '<service name="S1"/>'],
    [action('Service', 'Server', '<Value>S1</Value>', ' shared="true"'), '<service name="S1" shared="true"/>'],
    [action('AppPool', 'Server', '<Value>P&amp;Q</Value>'), '<appPool name="P&amp;Q"/>'],
    [action('UrlRewrite', 'Server', `<Value>${rule}</Value>`), `<urlRewrite><onServer/>${rule}</urlRewrite>`],
    [
      action('UrlRewrite', 'Site', `<Site>Web</Site><Value>${rule}</Value>`),
      `<urlRewrite><onSite name="Web"/>${rule}</urlRewrite>`,
    ],
    [
      action('UrlRewrite', 'Path', `<Site>Web</Site><Path>/owa</Path><Value>${rule}</Value>`),
      `<urlRewrite><onPath site="Web" path="/owa"/>${rule}</urlRewrite>`,
    ],
  ])('%s → %s', (source, expected) => {
    const { document, unsupported } = mapped(source);
    expect(unsupported).toBeUndefined();
    expect(document).toContain(`  <actions>\n    ${expected}\n  </actions>\n  <evidence>`);
    expect(document).toContain(
      '<mitigation schema="1" id="A" revision="3">\n  <title>Title</title>\n  <severity>low</severity>\n',
    );
  });
});

describe('a mitigation is unsupported as a whole, and says why, when', () => {
  const good = action('Service', 'Server', '<Value>S1</Value>');
  it.each([
    ['one action is of a type that is not known', good + action('Firewall', 'Server', '<Value>x</Value>'), 'Firewall'],
    ['a scope is not known', action('Service', 'Organization', '<Value>S1</Value>'), 'Organization'],
    ['a rule has no rule', action('UrlRewrite', 'Server', '<Value>text</Value>'), '<rewrite>'],
    [
      'a rule has something else besides',
      action('UrlRewrite', 'Server', `<Value>${rule}${rule}</Value>`),
      'more than one element',
    ],
    ['a rule has text besides', action('UrlRewrite', 'Server', `<Value>x${rule}</Value>`), 'text in <Value>'],
    ['a rule for a site names none', action('UrlRewrite', 'Site', `<Value>${rule}</Value>`), '<Site>'],
    [
      'a rule for the server names a site',
      action('UrlRewrite', 'Server', `<Site>W</Site><Value>${rule}</Value>`),
      '<Site>',
    ],
    ['a rule for a path names none', action('UrlRewrite', 'Path', `<Site>W</Site><Value>${rule}</Value>`), '<Path>'],
    ['a service has no name', action('Service', 'Server', '<Value></Value>'), 'names nothing'],
    ['a service has an element', action('Service', 'Server', `<Value>${rule}</Value>`), '<rewrite>'],
    ['a pool is shared', action('AppPool', 'Server', '<Value>P</Value>', ' shared="true"'), 'shared'],
    ['shared is neither true nor false', action('Service', 'Server', '<Value>S</Value>', ' shared="maybe"'), 'shared'],
    [
      'an action has an attribute more',
      action('Service', 'Server', '<Value>S1</Value>', ' until="x"'),
      'until of <Action>',
    ],
    [
      'an action has an element more',
      action('Service', 'Server', '<Value>S1</Value><Undo></Undo>'),
      '<Undo> in <Action>',
    ],
    [
      'a value is there twice',
      action('Service', 'Server', '<Value>S1</Value><Value>S2</Value>'),
      'more than one <Value>',
    ],
    ['the list has something else', `${good}<Script></Script>`, '<Script> in <ActionList>'],
    ['there is no action', '', 'no action'],
  ])('%s', (_name, source, why) => {
    const { document, unsupported } = mapped(source);
    expect(unsupported).toContain(why);
    expect(document).toMatch(/^<Config id="A"/);
  });

  it('it does more than nothing and has no Details', () => {
    expect(mapped(good, '').unsupported).toContain('<Details>');
    expect(mapped(action('DoNothing', 'Server', '<Value>DoNothing</Value>'), '').unsupported).toBeUndefined();
  });

  it('it has lists or Details twice', () => {
    expect(mapped(good, details + details).unsupported).toContain('more than one');
    expect(mapped(good, `${details}<ActionList></ActionList>`).unsupported).toContain('more than one');
  });
});

it.each([
  ['an id that is none', '<Config id="../x" desc=""></Config>'],
  ['no id', '<Config desc=""></Config>'],
  ['two ids that differ in case only', '<Config id="a" desc=""></Config><Config id="A" desc=""></Config>'],
  [
    'more mitigations than may be read',
    Array.from({ length: 201 }, (_, n) => `<Config id="c${n}" desc=""></Config>`).join(''),
  ],
])('a document with %s is refused as a whole', (_name, inside) => {
  expect(() => content(inside)).toThrow(expect.objectContaining({ code: 'content' }));
});

it('a document that is no mitigation cannot be offered', () => {
  const offer = (text: string) => () => fromMitigations([{ name: 'a.xml', bytes: Buffer.from(text) }]);
  expect(offer('<other/>')).toThrow('a.xml is no mitigation document');
  expect(offer('<mitigation>')).toThrow(expect.objectContaining({ code: 'content' }));
  expect(offer('<mitigation><title>t</title></mitigation>')).toThrow('<actions> is missing');
  expect(offer('<mitigation><title>t</title><actions><new/></actions></mitigation>')).toThrow(
    '<new> has no counterpart',
  );
});
