import { describe, expect, it } from 'vitest';
import { draftConfiguration, withFeed } from './configuration.ts';

const entry = { name: 'demo', url: 'https://feed.example/', rootFile: 'demo.root.json' };
const enrolled = { entry, guessed: false, root: '{}', sha256: '' };
const state = '/var/lib/stopgap';

describe('the configuration that is written', () => {
  it('has an entry a line, and reads back as what was found', () => {
    const hosts = [{ kind: 'nginx' }, { kind: 'php-fpm', name: 'a [ b ]' }];
    const text = draftConfiguration({ hosts, products: [] }, enrolled);
    expect(text.split('\n')).toContain('    { "kind": "nginx" },');
    expect(JSON.parse(text)).toEqual({ feeds: [entry], hosts, products: [], health: [] });
  });
});

describe('enrolling a server that has a configuration', () => {
  it('adds the feed and keeps everything else', () => {
    const text = '{"hosts": [{"kind": "nginx"}], "everyMinutes": 5}';
    expect(JSON.parse(withFeed(text, enrolled, state))).toEqual({
      hosts: [{ kind: 'nginx' }],
      everyMinutes: 5,
      feeds: [entry],
    });
  });

  it('replaces the feed of the same name, and keeps what else was said of it', () => {
    const before = {
      feeds: [{ ...entry, url: 'https://old.example/', proxy: 'direct' }, { name: 'other' }],
      hosts: [],
    };
    expect(JSON.parse(withFeed(JSON.stringify(before), enrolled, state)).feeds).toEqual([
      { ...entry, proxy: 'direct' },
      { name: 'other' },
    ]);
  });

  it('leaves the very text where the feed is there already', () => {
    const text = `{"feeds":[${JSON.stringify(entry)}],   "hosts":[]}`;
    expect(withFeed(text, enrolled, state)).toBe(text);
  });

  it('does not put a feed in the place of another whose name was only guessed', () => {
    const guessed = { ...enrolled, guessed: true };
    const old = JSON.stringify({ feeds: [{ ...entry, url: 'https://old.example/' }], hosts: [] });
    expect(() => withFeed(old, guessed, state)).toThrow('at https://old.example/; if https://feed.example/ is to');
    expect(withFeed(JSON.stringify({ feeds: [entry], hosts: [] }), guessed, state)).toContain(entry.url);
  });

  it.each(['{ "hosts": [], }', 'null', '[]', '{"hosts":[],"feeds":{}}'])('refuses %s, naming the file', (text) => {
    expect(() => withFeed(text, enrolled, state)).toThrow('/var/lib/stopgap/agent.json');
  });
});
