import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import path from 'node:path';
import { fromMitigations } from '@stopgap/feed/ocs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentText } from '../../agent/testing/documents.ts';
import { pem } from '../../feed/der.ts';
import { root, signed, signedAt, timeRoot } from '../../feed/ocs/testing/publisher.ts';
import { checkout, stopgap } from './command-line.ts';
import { type NginxServer, startNginx } from './nginx-server.ts';
import { temporaryFolder } from './trial.ts';

const hour = 3_600_000;

describe('an OCS-style feed, served by the command, on a server with nginx', () => {
  const state = temporaryFolder();
  const file = path.join(state, 'feed.xml');
  let nginx: NginxServer;
  let server: ChildProcess;

  beforeAll(async () => {
    nginx = await startNginx();
    for (const [name, der] of [
      ['root', root.der],
      ['time', timeRoot.der],
    ] as const) {
      fs.writeFileSync(path.join(state, `${name}.pem`), pem('CERTIFICATE', der));
    }
    await publish(signedAt, 'M1');
    const feed = {
      kind: 'ocs',
      name: 'eocs',
      url: await serve(),
      rootFile: 'root.pem',
      timeRootFile: 'time.pem',
      proxy: 'direct',
    };
    fs.writeFileSync(
      path.join(state, 'agent.json'),
      JSON.stringify({
        feeds: [{ ...feed, products: ['thing'] }],
        hosts: [nginx.hostConfig],
        products: [{ product: 'thing', detector: 'declared', build: '1.2.3' }],
      }),
    );
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('close', resolve));
    server.kill('SIGTERM');
    await ended;
    await nginx.stop();
    fs.rmSync(state, { recursive: true, force: true });
  });

  function serve(): Promise<string> {
    server = spawn(path.join(checkout, 'bin', 'stopgap'), ['feed', 'serve', '--ocs', file, '--port', '0'], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    return new Promise((resolve, reject) => {
      server.once('message', (message: { ready: string }) => resolve(message.ready));
      server.once('close', (code) => reject(new Error(`the feed's server ended with ${code}`)));
    });
  }

  /** Replaces what is served by a document countersigned at this time, with these mitigations and whatever else. */
  async function publish(at: number, ids: string | readonly string[], more = ''): Promise<void> {
    const documents = [ids].flat().map((id) => ({ name: id, bytes: Buffer.from(documentText(id)) }));
    const document = fromMitigations(documents).replace('</EOCS>', `${more}</EOCS>`);
    const text = await signed({ document, timestamp: { at } });
    fs.writeFileSync(`${file}.new`, text);
    fs.renameSync(`${file}.new`, file);
  }

  /** Looks, and answers the status: state by id, and the feed's trouble. */
  async function look(): Promise<{
    states: Record<string, string>;
    reasons: Record<string, string>;
    trouble: string | undefined;
  }> {
    await stopgap(state, 'check');
    const { out } = await stopgap(state, 'status', '--json');
    const overview = JSON.parse(out) as {
      feeds: { trouble: { step: string } | null }[];
      mitigations: { id: string; state: string; reason: string }[];
    };
    const by = (key: 'state' | 'reason') => Object.fromEntries(overview.mitigations.map((one) => [one.id, one[key]]));
    return { states: by('state'), reasons: by('reason'), trouble: overview.feeds[0]?.trouble?.step };
  }

  it('is applied and proven', async () => {
    expect(await look()).toMatchObject({ states: { M1: 'protected' }, trouble: undefined });
    expect(await nginx.outcome('/attack/M1')).toBe('refused');
    expect(await nginx.outcome('/')).toBe('200');
  });

  it('of a later time is taken, and what it holds of an unknown kind is unsupported as a whole', async () => {
    const strange =
      '<Config id="M9" desc="Two things"><ActionList><Action type="DoNothing" scope="Server"><Value>DoNothing</Value></Action><Action type="Firewall" scope="Server"><Value>x</Value></Action></ActionList></Config>';
    await publish(signedAt + hour, ['M1', 'M2'], strange);
    const { states, reasons } = await look();
    expect(states).toEqual({ M1: 'protected', M2: 'protected', M9: 'unsupported' });
    expect(reasons.M9).toMatch(/action "Firewall" is of a type that this version of Stopgap does not know/);
    expect(await nginx.outcome('/attack/M2')).toBe('refused');
  });

  it('rolled back is refused, and what is in force stays', async () => {
    await publish(signedAt, 'M1');
    expect(await look()).toMatchObject({ states: { M1: 'protected', M2: 'protected' }, trouble: 'rollback' });
    expect(await nginx.outcome('/attack/M2')).toBe('refused');
  });

  it('changed by one character is refused, and goes on with the next good one', async () => {
    await publish(signedAt + 2 * hour, 'M1');
    const good = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, good.replace('desc="Test M1"', 'desc="Test M2"'));
    expect(await look()).toMatchObject({ states: { M2: 'protected' }, trouble: 'signature' });
    fs.writeFileSync(file, good);
    expect(await look()).toMatchObject({ states: { M1: 'protected', M2: 'removed' }, trouble: undefined });
    expect(await nginx.outcome('/attack/M2')).toBe('200');
  });

  it('is walked by connectivity in its own step', async () => {
    const { code, out } = await stopgap(state, 'connectivity');
    expect([code, out]).toEqual([0, expect.stringMatching(/documents\s+ok .*1 documents, signed 2021-06-01T02:00:00/)]);
  });
});
