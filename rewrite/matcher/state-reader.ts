import type { RequestState } from '../evaluate/request-state.ts';
import { readVariable } from '../evaluate/server-variables.ts';
import type { TemplateScope } from '../prepare/template.ts';
import type { Source } from './demands.ts';
import type { SourceReader } from './screen.ts';

const none: readonly string[] = [];

/**
 * What stands in the sources of a screen while no rule runs. Values are not remembered: a screen reads each once, and for nearly every
 * request nobody asks again.
 */
export class StateReader implements SourceReader, TemplateScope {
  readonly rule = none;
  readonly conditions = none;
  readonly #state: RequestState;

  constructor(state: RequestState) {
    this.#state = state;
  }

  read(source: Source): string {
    return source === 'path' ? this.#state.path : source.evaluate(this);
  }

  variable(name: string): string {
    return readVariable(this.#state, name);
  }
}
