import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type AnswerLine, evaluateLine, invalidConfiguration, openConfiguration, RewriteError } from './index.ts';

interface Sample {
  readonly id: string;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly config: string;
  readonly scope?: string;
  readonly request: { readonly url: string; readonly scheme: string; readonly host: string };
  readonly expect: {
    readonly outcome: string;
    readonly url?: string;
    readonly status?: number;
    readonly subStatus?: number;
    readonly location?: string;
    readonly reason?: string;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string | null>>;
    readonly requestHeaders?: Readonly<Record<string, string>>;
    readonly serverVariables?: Readonly<Record<string, string>>;
  };
}

const file = fileURLToPath(new URL('../../shared/fixtures/rewrite-samples.json', import.meta.url));
const samples: readonly Sample[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).cases : [];
const high = samples.filter((sample) => sample.confidence === 'high');

function answerTo(sample: Sample): AnswerLine {
  const { config, expect: _, request, ...rest } = sample;
  try {
    return evaluateLine(openConfiguration(config), JSON.stringify({ ...rest, ...request }));
  } catch (error) {
    if (error instanceof RewriteError) return invalidConfiguration(error);
    throw error;
  }
}

/** Percent escapes compare without case (notes of the fixture). */
function escapes(text: string | undefined): string | undefined {
  return text?.replace(/%[0-9a-f]{2}/gi, (found) => found.toUpperCase());
}

/** What the fixture's notes say is to be compared, in one form for both sides. */
function comparable(given: Sample['expect'] | AnswerLine, wanted: Sample['expect'], { request }: Sample) {
  const base = `${request.scheme}://${request.host}${request.url}`;
  const lower = (fields: Readonly<Record<string, unknown>> | undefined) =>
    new Map(Object.entries(fields ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const picked = (fields: Readonly<Record<string, unknown>> | undefined, by: Readonly<Record<string, unknown>>) =>
    Object.keys(by).map((name) => [name, lower(fields).get(name.toLowerCase()) ?? null]);
  return {
    outcome: given.outcome,
    url: wanted.url === undefined ? undefined : escapes(given.url),
    status: wanted.status === undefined ? undefined : given.status,
    subStatus: wanted.subStatus === undefined ? undefined : given.subStatus,
    location: wanted.location === undefined ? undefined : escapes(new URL(given.location ?? '', base).href),
    reason: wanted.outcome === 'custom' && wanted.reason !== undefined ? given.reason : undefined,
    body: wanted.body === undefined ? undefined : given.body,
    headers: picked(given.headers, wanted.headers ?? {}),
    requestHeaders: picked(given.requestHeaders, wanted.requestHeaders ?? {}),
    serverVariables: picked(given.serverVariables, wanted.serverVariables ?? {}),
  };
}

describe.skipIf(samples.length === 0)('the samples of ../shared/fixtures/rewrite-samples.json', () => {
  it.each(high.map((sample) => [sample.id, sample] as const))('%s', (_, sample) => {
    const answer = answerTo(sample);
    expect(comparable(answer, sample.expect, sample)).toEqual(comparable(sample.expect, sample.expect, sample));
  });

  it('are all there', () => {
    console.log(`rewrite: ${high.length} of ${samples.length} samples ran (those of confidence high)`);
    expect(high.length).toBeGreaterThanOrEqual(40);
  });
});

describe.runIf(samples.length === 0)('the samples of ../shared/fixtures/rewrite-samples.json', () => {
  it.skip('../shared is not there: none ran', () => {});
});
