import * as fs from 'node:fs';
import { type HostContract, hostContract } from '@stopgap/agent/contract';
import { type PhpFpmBed, phpFpmBed } from './testing/contract-bed.ts';
import { takingOut } from './testing/real-php-fpm.ts';

const contract: HostContract<PhpFpmBed> = {
  setUp: phpFpmBed,
  actions: [takingOut('shop'), takingOut('wiki'), takingOut('blog')],
  sharing: { skip: 'pools are compared with the files alone: hosts/php-fpm/host.test.ts has two that take one out' },
  unsupported: [
    { action: takingOut('absent'), word: /absent/ },
    { action: { ...takingOut('shop'), action: { kind: 'service', name: 's', shared: true } }, word: /service/ },
  ],
  observing: { skip: 'the agent never asks a pool to be observed: a stopped one cannot be' },
  drifts: [
    {
      name: 'a line of it put back',
      do: ({ edit }) => edit('pool.d/a.conf', (text) => text.replace(';stopgap; listen', 'listen')),
    },
    {
      name: 'all of it put back',
      do: ({ edit }) => edit('pool.d/a.conf', (text) => text.replaceAll(';stopgap; ', '')),
    },
  ],
  edits: [
    { name: 'a setting of it', do: ({ edit }) => edit('pool.d/a.conf', (text) => text.replace('nobody', 'www-data')) },
    {
      name: 'a pool of their own',
      do: ({ edit }) => edit('pool.d/a.conf', (text) => `${text}[new]\nlisten = /run/new.sock\npm = static\n`),
    },
  ],
  conflict: {
    name: 'a value over several lines',
    do: ({ edit }) => edit('pool.d/a.conf', (text) => text.replace('pm = static', 'env[A] = "a\n[b]"')),
  },
  adoption: { skip: 'a pool that is not there is not applicable' },
  breakage: {
    break: { name: 'an unknown entry', do: ({ edit }) => edit('pool.d/b.conf', (text) => `oops = 1\n${text}`) },
    mend: { name: 'it is gone', do: ({ edit }) => edit('pool.d/b.conf', (text) => text.replace('oops = 1\n', '')) },
  },
  absence: { name: 'PHP-FPM is uninstalled', do: ({ file }) => fs.rmSync(file('php-fpm')) },
};

hostContract('hosts/php-fpm (a stand-in for PHP-FPM)', contract);
