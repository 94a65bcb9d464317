import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paddedAttacks, paddedRequests, requestOf } from '../translate/testing/padded-attacks.ts';
import { send, sideBySide } from '../translate/testing/wire.ts';
import { checkApache, compileApache } from './index.ts';
import { type ApacheAtWork, apacheInstalled, passing, startApache } from './testing/apache-at-work.ts';
import { answerWords } from './testing/differential.ts';

/** One of the costly patterns tells cookie separators apart, which Apache's rules may not. */
const expressible = paddedAttacks
  .map((padded, at) => ({ ...padded, at }))
  .filter(({ rules }) => checkApache(rules).length === 0);

describe.skipIf(!apacheInstalled)('an attack that is padded', () => {
  let apache: ApacheAtWork;
  beforeAll(async () => {
    apache = await startApache({ hosts: expressible.map(({ rules }) => compileApache(rules).main + passing) });
  });
  afterAll(() => apache?.stop());

  it('is tried on all of the catalog', () => {
    expect(expressible.length).toBe(paddedAttacks.length - 1);
  });

  it.each(expressible.map((padded, place) => ({ ...padded, host: place })))(
    'is still refused: $name',
    async ({ at, host, ...padded }) => {
      const attacks = paddedRequests(padded, at);
      const answers = await sideBySide(attacks, 8, (request) => send({ port: apache.port(host) }, request));
      const words = answers.map(answerWords);
      // A broken escape in the path is Apache's own 400.
      const passed = attacks.filter((_, place) => !['abort', 'own 400'].includes(words[place] ?? ''));
      expect(passed.map((request) => JSON.stringify(request).slice(0, 120))).toEqual([]);
      console.log(`${`Apache, ${padded.name}`}: ${attacks.length} padded attacks, ${passed.length} let through`);
      expect(words.filter((word) => word === 'abort').length).toBeGreaterThan(attacks.length / 3);
    },
  );
});

describe.skipIf(!apacheInstalled)('the pattern as it was published', () => {
  it('lets the padded attack through, which is why it is not emitted', async () => {
    const rules =
      'RewriteEngine On\nRewriteCond %{HTTP_COOKIE} "(.*)X-BEResource=(.+)/(.+)~(.+)" [NC]\nRewriteRule .* - [F]\n';
    const apache = await startApache({ hosts: [rules + passing] });
    try {
      const cookie = 'X-BEResource=localhost/a~1942062522';
      const padding = 'X-BEResource='.repeat(20) + '/'.repeat(1_000);
      const to = { port: apache.port(0) };
      const plain = await send(to, requestOf('cookie', cookie));
      const padded = await send(to, requestOf('cookie', cookie + padding));
      expect([answerWords(plain), answerWords(padded)]).toEqual(['abort', 'pass']);
    } finally {
      await apache.stop();
    }
  });
});
