import type { RenderedPart } from '@stopgap/agent';
import type { CompiledAction } from './compile-one.ts';
import { includeLine } from './lines/include-line.ts';
import type { Place } from './lines/place.ts';

/** The very configuration that one action becomes, and the line that brings it in where nothing else does. Pure. */
export function renderAction(action: CompiledAction, place: Place, mainFile: string): readonly RenderedPart[] {
  if (!action.held) return [];
  const file = { where: `${place.file}, for every virtual host`, text: action.text };
  if (!place.needsLine) return [file];
  return [file, { where: `end of ${mainFile}`, text: `${includeLine(place.file)}\n` }];
}
