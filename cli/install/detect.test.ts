import type { Folders } from '@stopgap/machine';
import { describe, expect, it } from 'vitest';
import { candidates } from './detect.ts';

/** A machine with these files. */
function machineWith(...files: readonly string[]): Folders {
  return {
    list: (folder) => {
      const inside = files.filter((file) => file.startsWith(`${folder}/`));
      return [...new Set(inside.map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''))];
    },
    realPath: (file) => (files.includes(file) ? file : undefined),
    removeEmpty: () => {},
    sweep: () => {},
  };
}

const fpm = (version: string) => `/etc/php/${version}/fpm/php-fpm.conf`;

describe('what is looked for at an installation', () => {
  it('is a host for each version of PHP-FPM, with a name of its own where there are several', () => {
    const php = (...files: string[]) =>
      candidates('linux', machineWith(...files)).filter(({ kind }) => kind === 'php-fpm');
    expect(php()).toEqual([]);
    expect(php(fpm('8.2'), '/etc/php/7.4/cli/php.ini')).toEqual([{ kind: 'php-fpm' }]);
    expect(php(fpm('8.3'), fpm('8.2'))).toEqual([
      { kind: 'php-fpm', name: 'php-fpm-8.2', configFile: fpm('8.2') },
      { kind: 'php-fpm', name: 'php-fpm-8.3', configFile: fpm('8.3') },
    ]);
  });

  it('is a gateway only where one is configured', () => {
    const kinds = (...files: string[]) => candidates('linux', machineWith(...files)).map(({ kind }) => kind);
    expect(kinds()).toEqual(['nginx', 'apache', 'systemd']);
    expect(kinds('/etc/stopgap/gateway.json')).toContain('gateway');
  });

  it('is what Windows has, on Windows', () => {
    expect(new Set(candidates('win32', machineWith()).map(({ kind }) => kind))).toEqual(
      new Set(['iis', 'windows-service']),
    );
  });
});
