import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cookPath, isWithin, normaliseLevel, relativeTo, splitTarget } from '../index.ts';

describe('cookPath', () => {
  it.each([
    ['/', '/'],
    ['/a/b.aspx', '/a/b.aspx'],
    ['/a%20b/%41', '/a b/A'],
    ['/%c3%A9', '/é'],
    ['/caf\u00c3\u00a9', '/café'],
    ['/café', '/café'],
    ['/%e2%82%ac', '/€'],
    ['/%2541', '/%41'],
    ['/a%2Fb', '/a/b'],
    ['/a%5cb\\c', '/a/b/c'],
    ['/a//b///c', '/a/b/c'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/%2e%2E/b', '/b'],
    ['/a/b/..', '/a/'],
    ['/a/b/.', '/a/b/'],
    ['/a/..//../b', '/b'],
    ['/../../a', '/a'],
    ['/..', '/'],
    ['/a/.../b', '/a/.../b'],
    ['/a/.b', '/a/.b'],
    ['/a/b..', '/a/b..'],
    ['/a\\..\\b', '/b'],
    ['/%zz/%4', '/%zz/%4'],
    ['/%', '/%'],
    ['/%u0041%u20AC', '/A€'],
    ['/%c1%b0', '/Á°'],
    ['/%ff', '/ÿ'],
    ['/a;b=c/d', '/a;b=c/d'],
    ['/a+b', '/a+b'],
    ['/autodiscover/..%2fpowershell', '/powershell'],
    ['*', '*'],
  ])('makes %s into %s', (raw, cooked) => {
    expect(cookPath(raw)).toBe(cooked);
  });

  it('never makes overlong UTF-8 into the character it imitates', () => {
    expect(cookPath('/%c1%b0owershell/%e0%81%b0/%f0%80%81%b0')).not.toMatch(/p/);
  });

  it('leaves no dot segment, no doubled slash and no backslash', () => {
    const piece = fc.constantFrom('/', '\\', '.', '..', 'a', '%2e', '%2f', '%5c', '%2E%2e', 'b.c');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const cooked = cookPath(`/${pieces.join('')}`);
        expect(cooked).toMatch(/^\/(?!.*(?:\/\/|\\))/);
        expect(cooked.split('/')).not.toContain('..');
        expect(cooked.split('/')).not.toContain('.');
      }),
    );
  });
});

describe('splitTarget', () => {
  it.each([
    ['/a?b=c?d', { path: '/a', search: '?b=c?d' }],
    ['/a?', { path: '/a', search: '?' }],
    ['/a', { path: '/a', search: '' }],
    ['http://h:8080/a?b', { authority: 'h:8080', path: '/a', search: '?b' }],
    ['HTTPS://h', { authority: 'h', path: '/', search: '' }],
    ['/a#b?c', { path: '/a#b', search: '?c' }],
    ['/http://h/', { path: '/http://h/', search: '' }],
  ])('takes %s apart', (url, target) => {
    expect(splitTarget(url)).toEqual(target);
  });
});

describe('a configuration level', () => {
  it.each([
    ['', '/'],
    ['/', '/'],
    ['owa', '/owa'],
    ['/owa/', '/owa'],
    ['\\a\\b', '/a/b'],
  ])('is written as a path: %s as %s', (given, level) => {
    expect(normaliseLevel(given)).toBe(level);
  });

  it.each([
    ['/owa', '/owa', true, ''],
    ['/OWA/x', '/owa', true, 'x'],
    ['/owa/', '/owa', true, ''],
    ['/owax', '/owa', false, 'owax'],
    ['/', '/owa', false, ''],
    ['/a/b', '/', true, 'a/b'],
    ['/', '/', true, ''],
  ])('covers %s at %s: %s; a match sees %j', (path, level, within, seen) => {
    expect([isWithin(path, level), relativeTo(path, level)]).toEqual([within, seen]);
  });
});
