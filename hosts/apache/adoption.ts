import type { HeldAction } from '@stopgap/agent';
import { heldKey, inspectOwnFile, scopedRules } from '@stopgap/agent/rule-files';
import type { Files } from '@stopgap/machine';
import { compileApache } from '@stopgap/rewrite';
import { limits } from './limits.ts';

/** How files begin that `stopgap rewrite compile --to apache` prints. */
const printed = '# Made by Stopgap from IIS URL Rewrite rules.';

/**
 * Actions whose rules somebody has put in by hand, as `stopgap rewrite compile --to apache` prints them, by key: with the
 * file they are in. Only what is compiled to the same bytes counts.
 */
export function adoptedBy(
  wanted: readonly HeldAction[],
  read: readonly string[],
  observeLog: string,
  files: Files,
): ReadonlyMap<string, string> {
  const byText = new Map<string, string>();
  for (const file of new Set(read)) {
    const bytes = files.read(file, limits.fileBytes)?.bytes;
    const text = bytes?.toString('utf8') ?? '';
    if (text.startsWith(printed) && inspectOwnFile(bytes).kind === 'foreign') byText.set(text.trimEnd(), file);
  }
  if (byText.size === 0) return new Map();
  return new Map(
    wanted.flatMap((action) => {
      const { main } = compileApache(scopedRules([action]), { observeLog });
      const file = main === '' ? undefined : byText.get(main.trimEnd());
      return file === undefined ? [] : [[heldKey(action), file] as const];
    }),
  );
}
