import * as fs from 'node:fs';
import * as os from 'node:os';
import path from 'node:path';
import { answer, readAgentConfig, statePaths } from '@stopgap/agent';
import { silentLog, systemFiles } from '@stopgap/machine';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { documentText } from '../../agent/testing/documents.ts';
import { composeAgent } from '../../cli/composition.ts';
import type { Context } from '../../cli/context.ts';
import { takeOffAll } from '../../cli/install/take-off.ts';
import { applicationHost } from '../../hosts/iis/testing/application-host.ts';
import { hostFile, type Laid, layOut } from '../../hosts/iis/testing/lay-out.ts';

let state: string;
let server: Laid;
let before: ReadonlyMap<string, string>;

/** A server on which a mitigation is in force. */
beforeEach(async () => {
  state = fs.mkdtempSync(path.join(os.tmpdir(), 'stopgap-take-off-'));
  server = layOut([[hostFile, applicationHost()]]);
  fs.mkdirSync(server.at('inetpub/wwwroot'), { recursive: true });
  before = server.snapshot();
  const products = [{ product: 'thing', detector: 'declared', build: '1.2.3' }];
  const config = JSON.stringify({ hosts: [{ kind: 'iis', root: server.root }], products });
  fs.writeFileSync(statePaths(state).config, config, { mode: 0o600 });
  const parts = await composeAgent(readAgentConfig(systemFiles, state), state, silentLog);
  const documents = [{ file: 'M1.xml', text: documentText('M1') }];
  expect(await answer(parts, { ask: 'apply', actor: 'anna', ids: [], documents })).toMatchObject({ ok: true });
  parts.journal.close();
  expect(server.snapshot()).not.toEqual(before);
});
afterEach(() => {
  server.remove();
  fs.rmSync(state, { recursive: true, force: true });
});

it.each([
  ['as the journal says', []],
  ['where the journal is lost', ['journal.sqlite']],
  ['where the journal and its copy are lost', ['journal.sqlite', 'journal.copy.json']],
])('all that is in force is taken off, %s', async (_name, lost) => {
  for (const file of lost) fs.rmSync(path.join(state, file));
  const context = { actor: 'anna', tell: () => {}, style: { dim: (text: string) => text } } as unknown as Context;
  await takeOffAll(state, context, async () => {});
  expect(server.snapshot()).toEqual(before);
});

it('nothing is uninstalled where neither a journal nor the server says what stands there', async () => {
  for (const file of ['journal.sqlite', 'journal.copy.json']) fs.rmSync(path.join(state, file));
  server.write(hostFile, '<configuration>');
  const context = { actor: 'anna', tell: () => {}, style: { dim: (text: string) => text } } as unknown as Context;
  await expect(takeOffAll(state, context, async () => {})).rejects.toThrow(
    /nothing was uninstalled, as these could not be taken off: what stands on iis: /,
  );
});
