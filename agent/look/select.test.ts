import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultPolicy } from '../policy/policy.ts';
import { writePolicy } from '../policy/store.ts';
import type { MitigationSource, SourceDocument, SourceScope } from '../source.ts';
import { type Bench, makeBench } from '../testing/bench.ts';
import { documentText } from '../testing/documents.ts';
import { look } from './look.ts';
import { readRefused } from './notes.ts';

/** A feed under the test's command. */
interface Feed {
  readonly name: string;
  scope?: SourceScope;
  documents: SourceDocument[];
  silent: boolean;
}

let bench: Bench;
beforeEach(() => {
  bench = makeBench([]);
});
afterEach(() => bench.close());

function feed(name: string, ...documents: SourceDocument[]): Feed {
  return { name, documents, silent: false };
}

function document(id: string, options: Parameters<typeof documentText>[1] = {}): SourceDocument {
  return { name: `${id}.xml`, bytes: Buffer.from(documentText(id, options)) };
}

/** Looks with these feeds and answers every line of the status as `key from feed: state`. */
async function lookAt(...feeds: Feed[]): Promise<string[]> {
  const sources = feeds.map(({ name, scope, documents, silent }): MitigationSource => {
    const said = { version: 1, signedAt: bench.clock.at, expiresAt: bench.clock.at + 1e9, documents };
    return {
      name,
      ...(scope ? { scope } : {}),
      look: async () =>
        silent ? { ok: false, trouble: { step: 'dns', reason: 'no network' } } : { ok: true, documents: said },
      last: () => (silent ? undefined : said),
      follow: async () => {},
    };
  });
  const { status } = await look({ ...bench.parts, sources });
  return status.map((one) => `${one.mitigation} from ${one.source}: ${one.state}`).sort();
}

const reasonOf = (key: string) => bench.parts.journal.status().find((one) => one.mitigation === key)?.reason;

describe('two roles of one feed that offer the same id', () => {
  it('the feed itself has it, then those to whom it delegates in their order, whatever the revision', async () => {
    const own = document('M1', { revision: 2 });
    const role = (rank: number) => ({ ...document('M1', { revision: 9 }), name: `role-${rank}/M1.xml`, rank });
    const a = feed('a', own);
    expect(await lookAt(a)).toEqual(['M1 from a: protected']);
    a.documents = [role(1), own];
    expect(await lookAt(a)).toEqual(['M1 from a: protected', 'a/M1 from a: conflict']);
    expect(reasonOf('a/M1')).toMatch(/^M1\.xml of the same feed has this id, and who signed that is heard first/);
    expect(bench.parts.journal.status().find((one) => one.mitigation === 'M1')?.revision).toBe(2);
    a.documents = [{ ...role(2), bytes: Buffer.from(documentText('M1', { revision: 10 })) }, role(1)];
    await lookAt(a);
    expect(bench.parts.journal.status().find((one) => one.mitigation === 'M1')?.revision).toBe(9);
  });
});

