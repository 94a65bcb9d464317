import type { RenderedPart } from '@stopgap/agent';
import type { CompiledAction } from './compile-one.ts';
import { includeLine } from './lines/include-line.ts';
import { ownPath } from './own/standing.ts';

/** The very configuration that one action becomes, by file, and the lines that bring it in. Pure. */
export function renderAction(action: CompiledAction, folder: string): readonly RenderedPart[] {
  if (!action.held) return [];
  const { bodies } = action.compiled;
  const files = [...bodies].map(([kind, text]) => ({ where: ownPath(folder, kind), text }));
  const lines = [...bodies.keys()].map((kind) => ({ where: placeOf(kind), text: `${includeLine(folder, kind)}\n` }));
  return [...files, ...lines];
}

function placeOf(kind: string): string {
  if (kind === 'http') return 'top of the http block';
  return kind === 'server' ? 'top of each protected server block' : `each block in them with ${kind} of its own`;
}
