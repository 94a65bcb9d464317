import path from 'node:path';
import {
  type Clock,
  type Files,
  type Log,
  MachineError,
  object,
  optional,
  silentLog,
  systemClock,
  systemFiles,
  text,
  whole,
} from '@stopgap/machine';
import { defaultLimits, type FeedLimits } from './limits.ts';

/** One feed that a server listens to. */
export interface FeedConfig {
  readonly name: string;
  /** Where `metadata/` and `targets/` are, e.g. `https://feed.example.org/`. Absent: it is fed by offline bundles only. */
  readonly url?: string;
  /** The root given at enrolment: its bytes, or the file that holds them. */
  readonly root?: Uint8Array;
  readonly rootFile?: string;
  /** Where what was verified is kept; a folder of this feed alone. */
  readonly stateFolder: string;
  /** `http://[user:password@]host:port`, or `direct`. Default: the environment's HTTP(S)_PROXY and NO_PROXY. */
  readonly proxy?: string;
  /** PEM file of further authorities, e.g. that of a proxy which inspects TLS. */
  readonly caFile?: string;
  readonly limits?: Partial<FeedLimits>;
}

/** What a reader needs of the machine; each the machine's own when it is not given. */
export interface FeedDeps {
  readonly files?: Files;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The dependencies with the machine's own where none are given. */
export function withDefaults(deps: FeedDeps): Required<FeedDeps> {
  return {
    files: deps.files ?? systemFiles,
    clock: deps.clock ?? systemClock,
    log: deps.log ?? silentLog,
    environment: deps.environment ?? process.env,
  };
}

const size = optional(whole(1, 1024 * 1024 * 1024));

const limits = object(Object.fromEntries(Object.keys(defaultLimits).map((key) => [key, size])));

const decoder = object({
  name: text(64),
  url: optional(text(2000)),
  rootFile: optional(text()),
  proxy: optional(text()),
  caFile: optional(text()),
  limits: optional(limits, {}),
});

/**
 * One entry of an agent's `feeds`: `name`, `url` (absent: offline bundles only), `rootFile`, `proxy`, `caFile`, `limits`. What is verified goes to a
 * folder of the feed's name in `feedsFolder`; files are relative to the folder that one is in, and the root is `root.json`
 * there unless named. Throws `MachineError` `invalid-json` naming the place.
 */
export function decodeFeedConfig(value: unknown, place: string, feedsFolder: string): FeedConfig {
  const entry = decoder(value, place);
  if (!/^[a-z0-9][a-z0-9-]*$/.test(entry.name)) {
    throw new MachineError(
      'invalid-json',
      `${place}.name: expected small letters, digits and dashes, found ${JSON.stringify(entry.name)}`,
    );
  }
  const near = (file: string) => path.resolve(path.dirname(feedsFolder), file);
  return {
    name: entry.name,
    ...(entry.url === undefined ? {} : { url: entry.url }),
    rootFile: near(entry.rootFile ?? 'root.json'),
    stateFolder: path.join(feedsFolder, entry.name),
    ...(entry.proxy === undefined ? {} : { proxy: entry.proxy }),
    ...(entry.caFile === undefined ? {} : { caFile: near(entry.caFile) }),
    limits: Object.fromEntries(Object.entries(entry.limits).filter(([, limit]) => limit !== undefined)),
  };
}
