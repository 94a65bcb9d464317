import type { Files } from '@stopgap/machine';
import type { InventoryView } from '../decide/input.ts';
import type { Host } from '../host.ts';
import { readPolicy } from '../policy/store.ts';
import type { HostFacts } from './facts.ts';

/** Looks at every host; one that fails is a fact, and the others go on. */
export async function hostFactsOf(hosts: readonly Host[]): Promise<readonly HostFacts[]> {
  return await Promise.all(
    hosts.map(async (host) => {
      const { name, kind } = host;
      try {
        return { name, kind, survey: await host.survey() };
      } catch (error) {
        return { name, kind, survey: messageOf(error) };
      }
    }),
  );
}

/** Why policy files cannot be read; empty: they can. */
export function policyTroublesOf(
  policyFiles: { readonly organisation: string; readonly server: string },
  files: Files,
): readonly { readonly file: string; readonly why: string }[] {
  return [policyFiles.organisation, policyFiles.server].flatMap((file) => {
    try {
      readPolicy(files, file);
      return [];
    } catch (error) {
      return [{ file, why: messageOf(error) }];
    }
  });
}

/** The products that were found, with their builds. */
export function productFactsOf({ products }: InventoryView): readonly { product: string; build: string }[] {
  return products.map(({ product, build }) => ({ product, build: build ?? 'of an unknown build' }));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
