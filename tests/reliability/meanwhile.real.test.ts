import { systemFiles } from '@stopgap/machine';
import { afterAll, describe, expect, it } from 'vitest';
import { standInBed as apacheBed } from '../../hosts/apache/testing/contract-bed.ts';
import { gatewayBed } from '../../hosts/gateway/testing/contract-bed.ts';
import { aborting } from '../../hosts/gateway/testing/gateway-folder.ts';
import { iisBed } from '../../hosts/iis/testing/contract-bed.ts';
import { root } from '../../hosts/iis/testing/server.ts';
import { standInBed } from '../../hosts/nginx/testing/contract-bed.ts';
import { standInCompiler } from '../../hosts/nginx/testing/stand-in-compiler.ts';
import { phpFpmBed } from '../../hosts/php-fpm/testing/contract-bed.ts';
import { Faults } from './faults.ts';
import { faultyJournal, faultyWorld } from './faulty-world.ts';
import type { Laid } from './kinds.ts';
import { Server } from './server.ts';

const stride = Number(process.env.STOPGAP_FAULT_STRIDE ?? 3);
let edits = 0;
let unnoticed = 0;

/** A server, and what its administrator saves in one of the files that we change. */
interface Edited {
  readonly laid: Laid;
  edit(): void;
}

const rule = `<urlRewrite><onSite name="Default Web Site"/><rewrite><rules><rule name="refuse one" stopProcessing="true">
  <match url=".*"/><conditions><add input="{REQUEST_URI}" pattern="one"/></conditions><action type="AbortRequest"/></rule></rules></rewrite></urlRewrite>`;

const servers: readonly (readonly [string, string, () => Promise<Edited> | Edited])[] = [
  ['nginx', rule, nginx],
  ['apache', rule, apache],
  ['gateway', rule, gateway],
  ['iis', rule, iis],
  ['php-fpm', '<appPool name="shop"/>', phpFpm],
];

function nginx(): Edited {
  const bed = standInBed(standInCompiler);
  const edit = () => bed.edit('sites-available/a', (text) => text.replace('a.example;', 'a.example www.a.example;'));
  return { laid: { bed, onDisk: true }, edit };
}

function apache(): Edited {
  const bed = apacheBed('line');
  return { laid: { bed, onDisk: true }, edit: () => bed.at.edit('apache2.conf', (text) => `# mine, 2026\n${text}`) };
}

async function gateway(): Promise<Edited> {
  const bed = await gatewayBed();
  return { laid: { bed, onDisk: true }, edit: () => systemFiles.write(bed.ownRules, aborting('Mine', '^mine')) };
}

function iis(): Edited {
  const bed = iisBed();
  return { laid: { bed, onDisk: true }, edit: () => bed.edit(root, '<rewrite>', '<urlCompression/>\n<rewrite>') };
}

function phpFpm(): Edited {
  const bed = phpFpmBed();
  const edit = () => bed.edit('pool.d/a.conf', (text) => text.replace('nobody', 'www-data'));
  return { laid: { bed, onDisk: true }, edit };
}

describe.each(servers)("an administrator's edit on %s", (_name, actions, lay) => {
  it.each(['goes on', 'goes off'])('at any step while a mitigation %s is not lost, and ours comes off', async (way) => {
    const expected = await editedOnly(lay);
    for (let at = 1; ; at += stride) {
      const { laid, edit } = await lay();
      const server = new Server([laid]);
      try {
        const offered = [{ id: 'TEST-one', revision: 1, actions }];
        if (way === 'goes off') {
          server.offered = offered;
          await server.settle();
        }
        server.offered = way === 'goes on' ? offered : [];
        const met = await lookEditingAt(server, at, edit);
        await server.settle();
        expect([at, met, await server.complaints()]).toEqual([at, met, []]);
        server.offered = [];
        await server.settle();
        if (met === undefined) break;
        // Between the last comparison and the rename there is nothing that could notice an edit.
        if (met === 'rename') {
          unnoticed++;
          continue;
        }
        expect([at, met, server.snapshot()]).toEqual([at, met, expected]);
        edits++;
      } finally {
        await server.close();
      }
    }
  });
});

afterAll(() => {
  console.info(`edits at the same moment: ${edits}, lost: 0; not judged, in the very moment of a rename: ${unnoticed}`);
});

async function lookEditingAt(server: Server, at: number, edit: () => void): Promise<string | undefined> {
  const faults = new Faults();
  faults.meanwhile = edit;
  faults.arm(at, 'once');
  await server
    .look({
      between: (world, onDisk) => faultyWorld(world, faults, onDisk),
      journal: (journal) => faultyJournal(journal, faults),
    })
    .catch(() => {});
  return faults.met;
}

async function editedOnly(lay: () => Promise<Edited> | Edited): Promise<ReadonlyMap<string, string>> {
  const { laid, edit } = await lay();
  const server = new Server([laid]);
  try {
    edit();
    return server.snapshot();
  } finally {
    await server.close();
  }
}
