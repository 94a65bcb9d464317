/** What of an `applicationHost.config` a test wants otherwise. */
export interface HostText {
  /** Content of `<sites>`. */
  readonly sites?: string;
  /** Attributes of the sections of URL Rewrite; `undefined`: not declared. */
  readonly rules?: string | undefined;
  readonly outboundRules?: string;
  readonly globalModules?: string;
  readonly modules?: string;
  /** Inside `system.webServer`, and after it. */
  readonly server?: string;
  readonly locations?: string;
}

/** A virtual directory, or the root of an application. */
export const directory = (path: string, physicalPath: string, more = '') =>
  `<virtualDirectory path="${path}" physicalPath="${physicalPath}"${more} />`;

/** The site of most tests: a root, two applications, one inside the other, and a virtual directory. */
export const defaultSite = `<site name="Default Web Site" id="1">
                <application path="/">
                    ${directory('/', '%SystemDrive%\\inetpub\\wwwroot')}
                    ${directory('/files', 'C:\\Data\\Files')}
                </application>
                <application path="/owa">
                    ${directory('/', '%ExchangeInstallPath%FrontEnd\\HttpProxy\\owa')}
                </application>
                <application path="/owa/inner">
                    ${directory('/', 'C:\\inetpub\\inner')}
                </application>
                <bindings>
                    <binding protocol="http" bindingInformation="*:80:" />
                    <binding protocol="https" bindingInformation="*:443:mail.example" />
                </bindings>
            </site>`;

/** An `applicationHost.config` as setup writes it, as short as it can be. */
export function applicationHost(text: HostText = {}): string {
  const {
    sites = defaultSite,
    rules = 'overrideModeDefault="Allow"',
    outboundRules = 'overrideModeDefault="Allow"',
  } = text;
  const {
    globalModules = '<add name="RewriteModule" image="rewrite.dll" />',
    modules = '<add name="RewriteModule" />',
  } = text;
  return `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <configSections>
        <sectionGroup name="system.applicationHost">
            <section name="sites" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />
        </sectionGroup>
        <sectionGroup name="system.webServer">
            <sectionGroup name="rewrite">
                <section name="globalRules" overrideModeDefault="Deny" allowDefinition="AppHostOnly" />
                <section name="rules" ${rules} />
                <section name="outboundRules" ${outboundRules} />
                <section name="rewriteMaps" overrideModeDefault="Allow" />
                <section name="allowedServerVariables" overrideModeDefault="Deny" />
            </sectionGroup>
        </sectionGroup>
    </configSections>
    <system.applicationHost>
        <sites>
            ${sites}
        </sites>
    </system.applicationHost>
    <system.webServer>
        <globalModules>
            ${globalModules}
        </globalModules>
${text.server ?? ''}    </system.webServer>
    <location path="" overrideMode="Allow">
        <system.webServer>
            <modules>
                ${modules}
            </modules>
        </system.webServer>
    </location>
${text.locations ?? ''}</configuration>
`.replaceAll('\n', '\r\n');
}
