import * as fs from 'node:fs';
import {
  type AgentConfig,
  AgentError,
  type Host,
  type InventoryView,
  parseAgentConfig,
  readAgentConfig,
  statePaths,
} from '@stopgap/agent';
import {
  type DoctorFacts,
  type FeedFacts,
  hostFactsOf,
  journalFactsOf,
  placesOf,
  policyTroublesOf,
  productFactsOf,
  stateFactsOf,
  systemProbe,
} from '@stopgap/agent/doctor';
import { decodeInventoryConfig, takeInventory } from '@stopgap/agent/inventory';
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import { walk } from '../commands/connectivity.ts';
import { hostOf, type Machine } from '../composition.ts';
import type { Context } from '../context.ts';
import { decodeFeeds, type FeedEntry, sourceFor } from '../feeds.ts';
import { draftConfiguration } from '../install/configuration.ts';
import { detect } from '../install/detect.ts';
import { clockSynchronised, serviceFacts } from './system.ts';

const machine: Machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };

/** Collects what the checks look at. Changes nothing; whatever cannot be looked at is a fact, too. */
export async function collectFacts(stateFolder: string, offline: boolean, context: Context): Promise<DoctorFacts> {
  const { trouble, config, hosts, feeds, inventory } = await readConfigured(stateFolder);
  const [hostFacts, products, feedFacts, synchronised, service] = await Promise.all([
    hostFactsOf(hosts),
    inventory?.(),
    Promise.all(feeds.map((feed) => feedFactsOf(feed, offline, context))),
    clockSynchronised(systemCommands),
    serviceFacts(systemCommands, systemFiles),
  ]);
  return {
    now: systemClock.now(),
    state: stateFactsOf(stateFolder, systemProbe),
    configTrouble: trouble,
    configChanged: changedAt(statePaths(stateFolder).config),
    hosts: hostFacts,
    products: products && productFactsOf(products),
    productProblems: products?.problems ?? new Map(),
    feeds: feedFacts,
    policyTroubles: config ? policyTroublesOf(config.policy, systemFiles) : [],
    journal: journalFactsOf(statePaths(stateFolder).journal),
    places: placesOf(stateFolder, hostFacts, systemProbe),
    clockSynchronised: synchronised,
    service,
    root: process.platform === 'win32' || process.geteuid?.() === 0,
  };
}

/** Milliseconds since the epoch; `undefined` also where that may not be known. */
function changedAt(file: string): number | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  } catch {
    return undefined;
  }
}

interface Configured {
  /** Why there is no configuration that the service could use. */
  readonly trouble: string | undefined;
  readonly config: AgentConfig | undefined;
  readonly hosts: readonly Host[];
  readonly feeds: readonly FeedEntry[];
  readonly inventory: (() => Promise<InventoryView>) | undefined;
}

/** What is configured; on a server that is not set up yet, what an installation would find and configure. */
async function readConfigured(stateFolder: string): Promise<Configured> {
  const nothing = { config: undefined, hosts: [], feeds: [], inventory: undefined };
  try {
    return { trouble: undefined, ...(await composed(readAgentConfig(systemFiles, stateFolder), stateFolder)) };
  } catch (error) {
    const trouble = error instanceof Error ? error.message : String(error);
    if (!(error instanceof AgentError) || error.code !== 'not-enrolled') return { trouble, ...nothing };
    const text = draftConfiguration(await detect(machine, process.platform), undefined);
    return { trouble, ...(await composed(parseAgentConfig(text, stateFolder), stateFolder)) };
  }
}

async function composed(config: AgentConfig, stateFolder: string): Promise<Omit<Configured, 'trouble'>> {
  const paths = statePaths(stateFolder);
  const products = decodeInventoryConfig(config.products, `${paths.config}: products`);
  const hosts = await Promise.all(
    config.hosts.map((host, index) => hostOf(host, `${paths.config}: hosts[${index}]`, machine)),
  );
  const feeds = await decodeFeeds(config.feeds, paths.config, paths.feeds);
  return { config, hosts, feeds, inventory: () => takeInventory(products, machine) };
}

async function feedFactsOf(feed: FeedEntry, offline: boolean, context: Context): Promise<FeedFacts> {
  const { name } = feed.config;
  const steps: { step: string; verdict: 'ok' | 'failed' | 'skipped'; detail: string }[] = [];
  if (!offline)
    for await (const { step, verdict, detail } of walk(feed, context)) steps.push({ step, verdict, detail });
  return { name, steps, signed: await lastSigned(feed) };
}

async function lastSigned(feed: FeedEntry): Promise<number | undefined> {
  try {
    return (await sourceFor(feed, machine)).last()?.signedAt;
  } catch {
    // What is wrong with the feed is said by its steps.
    return undefined;
  }
}
