import { directory } from './application-host.ts';

/** What of an Exchange's `applicationHost.config` differs from server to server. */
export interface ExchangeText {
  /** Where Exchange is installed, as it stands in physical paths. */
  readonly installed?: string;
  readonly root?: string;
  readonly siteName?: string;
  /** Between `</sites>` of Exchange and the end of `<sites>`. */
  readonly moreSites?: string;
  readonly locations?: string;
  /** `overrideModeDefault` of the sections of rules. */
  readonly mode?: string;
  readonly comment?: string;
}

export const usualInstall = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\';

const frontEnd = [
  ['/owa', 'OWA', 'owa'],
  ['/owa/Calendar', 'OWACalendar', 'owa'],
  ['/owa/Integrated', 'OWA', 'owa'],
  ['/owa/oma', 'OWA', 'owa'],
  ['/ecp', 'ECP', 'ecp'],
  ['/EWS', 'Services', 'EWS'],
  ['/Autodiscover', 'Autodiscover', 'Autodiscover'],
  ['/Microsoft-Server-ActiveSync', 'Sync', 'sync'],
  ['/OAB', 'OAB', 'OAB'],
  ['/PowerShell', 'PowerShellFrontEnd', 'PowerShell'],
  ['/mapi', 'MapiFrontEnd', 'mapi'],
] as const;

/** Folders below the installation that the paths of the front end name. */
export const frontEndFolders: readonly string[] = [...new Set(frontEnd.map(([, , folder]) => folder))].map(
  (folder) => `FrontEnd/HttpProxy/${folder}`,
);

const pools = [...new Set(frontEnd.map(([, pool]) => `MSExchange${pool}AppPool`))];

const secret = '[enc:IISWASOnlyAesProvider:Bm4PmW9oYd0QbH9uJ1h5VnZ2Q2xhc3M=:enc]';

/** The `applicationHost.config` of an Exchange server, LF. */
export function exchangeHost(text: ExchangeText = {}): string {
  const { installed = usualInstall, root = '%SystemDrive%\\inetpub\\wwwroot', siteName = 'Default Web Site' } = text;
  const mode = text.mode ?? 'Allow';
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${text.comment ?? 'IIS configuration sections.'} -->
<configuration>
    <configSections>
        <sectionGroup name="system.applicationHost">
            <section name="applicationPools" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />
            <section name="sites" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />
        </sectionGroup>
        <sectionGroup name="system.webServer">
            <section name="globalModules" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />
            <section name="modules" allowDefinition="MachineToApplication" overrideModeDefault="Deny" />
            <sectionGroup name="rewrite">
                <section name="globalRules" overrideModeDefault="Deny" allowDefinition="AppHostOnly" />
                <section name="rules" overrideModeDefault="${mode}" />
                <section name="outboundRules" overrideModeDefault="${mode}" />
                <section name="providers" overrideModeDefault="Allow" />
                <section name="rewriteMaps" overrideModeDefault="Allow" />
                <section name="allowedServerVariables" overrideModeDefault="Deny" />
            </sectionGroup>
        </sectionGroup>
    </configSections>
    <configProtectedData>
        <providers>
            <add name="IISWASOnlyAesProvider" type="Microsoft.ApplicationHost.AesProtectedConfigurationProvider" keyContainerName="iisWasKey" sessionKey="AQIAAA5mAACkAAA=" />
        </providers>
    </configProtectedData>
    <system.applicationHost>
        <applicationPools>
${pools.map((name) => `            <add name="${name}" autoStart="true" managedRuntimeVersion="v4.0"><processModel identityType="SpecificUser" userName="EX\\svc" password="${secret}" /></add>`).join('\n')}
            <applicationPoolDefaults managedRuntimeVersion="v4.0"><processModel identityType="ApplicationPoolIdentity" /></applicationPoolDefaults>
        </applicationPools>
        <sites>
            <site name="${siteName}" id="1">
                <application path="/" applicationPool="MSExchangeOWAAppPool">
                    ${directory('/', root)}
                </application>
${frontEnd.map(([path, pool, folder]) => `                <application path="${path}" applicationPool="MSExchange${pool}AppPool">${directory('/', `${installed}FrontEnd\\HttpProxy\\${folder}`)}</application>`).join('\n')}
                <bindings>
                    <binding protocol="http" bindingInformation="*:80:" />
                    <binding protocol="https" bindingInformation=":443:" sslFlags="0" />
                    <binding protocol="https" bindingInformation="127.0.0.1:443:" sslFlags="0" />
                </bindings>
            </site>
${text.moreSites ?? ''}            <siteDefaults><logFile logFormat="W3C" directory="%SystemDrive%\\inetpub\\logs\\LogFiles" /></siteDefaults>
            <virtualDirectoryDefaults allowSubDirConfig="true" />
        </sites>
    </system.applicationHost>
    <system.webServer>
        <globalModules>
            <add name="HttpLoggingModule" image="%windir%\\System32\\inetsrv\\loghttp.dll" />
            <add name="RewriteModule" image="%SystemRoot%\\system32\\inetsrv\\rewrite.dll" />
        </globalModules>
    </system.webServer>
    <location path="" overrideMode="Allow">
        <system.webServer>
            <modules>
                <add name="HttpLoggingModule" lockItem="true" />
                <add name="RewriteModule" />
            </modules>
        </system.webServer>
    </location>
${text.locations ?? ''}</configuration>
`;
}

/** The root's and the front end's `web.config`, as Exchange's setup leaves them: in a location that is not handed down. */
export function kept(content = ''): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <location inheritInChildApplications="false">
    <system.web>
      <machineKey validationKey="AutoGenerate,IsolateApps" />
    </system.web>
    <system.webServer>
      <modules runAllManagedModulesForAllRequests="true" />
${content}    </system.webServer>
  </location>
  <runtime>
    <assemblyBinding xmlns="urn:schemas-microsoft-com:asm.v1" />
  </runtime>
</configuration>
`;
}
