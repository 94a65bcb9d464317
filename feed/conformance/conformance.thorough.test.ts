import { describe, it } from 'vitest';
import { areas, quickly } from './testing/scenarios/index.ts';

describe.each(areas)('$area', ({ scenarios }) => {
  it.each(scenarios.slice(quickly))('$name', ({ run }) => run());
});
