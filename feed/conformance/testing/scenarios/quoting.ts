import { expect } from 'vitest';
import { delegate, openBench, type Scenario } from '../bench.ts';

const roleNames = [
  '?',
  '#',
  '/inner',
  '../inner',
  '../../inner',
  'a b',
  '%2e%2e',
  'é',
  'constructor',
  '__proto__',
  'CON',
  '.',
  '..',
];
const artifactNames = [
  'a b',
  'a?b',
  'a#b',
  'a%2fb',
  'a&b=c',
  'é/ü.xml',
  'deep/er/still/a.xml',
  "it's",
  'a+b',
  'constructor',
  '..a',
  '%',
];

/** Names that mean something to a URL or to a disk. */
export const quoting: readonly Scenario[] = [
  ...['', 'x'.repeat(1001), 'a\u001b[31mb', 'a\nb'].map((name) => ({
    name: `an artifact called ${JSON.stringify(name.length > 40 ? `${name.slice(0, 3)}… (${name.length})` : name)} is refused`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.documents = new Map([[name, Buffer.from('x')]]);
      await repository.release();
      expect(await bench.download(name)).toBe('content');
      expect(bench.artifacts()).toEqual({});
    },
  })),
  ...roleNames.map((name) => ({
    name: `a role called ${JSON.stringify(name)} is asked for quoted, and kept in its place`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.delegates.push(delegate(name, { 'x/a': 'A' }, { paths: ['x/*'] }));
      await repository.release();
      expect(await bench.download('x/a')).toBe('ok');
      expect(bench.asked()).toContain(`2.${encodeURIComponent(name)}.json`);
      expect(bench.trusted()).toHaveLength(5);
      expect(bench.outside()).toEqual([]);
    },
  })),
  ...artifactNames.map((name) => ({
    name: `an artifact called ${JSON.stringify(name)} is asked for quoted, and kept in its place`,
    run: async () => {
      const { repository, ...bench } = await openBench();
      repository.documents = new Map([[name, Buffer.from('x')]]);
      await repository.release();
      expect(await bench.download(name)).toBe('ok');
      expect(bench.artifacts()).toEqual({ [name]: 'x' });
      expect(bench.outside()).toEqual([]);
    },
  })),
];
