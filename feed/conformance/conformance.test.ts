import { describe, it } from 'vitest';
import { areas } from './testing/scenarios/index.ts';

describe.each(areas)('$area', ({ scenarios }) => {
  it.each(scenarios)('$name', ({ run }) => run());
});
