import { describe, expect, it } from 'vitest';
import { effectivePolicy } from './effective.ts';
import { defaultPolicy, type PolicyLevel } from './policy.ts';

const level = (changes: Partial<PolicyLevel>): PolicyLevel => ({ ...defaultPolicy, ...changes });
const block = (id: string, by: string) => ({ id, by, reason: 'x', at: 0, keep: false });

describe('the organisation and the server together', () => {
  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
    [false, false, false],
  ])('MitigationsEnabled %s and %s: applied automatically %s', (organisation, server, automatic) => {
    const policy = effectivePolicy(level({ mitigationsEnabled: organisation }), level({ mitigationsEnabled: server }));
    expect(policy.automatic.on).toBe(automatic);
  });

  it('block what either blocks; the organisation is named first', () => {
    const policy = effectivePolicy(
      level({ blocked: [block('A', 'org')] }),
      level({ blocked: [block('A', 'me'), block('B', 'me')] }),
    );
    expect([...policy.blocked.values()].map(({ id, by, level: at }) => [id, by, at])).toEqual([
      ['A', 'org', 'organisation'],
      ['B', 'me', 'server'],
    ]);
  });

  it.each([
    [undefined, undefined, 'enforce'],
    ['approve', undefined, 'approve'],
    ['approve', 'observe', 'observe'],
    [undefined, 'approve', 'approve'],
  ] as const)('modes %s and %s: %s', (organisation, server, mode) => {
    expect(effectivePolicy(level({ mode: organisation }), level({ mode: server })).mode).toBe(mode);
  });
});
