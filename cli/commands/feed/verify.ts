import {
  anchorsFromPem,
  exchangePurposes,
  microsoftTrust,
  type OcsConfig,
  OcsError,
  type OcsSigner,
  type OcsTrust,
  type OcsVerdict,
  ocsLimits,
  publisherTrust,
  type RevocationList,
  readOcsContent,
  revocationListsFrom,
  toMitigation,
  unreadOf,
  verifyOcs,
} from '@stopgap/feed/ocs';
import { systemFiles } from '@stopgap/machine';
import type { Context } from '../../context.ts';
import { CliError, exit } from '../../exit.ts';
import { parseOptions } from '../../options.ts';
import { stamp } from '../../print/time.ts';

const options = {
  ocs: { type: 'string' },
  root: { type: 'string', multiple: true },
  'time-root': { type: 'string', multiple: true },
  usage: { type: 'string', multiple: true },
  'attribute-certificate': { type: 'string', multiple: true },
  crl: { type: 'string', multiple: true },
  at: { type: 'string' },
} as const;

/** `stopgap feed verify`: who signed an OCS-style document when, or why it is not believed. */
export async function verify(args: readonly string[], context: Context): Promise<number> {
  const { values } = parseOptions('feed', args, options);
  if (values.ocs === undefined) throw new CliError('--ocs FILE is missing; see: stopgap feed --help');
  const bytes = readInput(values.ocs, 16 * ocsLimits.documentBytes);
  const at = values.at === undefined ? context.clock.now() : timeOf(values.at);
  const verdict = withContent(verifyOcs(bytes, trustOf(values), at));
  if (values.json) context.print(`${JSON.stringify(jsonOf(values.ocs, verdict), undefined, 2)}\n`);
  else if (verdict.ok) context.print(`${values.ocs}: good\n${lines(verdict)}`);
  else context.tell(`${values.ocs}: refused (${verdict.code}): ${verdict.reason}\n`);
  return verdict.ok ? exit.ok : exit.refused;
}

type Judged =
  | Extract<OcsVerdict, { ok: false }>
  | (Extract<OcsVerdict, { ok: true }> & { readonly configs: readonly OcsConfig[] });

function withContent(verdict: OcsVerdict): Judged {
  if (!verdict.ok) return verdict;
  try {
    return { ...verdict, configs: readOcsContent(verdict.content).configs };
  } catch (error) {
    if (error instanceof OcsError) return { ok: false, code: error.code, reason: error.message };
    throw error;
  }
}

type Given = {
  readonly [option in 'root' | 'time-root' | 'usage' | 'attribute-certificate' | 'crl']?: readonly string[];
};

function trustOf({ root: roots = [], 'time-root': timeRoots = [], usage: usages, ...given }: Given): OcsTrust {
  const attributeCertificates = unreadOf(digestsOf(given['attribute-certificate'] ?? []));
  const anchors = (files: readonly string[]) =>
    files.flatMap((file) => {
      try {
        return anchorsFromPem(Buffer.from(readInput(file, 1024 * 1024)).toString('latin1'), file);
      } catch (error) {
        throw error instanceof OcsError ? new CliError(error.message) : error;
      }
    });
  for (const usage of usages ?? []) {
    if (!/^[0-2](\.\d{1,15}){1,20}$/.test(usage))
      throw new CliError(`--usage ${usage}: expected numbers with dots between`);
  }
  const purposes = usages ?? exchangePurposes;
  const own = timeRoots.length > 0 ? { timestampRoots: anchors(timeRoots) } : {};
  const trust = { ...own, purposes, attributeCertificates, revocationLists: listsIn(given.crl ?? []) };
  if (roots.length === 0) return { ...microsoftTrust(), ...trust };
  return publisherTrust(anchors(roots), trust);
}

function listsIn(files: readonly string[]): readonly RevocationList[] {
  return files.flatMap((file) => {
    try {
      return revocationListsFrom(Buffer.from(readInput(file, ocsLimits.revocationListBytes)), file);
    } catch (error) {
      throw error instanceof OcsError ? new CliError(error.message) : error;
    }
  });
}

function digestsOf(given: readonly string[]): readonly string[] | 'any' {
  if (given.includes('any')) return 'any';
  const wrong = given.find((one) => !/^[0-9a-f]{64}$/.test(one));
  if (wrong !== undefined)
    throw new CliError(`--attribute-certificate ${wrong}: expected a SHA-256 in small hexadecimal digits, or any`);
  return given;
}

function readInput(file: string, maxBytes: number): Uint8Array {
  try {
    const found = systemFiles.read(file, maxBytes);
    if (found) return found.bytes;
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
  throw new CliError(`${file} is not there`);
}

function timeOf(text: string): number {
  const form = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
  const zoned = /[Z]$|[+-]\d\d:\d\d$/.test(text) || !/[T ]/.test(text) ? text : `${text}Z`;
  const at = form.test(text) ? Date.parse(zoned.replace(' ', 'T')) : Number.NaN;
  if (Number.isNaN(at)) throw new CliError(`--at ${text}: expected a time in UTC, for example 2021-09-28T12:00:00Z`);
  return at;
}

function lines(verdict: Extract<Judged, { ok: true }>): string {
  const { signer, countersignature, judgedAt } = verdict;
  const rows = [
    ['signed by', signer.name],
    ['root', `${signer.root.name} (SHA-256 ${signer.root.sha256})`],
    [
      'signed',
      countersignature ? `by ${stamp(countersignature.at)} at the latest` : 'at a time that nobody vouches for',
    ],
    ...(countersignature ? [['time by', countersignature.signer.name]] : []),
    ['valid', `${stamp(signer.validFrom)} to ${stamp(signer.validUntil)}, judged at ${stamp(judgedAt)}`],
    ...verdict.configs.map((config, index) => [index === 0 ? 'holds' : '', configLine(config, judgedAt)]),
    ...verdict.notChecked.map((sentence, index) => [index === 0 ? 'not checked' : '', sentence]),
  ];
  return rows.map(([label = '', text]) => `  ${label.padEnd(12)} ${text}\n`).join('');
}

function configLine(config: OcsConfig, at: number): string {
  const { unsupported } = mapped(config, at);
  return `${config.id}: ${unsupported === undefined ? config.description : `unsupported: ${unsupported}`}`;
}

function mapped(config: OcsConfig, at: number) {
  return toMitigation(config, { revision: 1, published: at });
}

function jsonOf(file: string, verdict: Judged): unknown {
  if (!verdict.ok) return { file, ok: false, code: verdict.code, reason: verdict.reason };
  const { countersignature } = verdict;
  return {
    file,
    ok: true,
    signer: signerJson(verdict.signer),
    countersignature: countersignature
      ? { at: iso(countersignature.at), signer: signerJson(countersignature.signer) }
      : null,
    judgedAt: iso(verdict.judgedAt),
    mitigations: verdict.configs.map((config) => ({
      id: config.id,
      description: config.description,
      actions: config.actions.map(({ type, scope }) => ({ type, scope })),
      unsupported: mapped(config, verdict.judgedAt).unsupported ?? null,
    })),
    notChecked: verdict.notChecked,
  };
}

function signerJson({ name, sha256, validFrom, validUntil, root }: OcsSigner): unknown {
  return { name, sha256, validFrom: iso(validFrom), validUntil: iso(validUntil), root };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
