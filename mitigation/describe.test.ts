import { describe, expect, it } from 'vitest';
import { describe as describeMitigation } from './describe.ts';
import { readMitigation } from './parse.ts';
import { changed, sample } from './testing/sample.ts';

describe('describe', () => {
  const described = describeMitigation(readMitigation(sample).mitigation);

  it('is JSON: what comes back is what went in', () => {
    expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  });

  it('writes times in ISO 8601, actions by kind, and rules as published', () => {
    expect(described).toMatchObject({
      id: 'SAMPLE-1',
      published: '2024-02-29T12:00:00.000Z',
      // biome-ignore lint/suspicious/noThenProperty: the document's own word
      expires: { at: '2025-01-01T00:00:00.000Z', then: 'remove' },
      withdrawn: 'The rule was too wide.',
    });
    expect(described.actions.map((action) => action.kind)).toEqual([
      'urlRewrite',
      'urlRewrite',
      'urlRewrite',
      'service',
      'service',
      'appPool',
    ]);
    expect(described.actions[0]).toMatchObject({ scope: { level: 'site', site: 'Default Web Site' }, rules: ['in'] });
    expect(described.actions[2]).toMatchObject({ rules: ['first'], source: expect.stringMatching(/^<rewrite>/) });
    expect(described.applicability.map(({ product, versions }) => [product, versions])).toEqual([
      ['shop', 'dotted'],
      ['nginx', 'debian'],
    ]);
  });

  it('has null where nothing was withdrawn', () => {
    const { text } = changed('<withdrawn>The rule was too wide.</withdrawn>', '');
    expect(describeMitigation(readMitigation(text).mitigation).withdrawn).toBeNull();
  });
});
