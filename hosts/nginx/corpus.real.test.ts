import * as fs from 'node:fs';
import { silentLog, systemClock, systemCommands, systemFiles, systemFolders } from '@stopgap/machine';
import { afterAll, describe, expect, it } from 'vitest';
import { refusing } from '../../tests/rule-hosts/actions.ts';
import { nginxHost } from './index.ts';
import { readTree } from './syntax/read-tree.ts';
import { performAll } from './testing/at-work.ts';
import { type CorpusCase, corpus } from './testing/corpus.ts';
import { type LaidOut, layOut } from './testing/lay-out.ts';
import { binary, complaintOf, confined, filesReadByNginx, moduleFile, noRealNginx } from './testing/real-nginx.ts';

const machine = {
  files: systemFiles,
  folders: systemFolders,
  commands: systemCommands,
  clock: systemClock,
  log: silentLog,
};
const installed = (one: CorpusCase) => (one.needs ?? []).every((name) => fs.existsSync(moduleFile(name)));
const refused = corpus.filter((one) => one.refused !== undefined || !installed(one));
const accepted = corpus.filter((one) => !refused.includes(one));
const none = new Map<string, string>();
let tests = 0;

async function expectAccepted(at: LaidOut, { needs }: CorpusCase, after: string): Promise<void> {
  tests++;
  expect(await complaintOf(at, needs), after).toBeUndefined();
}

describe.skipIf(noRealNginx)('the configurations of the corpus under the real nginx', () => {
  afterAll(() => {
    const lacking = corpus.filter((one) => !installed(one)).flatMap(({ needs = [] }) => needs);
    const skipped = lacking.length > 0 ? `, without ${[...new Set(lacking)].join(', ')} (not installed)` : '';
    console.log(`hosts/nginx: ${accepted.length} configurations under nginx${skipped}, ${tests} × nginx -t`);
  });

  it.each(refused)('nginx refuses as it is: $name', async (one) => {
    const at = layOut(one);
    try {
      expect(await complaintOf(at)).toContain('[emerg]');
    } finally {
      at.remove();
    }
  });

  it.each(accepted)('we read the files that nginx reads, in its order: $name', async (one) => {
    const at = layOut(one);
    try {
      const ours = [...readTree(at.source).files.keys()];
      const theirs = (await filesReadByNginx(at, one.needs)).map((file) => systemFolders.realPath(file));
      expect(ours).toEqual([...new Set(theirs)]);
    } finally {
      at.remove();
    }
  });

  it.each(accepted)('nginx accepts it after every single change, forwards and backwards: $name', async (one) => {
    const at = layOut(one);
    try {
      await expectAccepted(at, one, 'as it was');
      const before = at.snapshot();
      const { configFile } = at.source;
      const globalDirectives = confined(at, one.needs);
      const host = nginxHost(
        { kind: 'nginx', binary, configFile, globalDirectives, observeLog: `${at.run}/observed.log` },
        machine,
      );
      for (const wanted of [
        [refusing('one')],
        [refusing('one'), refusing('two')],
        [{ ...refusing('three'), mode: 'observe' as const }],
        [],
      ]) {
        const plan = await host.plan(wanted, none);
        const stands = at.snapshot();
        for (const change of plan.changes) {
          await host.perform(change);
          await expectAccepted(at, one, `after: ${change.summary}`);
        }
        for (const change of [...plan.changes].reverse()) {
          await host.undo(change);
          await expectAccepted(at, one, `after taking back: ${change.summary}`);
        }
        expect(at.snapshot()).toEqual(stands);
        await performAll(host, plan);
        expect((await host.plan(wanted, none)).changes).toEqual([]);
      }
      expect(at.snapshot()).toEqual(before);
    } finally {
      at.remove();
    }
  });
});
