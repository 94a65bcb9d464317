import { type AgentConfig, type Host, type InventoryView, readAgentConfig, statePaths } from '@stopgap/agent';
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
import { clockSynchronised, serviceFacts } from './system.ts';

const machine: Machine = { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog };

/** Collects what the checks look at. Changes nothing; whatever cannot be looked at is a fact, too. */
export async function collectFacts(stateFolder: string, offline: boolean, context: Context): Promise<DoctorFacts> {
  const configured = await readConfigured(stateFolder);
  const { hosts = [], inventory, feeds = [], config } = 'trouble' in configured ? {} : configured;
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
    configTrouble: 'trouble' in configured ? configured.trouble : undefined,
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

interface Configured {
  readonly config: AgentConfig;
  readonly hosts: readonly Host[];
  readonly feeds: readonly FeedEntry[];
  readonly inventory: () => Promise<InventoryView>;
}

async function readConfigured(stateFolder: string): Promise<Configured | { readonly trouble: string }> {
  const paths = statePaths(stateFolder);
  try {
    const config = readAgentConfig(systemFiles, stateFolder);
    const products = decodeInventoryConfig(config.products, `${paths.config}: products`);
    const hosts = await Promise.all(
      config.hosts.map((host, index) => hostOf(host, `${paths.config}: hosts[${index}]`, machine)),
    );
    const feeds = await decodeFeeds(config.feeds, paths.config, paths.feeds);
    return { config, hosts, feeds, inventory: () => takeInventory(products, machine) };
  } catch (error) {
    return { trouble: error instanceof Error ? error.message : String(error) };
  }
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