describe('two feeds that offer the same id', () => {
  it('the first in the configuration has it, and the other is shown as a conflict', async () => {
    const [a, b] = [feed('a', document('M1')), feed('b', document('M1', { revision: 9 }))];
    expect(await lookAt(a, b)).toEqual(['M1 from a: protected', 'b/M1 from b: conflict']);
    expect(reasonOf('b/M1')).toMatch(/^feed a offers a mitigation of this id too, .* no feed overrides another's/);
    expect(bench.host.things.get('rule:M1#0')).toBe('1 enforce');
  });

  it('what is in force from one is not changed or withdrawn by the other, wherever that stands', async () => {
    const b = feed('b', document('M1'));
    await lookAt(b);
    for (const options of [
      { revision: 9 },
      { revision: 9, withdrawn: 'trust me' },
      { revision: 9, expires: '2026-01-02T00:00:00Z' },
    ]) {
      expect(await lookAt(feed('a', document('M1', options)), b)).toEqual([
        'M1 from b: protected',
        'a/M1 from a: conflict',
      ]);
    }
    expect(bench.host.things.get('rule:M1#0')).toBe('1 enforce');
  });

  it('passes to the other when its own feed gives it up, in whatever revision that offers', async () => {
    await lookAt(feed('a'), feed('b', document('M1', { revision: 5 })));
    expect(await lookAt(feed('a', document('M1', { revision: 2 })), feed('b'))).toEqual(['M1 from a: protected']);
    expect(bench.host.things.get('rule:M1#0')).toBe('2 enforce');
    expect(bench.parts.journal.held()[0]).toMatchObject({ source: 'a', revision: 2 });
  });

  it('does not pass to the other while its own feed cannot be heard', async () => {
    const b = feed('b', document('M1'));
    await lookAt(b);
    b.silent = true;
    const a = feed('a', document('M1', { revision: 7, withdrawn: 'trust me' }));
    expect(await lookAt(a, b)).toEqual(['M1 from b: protected', 'a/M1 from a: conflict']);
  });

  it('an approval of what one feed offers is none of what the other does', async () => {
    const [a, b] = [feed('a', document('M1')), feed('b', document('M1', { fixed: '1.2.8' }))];
    writePolicy(bench.parts.files, bench.parts.policyFiles.server, {
      ...defaultPolicy,
      mode: 'approve',
      approved: [{ id: 'M1', revision: 1, source: 'a', by: 'anna', at: 0 }],
    });
    expect(await lookAt(a, b)).toEqual(['M1 from a: protected', 'b/M1 from b: conflict']);
    expect(await lookAt(feed('a'), b)).toEqual(['M1 from a: removed']);
    expect(await lookAt(feed('a'), b)).toEqual(['M1 from b: pending']);
    expect(reasonOf('M1')).toMatch(/^revision 1 awaits approval/);
  });

  it('what is taken off because its own feed gave it up says so, whatever the other says of it', async () => {
    await lookAt(feed('a', document('M1')));
    await lookAt(feed('a'), feed('b', document('M1', { withdrawn: 'it broke mail' })));
    expect(reasonOf('M1')).toBe('no longer in feed a; in feed b: withdrawn by its publisher: it broke mail');
  });

  it('byte for byte the same document is no conflict', async () => {
    expect(await lookAt(feed('a', document('M1')), feed('b', document('M1')))).toEqual(['M1 from a: protected']);
  });

  it('documents that cannot be read may have the same name in both', async () => {
    const broken = { name: 'M2.xml', bytes: Buffer.from('<mitigation schema="9" id="M2" revision="1"/>') };
    expect(await lookAt(feed('a', broken), feed('b', broken))).toEqual([
      'M2.xml from a: unsupported',
      'b/M2.xml from b: unsupported',
    ]);
  });
});

describe('one feed', () => {
  it('that was never heard since its state was lost leaves what is in force as it is', async () => {
    const a = feed('a', document('M1'));
    await lookAt(a);
    a.silent = true;
    expect(await lookAt(a)).toEqual(['M1 from a: protected']);
    expect([...bench.host.things.keys()]).toEqual(['rule:M1#0']);
  });

  it('that offers a newer revision in a form that is not known leaves the one in force', async () => {
    const a = feed('a', document('M1'));
    await lookAt(a);
    const unsupported = { id: 'M1', title: 'M1', reason: 'its action "Firewall" is of a type that is not known' };
    a.documents = [{ name: 'M1.xml', bytes: Buffer.from('<Config/>'), unsupported }];
    expect(await lookAt(a)).toEqual(['M1 from a: protected', 'a/M1 from a: unsupported']);
    a.documents = [{ name: 'exchange/M1.xml', bytes: Buffer.from('<mitigation schema="9"/>') }];
    expect(await lookAt(a)).toEqual(['M1 from a: protected', 'exchange/M1.xml from a: unsupported']);
  });

  it('that is configured no more is forgotten, and what came from it is taken off', async () => {
    await lookAt(feed('a', document('M1')), feed('b', document('M2')));
    expect(await lookAt(feed('a', document('M1')))).toEqual(['M1 from a: protected', 'M2 from b: removed']);
    expect(bench.parts.journal.sources().map(({ name }) => name)).toEqual(['a']);
  });

  it('that offers two documents with one id and revision is told so', async () => {
    const other = { name: 'z.xml', bytes: Buffer.from(documentText('M1', { fixed: '1.2.8' })) };
    expect(await lookAt(feed('a', document('M1'), other))).toEqual(['M1 from a: protected', 'a/M1 from a: conflict']);
  });
});

describe('what a feed may speak for', () => {
  it('is its products: a mitigation for another one is refused, named, and asks for attention', async () => {
    const a = { ...feed('a', document('M1')), scope: { products: ['nginx', 'exchange'] } };
    expect(await lookAt(a)).toEqual(['M1 from a: blocked']);
    expect(reasonOf('M1')).toMatch(/^refused: feed a may speak for nginx, exchange only .* and this is for thing/);
    expect(readRefused(bench.parts.journal)).toHaveLength(1);
    expect(bench.host.activations).toBe(0);
    expect(await lookAt({ ...a, scope: { products: ['thing'] } })).toEqual(['M1 from a: protected']);
    expect(readRefused(bench.parts.journal)).toEqual([]);
  });

  it('is not every server, unless the mitigation does nothing', async () => {
    const everywhere = (id: string, actions?: string) => ({
      name: `${id}.xml`,
      bytes: Buffer.from(
        documentText(id, actions === undefined ? {} : { actions }).replace(
          /<applicability>[\s\S]*<\/applicability>/,
          '<applicability/>',
        ),
      ),
    });
    const a = { ...feed('a', everywhere('M1'), everywhere('PING', '<none/>')), scope: { products: ['thing'] } };
    expect(await lookAt(a)).toEqual(['M1 from a: blocked', 'PING from a: protected']);
    expect(reasonOf('M1')).toMatch(/for every server/);
  });

  it('is its kinds of action', async () => {
    const a = feed('a', document('M1'), document('M2', { actions: '<service name="thing"/>' }));
    a.scope = { actions: ['urlRewrite'] };
    expect(await lookAt(a)).toEqual(['M1 from a: protected', 'M2 from a: blocked']);
    expect(reasonOf('M2')).toMatch(/^refused: feed a may not order a service action/);
  });

  it('is what its own delegation says of those who signed the document', async () => {
    const signed = { ...document('M1'), products: ['nginx'] };
    expect(await lookAt(feed('a', signed))).toEqual(['M1 from a: blocked']);
    expect(reasonOf('M1')).toMatch(
      /^refused: those who signed it may speak for nginx only \(the delegation in feed a\)/,
    );
    expect(await lookAt(feed('a', { ...signed, products: [] }))).toEqual(['M1 from a: blocked']);
    expect(await lookAt(feed('a', { ...signed, products: ['thing'] }))).toEqual(['M1 from a: protected']);
  });

  it('narrowed later, takes off what is in force beyond it', async () => {
    const a = feed('a', document('M1'));
    await lookAt(a);
    expect(await lookAt({ ...a, scope: { products: ['nginx'] } })).toEqual([
      'M1 from a: removed',
      'a/M1 from a: blocked',
    ]);
    expect(bench.host.things.size).toBe(0);
  });

  it('leaves an id to another feed that may have it', async () => {
    const squatter = { ...feed('a', document('M1', { revision: 9 })), scope: { products: ['nginx'] } };
    expect(await lookAt(squatter, feed('b', document('M1')))).toEqual(['M1 from b: protected', 'a/M1 from a: blocked']);
  });
});
