import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerWords } from '../translate/testing/compared.ts';
import { paddedAttacks, paddedRequests, requestOf } from '../translate/testing/padded-attacks.ts';
import { send, sideBySide } from '../translate/testing/wire.ts';
import { compileNginx } from './index.ts';
import { type NginxAtWork, nginxInstalled, startNginx } from './testing/nginx-at-work.ts';

describe.skipIf(!nginxInstalled)('an attack that is padded', () => {
  for (const jit of ['off', 'on']) {
    describe(`with pcre_jit ${jit}`, () => {
      let nginx: NginxAtWork;
      beforeAll(async () => {
        const servers = paddedAttacks.map(({ rules }, at) => compileNginx(rules, { variablePrefix: `s${at}` }));
        nginx = await startNginx(servers, { headerBuffers: '8 64k', main: `pcre_jit ${jit};\n` });
      });
      afterAll(() => nginx?.stop());

      it.each(paddedAttacks.map((padded, at) => ({ ...padded, at })))(
        'is still refused: $name',
        async ({ at, ...padded }) => {
          const attacks = paddedRequests(padded, at);
          const answers = await sideBySide(attacks, 8, (request) => send(nginx.socket(at), request));
          const words = answers.map(answerWords);
          // A broken escape in the path is nginx's own 400.
          const passed = attacks.filter((_, place) => words[place] !== 'abort' && words[place] !== 'own 400');
          expect(passed.map((request) => JSON.stringify(request).slice(0, 120))).toEqual([]);
          console.log(
            `${`nginx, pcre_jit ${jit}, ${padded.name}`}: ${attacks.length} padded attacks, ${passed.length} let through`,
          );
          expect(words.filter((word) => word === 'abort').length).toBeGreaterThan(attacks.length / 3);
        },
      );

      it('is refused without nginx giving up where the rule is of the catalog', () => {
        const alerts = nginx.errors().match(/pcre2_match\(\) failed[^\n]*server: [^\n]*/g) ?? [];
        const byCatalog = alerts.filter((line) => /s[0-3]_/.test(line));
        expect(byCatalog).toEqual([]);
      });
    });
  }
});

describe.skipIf(!nginxInstalled)('the pattern as it was published', () => {
  it('lets the padded attack through, which is why it is not emitted', async () => {
    const http = 'map $http_cookie $hit {\n    "~*(.*)X-BEResource=(.+)/(.+)~(.+)" 1;\n}\n';
    const nginx = await startNginx([{ http, server: 'if ($hit) {\n    return 444;\n}\n' }]);
    try {
      const cookie = 'X-BEResource=localhost/a~1942062522';
      const padding = 'X-BEResource='.repeat(20) + '/'.repeat(1_000);
      const plain = await send(nginx.socket(0), requestOf('cookie', cookie));
      const padded = await send(nginx.socket(0), requestOf('cookie', cookie + padding));
      expect([answerWords(plain), answerWords(padded)]).toEqual(['abort', 'pass']);
      expect(nginx.errors()).toContain('pcre2_match() failed: -47');
    } finally {
      await nginx.stop();
    }
  });
});
