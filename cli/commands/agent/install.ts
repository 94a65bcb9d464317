import path from 'node:path';
import { silentLog, systemClock, systemCommands, systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { systemDisk } from '../../install/disk.ts';
import type { Enrolment } from '../../install/enrolment.ts';
import { carryOutInstall, type InstallParts, type InstallPlan, planInstall } from '../../install/install.ts';
import { programIn } from '../../install/program.ts';
import { systemdOf } from '../../install/service-manager.ts';
import { unitName } from '../../install/unit.ts';
import { parseOptions, serviceStateFolderOf } from '../../options.ts';

const options = {
  feed: { type: 'string' },
  'feed-name': { type: 'string' },
  'root-file': { type: 'string' },
  'root-sha256': { type: 'string' },
  'accept-owner': { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

type Values = Readonly<Partial<Record<keyof typeof options, string | boolean>>>;

/** `stopgap agent install`. */
export async function install(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('agent', args, options);
  const stateFolder = path.resolve(serviceStateFolderOf(values['state-dir'], context.env));
  const request = {
    stateFolder,
    enrolment: enrolmentOf(values),
    acceptOwner: values['accept-owner'] === undefined ? undefined : userId(values['accept-owner']),
  };
  if (process.platform === 'win32') {
    const { installTask } = await import('../../install/windows.ts');
    return await installTask({ ...request, dryRun: values['dry-run'] === true, json: values.json === true }, context);
  }
  const parts = partsHere();
  const plan = await planInstall(request, parts);
  if (!values['dry-run']) {
    if (!values.json) context.tell('installing, and waiting for the first look …\n');
    await carryOutInstall(plan, parts);
  }
  if (values.json) context.print(`${JSON.stringify(asJson(plan, values['dry-run'] === true), undefined, 2)}\n`);
  else print(plan, values['dry-run'] === true, context);
  return exit.ok;
}

/** This machine. */
export function partsHere(): InstallParts {
  const checkout = systemDisk.realPath(path.join(import.meta.dirname, '..', '..', '..'));
  return {
    machine: { files: systemFiles, commands: systemCommands, clock: systemClock, log: silentLog },
    disk: systemDisk,
    manager: systemdOf(systemCommands),
    program: programIn(checkout, process.platform),
    uid: process.geteuid?.(),
  };
}

function enrolmentOf(values: Values): Enrolment | undefined {
  const { feed, 'root-file': rootFile, 'root-sha256': rootSha256, 'feed-name': name } = values;
  if (typeof feed !== 'string') {
    if (rootFile === undefined && rootSha256 === undefined && name === undefined) return undefined;
    throw new CliError('--feed URL is missing: whose root is that? see: stopgap agent --help');
  }
  if (typeof rootFile !== 'string') {
    throw new CliError(
      '--root-file FILE is missing: without the root of its publisher nothing of a feed can be trusted',
    );
  }
  if (!URL.canParse(feed)) throw new CliError(`--feed ${feed}: expected for example https://feed.example.org/`);
  return {
    url: feed,
    rootFile,
    rootSha256: typeof rootSha256 === 'string' ? rootSha256 : undefined,
    ...(typeof name === 'string' ? { name } : { name: nameFrom(new URL(feed).hostname), guessed: true }),
  };
}

function nameFrom(host: string): string {
  const first = /^[a-z][a-z0-9-]*/.exec(host)?.[0] ?? 'feed';
  return first.slice(0, 64);
}

function userId(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new CliError(`--accept-owner ${text}: expected the number of a user, as "id -u NAME" says it`);
}

function asJson(plan: InstallPlan, dryRun: boolean) {
  return {
    ok: true,
    dryRun,
    service: unitName,
    runs: { node: plan.program.node, checkout: plan.program.checkout },
    stateFolder: plan.stateFolder,
    hosts: plan.hosts.map(({ kind, name, survey }) => ({ kind, name, present: survey.present, detail: survey.detail })),
    feeds: plan.feeds,
    root: plan.enrolled ? { feed: plan.enrolled.entry.name, sha256: plan.enrolled.sha256 } : null,
    items: plan.judged.map(({ item, verdict }) => ({ kind: item.kind, path: item.path, verdict, why: item.why })),
    mayWrite: [...plan.needs.writes, ...plan.needs.makesInEtc.map((name) => `/etc/${name}`)],
    capabilities: plan.needs.capabilities.map(({ name }) => name),
  };
}

function print(plan: InstallPlan, dryRun: boolean, { print: say, style }: Context): void {
  const words = dryRun
    ? { new: 'would add', changed: 'would change', same: 'as it is' }
    : { new: 'added', changed: 'changed', same: 'as it was' };
  const widest = Math.max(...plan.judged.map(({ item }) => item.path.length));
  for (const { item, verdict } of plan.judged) {
    say(`${words[verdict].padEnd(12)}  ${item.path.padEnd(widest)}  ${style.dim(item.why)}\n`);
  }
  say(`\nruns    ${plan.program.node} on ${plan.program.checkout}\n`);
  for (const { name, survey } of plan.hosts) say(`host    ${name}  ${survey.detail}\n`);
  if (plan.hosts.length === 0) say('host    none was found here; name them in agent.json, then run this again\n');
  const writes = [...plan.needs.writes, ...plan.needs.makesInEtc.map((name) => `/etc/${name}`)];
  say(`writes  ${writes.join(' ')}\n`);
  if (plan.enrolled) say(`root    ${plan.enrolled.entry.name}, SHA-256 ${plan.enrolled.sha256}\n`);
  if (plan.feeds === 0) say('feed    none: mitigations come from files only; enrol with --feed URL --root-file FILE\n');
  say(dryRun ? '\nnothing was changed\n' : `\n${unitName} runs; see: stopgap status, stopgap doctor\n`);
}
