import path from 'node:path';
import { type TestClock, testClock } from '../../testing/clock.ts';
import { delegate as simulatedDelegate } from '../../testing/delegates.ts';
import { memoryFiles } from '../../testing/memory-files.ts';
import { type SimulatedDelegate, SimulatedRepository } from '../../testing/repository.ts';
import { type Site, serveSite } from '../../testing/site.ts';
import { Trouble } from '../../trouble.ts';
import { type Client, download, initialise, refresh } from '../updater.ts';

/** A client against a hostile repository, over a real socket; for scenarios. */
export interface Bench {
  readonly repository: SimulatedRepository;
  readonly clock: TestClock;
  readonly site: Site;
  /** Runs the command: `ok`, or the step at which it was refused. */
  refresh(): Promise<string>;
  download(name: string): Promise<string>;
  /** What is trusted: role and version, e.g. `root 1`, in order of the roles' names. */
  trusted(): readonly string[];
  /** A role's file as it is trusted. */
  onDisk(role: string): Buffer | undefined;
  /** Contents of the artifacts that were stored, by name. */
  artifacts(): Readonly<Record<string, string>>;
  /** Files that were written anywhere but where they belong. */
  outside(): readonly string[];
  /** Metadata files asked for since the last call, without `metadata/`. */
  asked(): readonly string[];
  /** Enrols the client anew with the root as it is served now, or with these bytes. */
  enrol(root?: Uint8Array): void;
}

/** Opens a bench on a repository, enrolled with its root as it is now. */
export async function openBench(repository?: SimulatedRepository): Promise<Bench> {
  const simulated = repository ?? (await SimulatedRepository.released());
  const asked: string[] = [];
  const site = await serveSite(simulated.served, (request) => {
    asked.push(request.url ?? '');
    return false;
  });
  const clock = testClock(simulated.signedAt);
  const disk = memoryFiles();
  const client: Client = { metadataFolder: '/metadata', metadataUrl: `${site.url}metadata`, files: disk, clock };
  const within = (folder: string) =>
    [...disk.contents]
      .filter(([file]) => path.dirname(file) === folder)
      .map(([file, bytes]) => [path.basename(file), bytes] as const);
  const enrol = (root: Uint8Array = simulated.root) => initialise('/metadata', root, disk);
  enrol();
  return {
    repository: simulated,
    clock,
    site,
    enrol,
    refresh: () => outcome(refresh(client)),
    download: (name) => outcome(download(client, { name, baseUrl: `${site.url}targets/`, folder: '/artifacts' })),
    trusted: () =>
      within('/metadata')
        .map(([name, bytes]) => `${name.replace(/\.json$/, '')} ${versionIn(bytes)}`)
        .sort(),
    onDisk: (role) => disk.contents.get(`/metadata/${role}.json`),
    artifacts: () =>
      Object.fromEntries(within('/artifacts').map(([name, bytes]) => [decodeURIComponent(name), bytes.toString()])),
    outside: () =>
      [...disk.contents.keys()].filter(
        (file) =>
          !['/metadata', '/artifacts', '/metadata/.stopgap', '/metadata/.stopgap/documents'].includes(
            path.dirname(file),
          ),
      ),
    asked: () =>
      asked
        .splice(0)
        .filter((one) => one.startsWith('/metadata/'))
        .map((one) => one.slice('/metadata/'.length)),
  };
}

async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (error instanceof Trouble) return error.step;
    throw error;
  }
}

function versionIn(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString('utf8')).signed.version;
}

/** One thing that a client of The Update Framework has to get right. */
export interface Scenario {
  /** What a hostile or an unlucky repository does, and what is expected. */
  readonly name: string;
  run(): Promise<void>;
}

/** A delegated role for the paths under its name, which signs these artifacts. */
export function delegate(
  name: string,
  artifacts: Readonly<Record<string, string>>,
  change: Partial<SimulatedDelegate> = {},
): SimulatedDelegate {
  return simulatedDelegate(name, [`${name}/*`], artifacts, change);
}
