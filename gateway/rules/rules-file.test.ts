import { parseRewrite, type ScopedRules } from '@stopgap/rewrite';
import { describe, expect, it } from 'vitest';
import { digestOf, formatRulesFile, parseEditedRulesFile, parseRulesFile } from '../index.ts';
import { powershell } from '../testing/rig.ts';
import { refuseUnenforceable } from './enforceable.ts';
import { groupRules } from './groups.ts';

const bytes = (text: string) => Buffer.from(text);

describe('a rules file', () => {
  it('is read back as it was written, the same bytes for the same entries', () => {
    const text = formatRulesFile([powershell]);
    expect(parseRulesFile(bytes(text), 'r')).toEqual({ digest: digestOf([powershell]), entries: [powershell] });
    expect(formatRulesFile(parseRulesFile(bytes(text), 'r').entries)).toBe(text);
  });

  it('has a digest that every field of every entry is part of', () => {
    const changes = [
      { owner: 'x' },
      { revision: 2 },
      { index: 1 },
      { level: '/owa' },
      { mode: 'observe' as const },
      { rewrite: '<rewrite/>' },
    ];
    const digests = changes.map((change) => digestOf([{ ...powershell, ...change }]));
    expect(new Set([...digests, digestOf([powershell]), digestOf([]), digestOf([powershell, powershell])]).size).toBe(
      9,
    );
  });

  it('that was edited is refused, but can be taken apart', () => {
    const edited = bytes(formatRulesFile([powershell]).replace('"enforce"', '"observe"'));
    expect(() => parseRulesFile(edited, 'r')).toThrowError(/edited by hand; `stopgap check` writes it anew/);
    expect(parseEditedRulesFile(edited, 'r')).toEqual([{ ...powershell, mode: 'observe' }]);
  });

  it.each([
    ['half of it', formatRulesFile([powershell]).slice(0, 100)],
    ['another format', formatRulesFile([]).replace('stopgap-gateway-rules', 'other')],
    ['a later version', formatRulesFile([]).replace('"version": 1', '"version": 2')],
    ['an unknown key', formatRulesFile([]).replace('"version"', '"x": 1, "version"')],
    ['a revision that is none', formatRulesFile([{ ...powershell, revision: 0 }])],
    ['bytes that are no text', Buffer.from([0xff, 0xfe]).toString('latin1')],
    ['nothing', ''],
  ])('is refused when it is %s', (_name, text) => {
    const refusal = expect.objectContaining({ code: 'invalid-rules-file' });
    expect(() => parseEditedRulesFile(Buffer.from(text, 'latin1'), 'r')).toThrowError(refusal);
  });
});

function scoped(owner: string, inside: string): ScopedRules {
  return { owner, level: '/', mode: 'enforce', configuration: parseRewrite(`<rewrite>${inside}</rewrite>`) };
}

describe('what a proxy cannot enforce', () => {
  const inbound = (inside: string) => `<rules><rule name="the rule">${inside}</rule></rules>`;
  const outbound = (inside: string) => `<outboundRules><rule name="the rule">${inside}</rule></outboundRules>`;
  it.each([
    [
      'another server',
      inbound('<match url=".*" /><action type="Rewrite" url="http://other/{R:0}" />'),
      /one server behind/,
    ],
    [
      'files',
      inbound(
        '<match url=".*" /><conditions><add input="{REQUEST_FILENAME}" matchType="IsFile" /></conditions><action type="AbortRequest" />',
      ),
      /file or folder/,
    ],
    [
      'framing of a request',
      inbound(
        '<match url=".*" /><serverVariables><set name="HTTP_TRANSFER_ENCODING" value="x" /></serverVariables><action type="None" />',
      ),
      /frames the request/,
    ],
    [
      'framing of a response',
      outbound('<match serverVariable="RESPONSE_Content_Length" pattern=".*" /><action type="Rewrite" value="1" />'),
      /frames the response/,
    ],
  ])('is refused by name: %s', (_name, inside, reason) => {
    expect(() => refuseUnenforceable(scoped('CVE-1', inside))).toThrowError(/^rule "the rule" /);
    expect(() => refuseUnenforceable(scoped('CVE-1', inside))).toThrowError(reason);
  });

  it('may stand there disabled', () => {
    const inside =
      '<outboundRules><rule name="r" enabled="false"><match pattern="x" /><action type="None" /></rule></outboundRules>';
    expect(() => refuseUnenforceable(scoped('CVE-1', inside))).not.toThrow();
  });
});

describe('groups', () => {
  it('keep those that only refuse together, and each that could hide another apart', () => {
    const refuses = scoped(
      'A',
      '<rules><rule name="a" stopProcessing="true"><match url="x" /><action type="AbortRequest" /></rule></rules>',
    );
    const stops = scoped(
      'B',
      '<rules><rule name="b" stopProcessing="true"><match url="x" /><action type="None" /></rule></rules>',
    );
    const own = scoped('own', '<rules><rule name="o"><match url="x" /><action type="AbortRequest" /></rule></rules>');
    const edits = scoped(
      'C',
      '<outboundRules><rule name="c"><match serverVariable="RESPONSE_X" pattern="x" /><action type="None" /></rule></outboundRules>',
    );
    const off = scoped(
      'D',
      '<rules><rule name="d" enabled="false"><match url="x" /><action type="AbortRequest" /></rule></rules>',
    );
    const groups = groupRules([refuses, stops, edits, off], own);
    const owners = (list: readonly ScopedRules[]) => list.map((one) => one.owner).join();
    expect(owners(groups.refusing)).toBe('A,own');
    expect(groups.shaping.map(owners)).toEqual(['B']);
    expect(groups.outbound.map(owners)).toEqual(['C']);
  });
});
