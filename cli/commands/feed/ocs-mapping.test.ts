import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fromMitigations, readOcsContent, toMitigation } from '@stopgap/feed/ocs';
import { type Mitigation, parseMitigation } from '@stopgap/mitigation';
import { describe, expect, it } from 'vitest';

const catalog = path.join(import.meta.dirname, '../../../catalog');
const files = readdirSync(catalog, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.xml'));
const defaults = { revision: 5, published: Date.UTC(2021, 8, 28) };

/** All that a mitigation says but how its rules were laid out in the source. */
function said(mitigation: Mitigation): unknown {
  const text = JSON.stringify(mitigation, (key, value: unknown) =>
    key === 'source' || key === 'position' ? undefined : value,
  );
  return JSON.parse(text);
}

describe('every mitigation of the catalogue, offered in an OCS-style feed and taken from it,', () => {
  it('is there to be tried', () => expect(files.length).toBeGreaterThan(5));

  it.each(files)('%s says the same as before', async (file) => {
    const bytes = readFileSync(path.join(catalog, file));
    const [config] = readOcsContent(fromMitigations([{ name: file, bytes }])).configs;
    if (!config) throw new Error('no config');
    const { document, unsupported } = toMitigation(config, defaults);
    expect(unsupported).toBeUndefined();
    expect(said(await parseMitigation(document))).toEqual(said(await parseMitigation(bytes)));
  });
});

describe('the reader of mitigations', () => {
  const config = (inside: string) => {
    const [found] = readOcsContent(`<EOCS version="1"><Config id="A" desc="Ping">${inside}</Config></EOCS>`).configs;
    if (!found) throw new Error('no config');
    return toMitigation(found, defaults);
  };
  const list = (type: string) =>
    `<ActionList><Action type="${type.replaceAll('"', '&quot;').replaceAll('<', '&lt;')}" scope="Server"><Value>x</Value></Action></ActionList>`;

  it("takes the heartbeat in Microsoft's own shape", async () => {
    const mitigation = await parseMitigation(config(list('DoNothing')).document);
    expect(mitigation).toMatchObject({
      id: 'A',
      revision: 5,
      title: 'Ping',
      severity: 'none',
      actions: [{ kind: 'none' }],
    });
  });

  it('refuses what is unsupported, whole, also where nobody looks at the reason', async () => {
    const mapped = config(list('Unheard "of" <it>'));
    expect(mapped.unsupported).toMatch(/Unheard .*does not know/);
    await expect(parseMitigation(mapped.document)).rejects.toMatchObject({ code: 'unknown-element' });
  });

  it('checks what Details say like any other document', async () => {
    const bad = config(`<Details revision="0"><severity>awful</severity></Details>${list('Service')}`);
    expect(bad.unsupported).toBeUndefined();
    await expect(parseMitigation(bad.document)).rejects.toMatchObject({ name: 'MitigationError' });
  });
});
