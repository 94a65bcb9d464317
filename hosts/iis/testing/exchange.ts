import * as fs from 'node:fs';
import { hostFile } from './lay-out.ts';

const folder = new URL('../../../../shared/fixtures/iis/exchange-2019/', import.meta.url);

/** Whether the configuration of the real Exchange server is there. */
export const hasExchange = fs.existsSync(folder);

const exchange = 'Program Files/Microsoft/Exchange Server/V15';

/** Which of its files stands under which physical path; folders that the paths of sites name and of which no file was collected. */
const frontEnd: readonly (readonly [string, string | undefined])[] = [
  ['owa', 'OWA'],
  ['ecp', 'ECP'],
  ['EWS', 'EWS'],
  ['Rest', 'Rest'],
  ['Autodiscover', 'AutoD'],
  ['sync', 'EAS'],
  ['OAB', 'OAB'],
  ['PowerShell', 'PowerShell'],
  ['mapi', 'MAPI'],
  ['rpc', 'RPC'],
];
const backEnd: readonly (readonly [string, string | undefined])[] = [
  ['owa', 'OWA'],
  ['ecp', 'ECP'],
  ['exchweb/EWS', 'EWS'],
  ['rest', 'Rest'],
  ['Autodiscover', 'AutoD'],
  ['sync', 'EAS'],
  ['OAB', 'OAB'],
  ['PowerShell-Proxy', 'PowerShell'],
  ['mapi/emsmdb', 'MapiEmsmdb'],
  ['mapi/nspi', 'MapiNspi'],
  ['PushNotifications', 'Push'],
];

/** The server's files under their physical paths, byte for byte; `applicationHost` names one of its three states. */
export function exchangeFiles(
  applicationHost = 'applicationHost.config',
  wwwroot = 'DefaultWebSite_web.config',
): readonly (readonly [string, Uint8Array])[] {
  const read = (name: string) => fs.readFileSync(new URL(name, folder));
  return [
    [hostFile, read(applicationHost)],
    ['inetpub/wwwroot/web.config', read(wwwroot)],
    ...frontEnd.map(
      ([place, name]) =>
        [`${exchange}/FrontEnd/HttpProxy/${place}/web.config`, read(`DefaultWebSite-${name}_web.config`)] as const,
    ),
    ...backEnd.map(
      ([place, name]) =>
        [`${exchange}/ClientAccess/${place}/web.config`, read(`ExchangeBackEnd-${name}_web.config`)] as const,
    ),
    ['Windows/System32/RpcProxy/web.config', read('ExchangeBackEnd-RPC_web.config')],
  ];
}

/** The files of the front end's virtual directories. */
export const owaFile = `${exchange}/FrontEnd/HttpProxy/owa/web.config`;
