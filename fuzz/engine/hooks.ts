import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { countersName, instrument } from './instrument.ts';

/** Points at most in all that is loaded. */
const mostPoints = 1 << 17;

const root = path.join(import.meta.dirname, '../..');
const notInstrumented = /^(fuzz|tests|bench|scripts|node_modules)\/|\/(testing|node_modules)\/|\.json$/;

/** What instrumented modules count in and consist of; grows while modules are loaded. */
export interface Instrumentation {
  readonly counters: Uint8Array;
  /** Points there are so far. */
  readonly points: () => number;
  /** Texts in the code: what an input may have to contain. */
  readonly words: () => readonly string[];
}

/**
 * From here on, whatever this thread loads of the repository's rooms, and of the npm packages named, counts where it goes.
 * Test helpers are left out.
 */
export function instrumentFromHere(packages: readonly string[]): Instrumentation {
  const counters = new Uint8Array(mostPoints);
  const words = new Set<string>();
  let points = 0;
  Object.defineProperty(globalThis, countersName, { value: counters });
  registerHooks({
    load: (url, context, nextLoad) => {
      const file = url.startsWith('file:') ? fileURLToPath(url) : undefined;
      if (file === undefined || !wanted(file, packages)) return nextLoad(url, context);
      const source = readFileSync(file, 'utf8');
      const typed = /\.[mc]?ts$/.test(file);
      const made = instrument(file, typed ? stripTypeScriptTypes(source) : source, points);
      points += made.points;
      if (points > mostPoints) throw new Error(`more than ${mostPoints} points to count; name fewer packages`);
      for (const word of made.words) words.add(word);
      return { format: formatOf(context.format, typed), source: made.text, shortCircuit: true };
    },
  });
  return { counters, points: () => points, words: () => [...words] };
}

function wanted(file: string, packages: readonly string[]): boolean {
  const inside = path.relative(root, file);
  if (inside.startsWith('..')) return false;
  if (/\.[mc]?[jt]s$/.test(inside) && !notInstrumented.test(inside)) return true;
  return packages.some((name) => inside.startsWith(`node_modules/${name}/`) && /\.[mc]?js$/.test(inside));
}

function formatOf(format: string | null | undefined, typed: boolean): string {
  if (typed) return format === 'commonjs-typescript' ? 'commonjs' : 'module';
  return format ?? 'commonjs';
}
