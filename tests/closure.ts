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
  /** Imports of ours that lead nowhere, each as the chain that ends with it. */
  readonly unresolved: readonly string[];
}

/** Follows every import that is not erased, dynamic ones included, from the entries (paths from the root). */
export function closureOf(entries: readonly string[]): Closure {
  const files = new Map<string, string>();
  const packages = new Map<string, string>();
  const unresolved: string[] = [];
  const open = entries.map((file) => ({ file, chain: file }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { file, chain } = next;
    if (files.has(file)) continue;
    files.set(file, chain);
    for (const { specifier, kind } of importsOf(readSource(file))) {
      if (kind === 'type' || isBuiltin(specifier)) continue;
      if (specifier.startsWith('.') || roomOfPackage(specifier)) {
        const target = resolve(file, specifier);
        if (target) open.push({ file: target, chain: `${chain} → ${target}` });
        else unresolved.push(`${chain} → ${specifier}`);
      } else if (!packages.has(packageOf(specifier))) packages.set(packageOf(specifier), `${chain} → ${specifier}`);
    }
  }
  return { files, packages, unresolved };
}

function resolve(from: string, specifier: string): string | undefined {
  try {
    const absolute = createRequire(path.join(repositoryRoot, from)).resolve(specifier);
    return path.relative(repositoryRoot, absolute).split(path.sep).join('/');
  } catch {
    return undefined;
  }
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
