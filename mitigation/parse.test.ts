import { describe, expect, it } from 'vitest';
import { MitigationError } from './errors.ts';
import { inlineXsd, parseMitigation } from './index.ts';
import { readMitigation } from './parse.ts';
import { changed, sample } from './testing/sample.ts';

async function refusal(input: string | Uint8Array): Promise<MitigationError> {
  try {
    await parseMitigation(input);
  } catch (error) {
    if (error instanceof MitigationError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('parseMitigation', () => {
  it('reads every part of a document', async () => {
    const m = await parseMitigation(sample);
    expect(m).toMatchObject({
      id: 'SAMPLE-1',
      revision: 3,
      title: 'A sample of everything',
      cves: ['CVE-2024-10001', 'CVE-2024-10002'],
      severity: 'high',
      published: Date.UTC(2024, 1, 29, 12),
      // biome-ignore lint/suspicious/noThenProperty: the document's own word
      expires: { at: Date.UTC(2025, 0, 1), then: 'remove' },
      withdrawn: 'The rule was too wide.',
      sideEffects: {
        breaks: [{ what: 'Printing.', who: 'users' }],
        monitors: ['M1 turns red.'],
        unprotected: ['Those behind.'],
      },
      references: [{ url: 'https://example.org/advisory?x=1', title: 'The advisory' }],
    });
    expect(m.applicability[0]).toEqual({
      product: 'shop',
      versions: 'dotted',
      exceptRoles: ['edge'],
      branches: [
        {
          name: 'One',
          from: '1.0',
          below: '2.0',
          fixes: [
            { kind: 'build', build: '1.5.2' },
            { kind: 'update', id: 'KB5000001' },
          ],
        },
        { name: 'Two', from: '2.0', below: '3.0', fixes: [] },
      ],
    });
    expect(m.applicability[1]?.branches[0]?.fixes).toEqual([
      { kind: 'package', name: 'nginx', version: '1.22.1-9+deb12u3' },
    ]);
    expect(m.actions.map((a) => (a.kind === 'urlRewrite' ? a.scope : a))).toEqual([
      { level: 'site', site: 'Default Web Site' },
      { level: 'path', site: 'Default Web Site', path: '/shop/cart' },
      { level: 'server' },
      { kind: 'service', name: 'Shop$1', shared: false },
      { kind: 'service', name: 'ShopHealth', shared: true },
      { kind: 'appPool', name: 'Shop pool' },
    ]);
    expect(m.evidence[0]?.request).toEqual({
      method: 'POST',
      url: '/a/secret?x=%41',
      headers: [
        { name: 'Host', value: 'shop.example:8443' },
        { name: 'X-Empty', value: '' },
      ],
      body: 'one\ntwo',
    });
    expect(m.evidence[2]).toMatchObject({ expect: 'passes', responseHeaders: [{ name: 'X-A', contains: 'b' }] });
  });

  it('keeps each rewrite fragment as it was written, whatever the encoding and line ends', async () => {
    const crlf = sample.replaceAll('\n', '\r\n').replace('Long.', 'Lang – \u{1f600}.');
    for (const bytes of [
      Buffer.from(crlf),
      Buffer.from(`\ufeff${crlf}`),
      Buffer.from(`\ufeff${utf16(crlf)}`, 'utf16le'),
    ]) {
      const m = await parseMitigation(bytes);
      const sources = m.actions.flatMap((a) => (a.kind === 'urlRewrite' ? [a.source] : []));
      expect(sources).toHaveLength(3);
      for (const source of sources) expect(source).toMatch(/^<rewrite>[\s\S]*<\/rewrite>$/);
      expect(sources[0]).toContain('<match url="secret"/>');
    }
  });

  it('takes a heartbeat: no products, no CVEs, no evidence, no action', async () => {
    const heartbeat = `<mitigation schema="1" id="P" revision="1"><title>t</title><severity>none</severity>
      <published>2024-01-01T00:00:00Z</published><expires at="2024-01-02T00:00:00Z" then="keep"/>
      <description>d</description><sideEffects/><applicability/><actions><none/></actions></mitigation>`;
    const m = await parseMitigation(heartbeat);
    expect([m.applicability, m.cves, m.evidence, m.references, m.actions, m.withdrawn]).toEqual([
      [],
      [],
      [],
      [],
      [{ kind: 'none' }],
      undefined,
    ]);
  });

  it('tells all findings, in the order of the text', async () => {
    const text = changed('revision="3"', 'revision="0"')
      .text.replace('<severity>high', '<severity>grave')
      .replace('url="/gone"', 'url="gone"')
      .replace('<cve>CVE-2024-10002</cve>', '<cve>CVE-2024-10001</cve>')
      .replace('below="2.0"', 'below="0.5"');
    const error = await refusal(text);
    expect(error.findings.map((f) => f.code)).toEqual([
      'invalid-value',
      'duplicate',
      'invalid-value',
      'contradiction',
      'invalid-value',
    ]);
    expect(error.code).toBe('invalid-value');
    expect(error.message).toMatch(/^line 3, column 38: revision of <mitigation>: "0" .*\(and 4 more\)$/);
    const places = error.findings.map((f) => f.position.line * 1000 + f.position.column);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('keeps no more findings than anybody reads', async () => {
    const error = await refusal(changed('<actions>', `<actions>${'<x/>'.repeat(500)}`).text);
    expect(error.findings).toHaveLength(100);
  });
});

function utf16(text: string): string {
  return text.replace('encoding="UTF-8"', 'encoding="UTF-16"');
}

describe('the schema', () => {
  it('is asked last, and only about what has passed everything else', async () => {
    let asked = 0;
    const xsd = {
      validate: async (...args: Parameters<typeof inlineXsd.validate>) => {
        asked++;
        return inlineXsd.validate(...args);
      },
    };
    await expect(parseMitigation(changed('high', 'grave').text, xsd)).rejects.toThrow(MitigationError);
    expect(asked).toBe(0);
    await parseMitigation(sample, xsd);
    expect(asked).toBe(1);
  });

  it('that refuses what nothing else does refuses the document, at its place', async () => {
    const xsd = {
      validate: async () => [{ code: 'schema-violation' as const, message: 'no', position: { line: 9, column: 5 } }],
    };
    await expect(parseMitigation(sample, xsd)).rejects.toThrow(/^line 9, column 5: no$/);
  });

  it('agrees about the sample', () => {
    expect(readMitigation(sample).mitigation.id).toBe('SAMPLE-1');
  });
});
