import path from 'node:path';
import { tryLock } from '@stopgap/agent';
import { passphraseFromFile, renewFeed } from '@stopgap/feed';
import { systemFiles } from '@stopgap/machine';
import { startOnFreePort } from './ports.ts';
import { prepareFeed, type SampleFeed } from './sample-feed.ts';
import { startSampleSite } from './sample-site.ts';
import { type ServiceProcess, startService } from './service-process.ts';
import { readSettings } from './settings.ts';
import { welcome } from './welcome.ts';
import { writeAgentConfig, writeGatewayConfig } from './write-configs.ts';

/** The world it runs in. */
export interface Standalone {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly checkout: string;
  readonly signal: AbortSignal;
  print(text: string): void;
}

const day = 86_400_000;
const lockName = 'standalone.sqlite';

/**
 * The whole service on loopback: a sample site, the gateway in front of it, a feed made from the catalog, and the agent, each in
 * the process it would have on a server. Returns when `signal` aborts and nothing is left running. Throws `Error` whose message
 * is for people.
 */
export async function runStandalone({ env, checkout, signal, print }: Standalone): Promise<void> {
  const { stateFolder, gatewayPort } = readSettings(env, checkout);
  refuseForeignState(stateFolder);
  systemFiles.makeFolder(stateFolder);
  const lock = tryLock(path.join(stateFolder, lockName));
  if (!lock)
    throw new Error(
      `it is running already with the state in ${stateFolder}; stop that one, or set STOPGAP_STATE_DIR to another folder`,
    );
  const running = new Set<ServiceProcess>();
  const site = await startSampleSite();
  try {
    const feed = await prepareFeed(stateFolder, path.join(checkout, 'catalog'));
    const start = (name: string, ...args: readonly string[]) => {
      if (signal.aborted) throw new Error('stopped');
      const service = startService(name, checkout, args, path.join(stateFolder, 'logs', `${name}.log`));
      running.add(service);
      service.ended.then(() => signal.aborted || running.delete(service));
      return service;
    };
    const served = start('feed', 'feed', 'serve', feed.folder, '--port', '0');
    const gateway = startOnFreePort(gatewayPort, (port) => {
      const config = writeGatewayConfig(stateFolder, port, site.port);
      return start('gateway', 'gateway', 'run', '--config', config).ready.then(() => ({ port, config }));
    });
    const [feedUrl, { port, config: gatewayConfig }] = await orStopped(Promise.all([served.ready, gateway]), signal);
    writeAgentConfig(stateFolder, { feedUrl, rootFile: feed.rootFile, gatewayConfig });
    const agent = start('agent', 'agent', 'run', '--state-dir', stateFolder);
    await orStopped(agent.ready, signal);
    print(
      welcome({
        stateFolder,
        checkout,
        gatewayPort: port,
        sitePort: site.port,
        feedUrl,
        feedFolder: feed.folder,
        ownState: env.STOPGAP_STATE_DIR,
      }),
    );
    print('ready\n');
    await untilStopped([...running], feed, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const service of running) service.stop();
    await Promise.all([...[...running].map((service) => service.ended), site.close()]);
    lock.release();
  }
}

/** `agent.json` is written anew at each start: that of a service must not be. */
function refuseForeignState(stateFolder: string): void {
  const here = (name: string) => systemFiles.read(path.join(stateFolder, name)) !== undefined;
  if (!here('agent.json') || here(lockName)) return;
  throw new Error(
    `${stateFolder} is the state folder of an agent that "npm start" has not set up; set STOPGAP_STATE_DIR to another folder, or to nothing`,
  );
}

/** Ends early when the person does not want to wait for it any more. */
function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(new Error('stopped'));
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
  });
  return Promise.race([work, stopped]);
}

/** Renews the feed daily until told to stop; a service that ends by itself is an error. */
async function untilStopped(running: readonly ServiceProcess[], feed: SampleFeed, signal: AbortSignal): Promise<void> {
  const renewing = setInterval(() => {
    renewFeed(feed.folder, { passphrase: passphraseFromFile(feed.passphraseFile) }).catch((error: unknown) => {
      process.stderr.write(`the feed could not be renewed: ${error instanceof Error ? error.message : error}\n`);
    });
  }, day);
  const fallen = running.map(async (service) => {
    await service.ended;
    if (!signal.aborted) throw new Error(`the ${service.name} ended by itself; see its log`);
  });
  try {
    await orStopped(Promise.race(fallen), signal);
  } finally {
    clearInterval(renewing);
    for (const fall of fallen) fall.catch(() => {});
  }
}
