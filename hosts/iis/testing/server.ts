import type { HeldAction, HostPlan } from '@stopgap/agent';
import { afterEach, expect } from 'vitest';
import { applicationHost, type HostText } from './application-host.ts';
import { hostFile, type Laid, layOut, performAll } from './lay-out.ts';

/** No claims: rules have none. */
export const none: ReadonlyMap<string, string> = new Map();

/** The `web.config` of the site's root, of `/owa` and of `/owa/inner`. */
export const root = 'inetpub/wwwroot/web.config';
export const owa = 'Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/web.config';
export const inner = 'inetpub/inner/web.config';
const folders = ['inetpub/wwwroot/a', owa.replace('web.config', 'a'), 'inetpub/inner/a', 'Data/Files/a'];

const open: Laid[] = [];

/** Takes every server of a test away again; called once in each test file. */
export function cleanUp(): void {
  afterEach(() => {
    for (const laid of open.splice(0)) laid.remove();
  });
}

/** A server with one site, whose folders are there and hold these files. */
export function server(files: Readonly<Record<string, string | Uint8Array>> = {}, text: HostText = {}): Laid {
  const empty = folders.map((name) => [name, ''] as const);
  return laidOut([[hostFile, applicationHost(text)], ...empty, ...Object.entries(files)]);
}

/** Any files. */
export function laidOut(files: Parameters<typeof layOut>[0]): Laid {
  const laid = layOut(files);
  open.push(laid);
  return laid;
}

/** A `web.config` with the content of a `<rewrite>` element. */
export const configuration = (rewrite: string) =>
  `<configuration>\n  <system.webServer>\n    <rewrite>\n${rewrite}\n    </rewrite>\n  </system.webServer>\n</configuration>\n`;

/** Plans, makes the changes and puts them in force. */
export async function apply({ host }: Laid, wanted: readonly HeldAction[]): Promise<HostPlan> {
  const plan = await host.plan(wanted, none);
  await performAll(host, plan);
  return plan;
}

/** Removes everything and expects the files as they were. */
export async function expectRestored(laid: Laid, before: ReadonlyMap<string, string>): Promise<void> {
  await apply(laid, []);
  expect(laid.snapshot()).toEqual(before);
}
