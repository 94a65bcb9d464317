import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { importsOf } from './imports.ts';
import { packageOf, roomOfPackage } from './room-rules.ts';
import { readSource, repositoryRoot } from './sources.ts';

/** What a process that starts at some files could ever load. */
export interface Closure {
  /** Our files, by path, each with the chain of files that leads to it. */
  readonly files: ReadonlyMap<string, string>;
  /** Packages from outside that are imported, each with the chain that leads to it. */
  readonly packages: ReadonlyMap<string, string>;
}

/**
 * Follows every import that is not erased, dynamic ones included, from the entries (paths from the root). Throws when
 * something imported cannot be found.
 */
export function closureOf(entries: readonly string[]): Closure {
  const files = new Map<string, string>();
  const packages = new Map<string, string>();
  const open = entries.map((file) => ({ file, chain: file }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { file, chain } = next;
    if (files.has(file)) continue;
    files.set(file, chain);
    for (const { specifier, kind } of importsOf(readSource(file))) {
      if (kind === 'type' || isBuiltin(specifier)) continue;
      if (specifier.startsWith('.') || roomOfPackage(specifier)) {
        const target = resolve(file, specifier);
        open.push({ file: target, chain: `${chain} → ${target}` });
      } else if (!packages.has(packageOf(specifier))) packages.set(packageOf(specifier), `${chain} → ${specifier}`);
    }
  }
  return { files, packages };
}

function resolve(from: string, specifier: string): string {
  const absolute = createRequire(path.join(repositoryRoot, from)).resolve(specifier);
  return path.relative(repositoryRoot, absolute).split(path.sep).join('/');
}

/** The packages and, by the lock file, all that they bring with them. */
export function withDependencies(names: Iterable<string>): ReadonlySet<string> {
  const lock: { packages: Record<string, { dependencies?: Record<string, string> }> } = JSON.parse(
    readSource('package-lock.json').text,
  );
  const all = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (all.has(name)) continue;
    all.add(name);
    open.push(...Object.keys(lock.packages[`node_modules/${name}`]?.dependencies ?? {}));
  }
  return all;
}
