/** Files in the manner of products and frameworks. */
export const applications: readonly (readonly [string, string])[] = [
  [
    'ASP.NET MVC',
    `<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <configSections>
    <section name="entityFramework" type="System.Data.Entity.Internal.ConfigFile.EntityFrameworkSection, EntityFramework" requirePermission="false" />
  </configSections>
  <connectionStrings>
    <add name="Default" connectionString="Data Source=.;Initial Catalog=x;Integrated Security=True" providerName="System.Data.SqlClient" />
  </connectionStrings>
  <appSettings>
    <add key="webpages:Version" value="3.0.0.0" />
  </appSettings>
  <system.web>
    <compilation debug="true" targetFramework="4.8" />
    <httpRuntime targetFramework="4.8" />
  </system.web>
  <system.webServer>
    <handlers>
      <remove name="ExtensionlessUrlHandler-Integrated-4.0" />
      <remove name="OPTIONSVerbHandler" />
      <add name="ExtensionlessUrlHandler-Integrated-4.0" path="*." verb="*" type="System.Web.Handlers.TransferRequestHandler" preCondition="integratedMode,runtimeVersionv4.0" />
    </handlers>
  </system.webServer>
  <runtime>
    <assemblyBinding xmlns="urn:schemas-microsoft-com:asm.v1">
      <dependentAssembly>
        <assemblyIdentity name="Newtonsoft.Json" culture="neutral" publicKeyToken="30ad4fe6b2a6aeed" />
        <bindingRedirect oldVersion="0.0.0.0-13.0.0.0" newVersion="13.0.0.0" />
      </dependentAssembly>
    </assemblyBinding>
  </runtime>
</configuration>
`.replaceAll('\n', '\r\n'),
  ],
  [
    'ASP.NET Core behind IIS',
    `<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <location path="." inheritInChildApplications="false">
    <system.webServer>
      <handlers>
        <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" resourceType="Unspecified" />
      </handlers>
      <aspNetCore processPath="dotnet" arguments=".\\App.dll" stdoutLogEnabled="false" stdoutLogFile=".\\logs\\stdout" hostingModel="inprocess" />
    </system.webServer>
  </location>
</configuration>
<!--ProjectGuid: 00000000-0000-0000-0000-000000000000-->`,
  ],
  [
    'SharePoint',
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<configuration>
  <configSections>
    <sectionGroup name="SharePoint">
      <section name="SafeControls" type="Microsoft.SharePoint.ApplicationRuntime.SafeControlsConfigurationHandler" />
      <section name="RuntimeFilter" type="System.Configuration.SingleTagSectionHandler" />
    </sectionGroup>
  </configSections>
  <SharePoint>
    <SafeMode MaxControls="200" CallStack="false" DirectFileDependencies="10">
      <PageParserPaths>
      </PageParserPaths>
    </SafeMode>
    <SafeControls>
      <SafeControl Assembly="System.Web" Namespace="System.Web.UI.WebControls" TypeName="*" Safe="True" AllowRemoteDesigner="True" />
    </SafeControls>
    <PeoplePickerWildcards>
      <clear />
      <add key="AspNetSqlMembershipProvider" value="%" />
    </PeoplePickerWildcards>
  </SharePoint>
  <system.web>
    <customErrors mode="On" />
    <trust level="WSS_Minimal" originUrl="" legacyCasModel="true" />
  </system.web>
  <system.webServer>
    <validation validateIntegratedModeConfiguration="false" />
    <modules runAllManagedModulesForAllRequests="true">
      <remove name="AnonymousIdentification" />
      <remove name="WebDAVModule" />
      <add name="SPNativeRequestModule" preCondition="integratedMode" />
    </modules>
    <staticContent><clientCache httpExpires="Wed, 01 Jan 2030 00:00:00 GMT" cacheControlMode="UseMaxAge" cacheControlMaxAge="365.00:00:00" /></staticContent>
    <httpProtocol>
      <customHeaders>
        <clear />
        <add name="X-MS-InvokeApp" value="1; RequireReadOnly" />
      </customHeaders>
    </httpProtocol>
  </system.webServer>
  <location path="_layouts/15/upload.aspx">
    <system.web>
      <httpRuntime maxRequestLength="2097151" executionTimeout="3600" />
    </system.web>
  </location>
  <location path="_app_bin">
    <system.webServer><security><requestFiltering allowDoubleEscaping="true" /></security></system.webServer>
  </location>
</configuration>`,
  ],
  [
    'WordPress',
    `<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <system.webServer>
    <rewrite>
      <rules>
			<rule name="WordPress: https://example.org" patternSyntax="Wildcard">
				<match url="*"/>
					<conditions>
						<add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true"/>
						<add input="{REQUEST_FILENAME}" matchType="IsDirectory" negate="true"/>
					</conditions>
				<action type="Rewrite" url="index.php"/>
			</rule></rules>
    </rewrite>
  </system.webServer>
</configuration>
`,
  ],
  [
    'a single page application',
    `<configuration>
    <system.webServer>
        <rewrite>
            <rules>
                <rule name="Angular" stopProcessing="true">
                    <match url=".*" />
                    <conditions logicalGrouping="MatchAll">
                        <add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true" />
                        <add input="{REQUEST_FILENAME}" matchType="IsDirectory" negate="true" />
                    </conditions>
                    <action type="Rewrite" url="/" />
                </rule>
            </rules>
        </rewrite>
        <staticContent>
            <mimeMap fileExtension=".webmanifest" mimeType="application/manifest+json" />
        </staticContent>
    </system.webServer>
</configuration>
`,
  ],
  [
    'classic ASP',
    '<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n    <system.webServer>\r\n        <asp scriptErrorSentToBrowser="true" />\r\n        <defaultDocument>\r\n            <files>\r\n                <clear />\r\n                <add value="default.asp" />\r\n            </files>\r\n        </defaultDocument>\r\n        <directoryBrowse enabled="false" />\r\n    </system.webServer>\r\n</configuration>',
  ],
  [
    'iisnode',
    `<configuration>
  <system.webServer>
    <handlers><add name="iisnode" path="server.js" verb="*" modules="iisnode"/></handlers>
    <rewrite>
      <rules>
        <rule name="NodeInspector" patternSyntax="ECMAScript" stopProcessing="true">
          <match url="^server.js\\/debug[\\/]?" />
        </rule>
        <rule name="StaticContent">
          <action type="Rewrite" url="public{REQUEST_URI}"/>
          <match url=".*"/>
        </rule>
        <rule name="DynamicContent">
          <match url=".*"/>
          <conditions><add input="{REQUEST_FILENAME}" matchType="IsFile" negate="True"/></conditions>
          <action type="Rewrite" url="server.js"/>
        </rule>
      </rules>
    </rewrite>
  </system.webServer>
</configuration>
`,
  ],
  [
    'a reverse proxy that rewrites what it answers',
    `<configuration>
  <system.webServer>
    <rewrite>
      <rules>
        <rule name="ReverseProxyInboundRule1" stopProcessing="true">
          <match url="^api/(.*)" />
          <action type="Rewrite" url="http://localhost:8080/{R:1}" />
        </rule>
      </rules>
      <outboundRules>
        <rule name="ReverseProxyOutboundRule1" preCondition="ResponseIsHtml1">
          <match filterByTags="A, Form, Img" pattern="^http(s)?://localhost:8080/(.*)" />
          <action type="Rewrite" value="http{R:1}://www.example.org/{R:2}" />
        </rule>
        <preConditions>
          <preCondition name="ResponseIsHtml1">
            <add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" />
          </preCondition>
        </preConditions>
      </outboundRules>
    </rewrite>
    <urlCompression doStaticCompression="false" doDynamicCompression="false" />
  </system.webServer>
</configuration>
`,
  ],
  [
    'https only, with security headers',
    `<?xml version="1.0" encoding="utf-8" ?>
<configuration>
  <system.webServer>
    <httpProtocol><customHeaders><remove name="X-Powered-By"/><add name="Strict-Transport-Security" value="max-age=31536000"/></customHeaders></httpProtocol>
    <rewrite>
      <rules>
        <rule name="HTTP to HTTPS redirect" stopProcessing="true">
          <match url="(.*)" />
          <conditions>
            <add input="{HTTPS}" pattern="off" ignoreCase="true" />
          </conditions>
          <action type="Redirect" url="https://{HTTP_HOST}/{R:1}" redirectType="Permanent" />
        </rule>
      </rules>
      <outboundRules>
        <rule name="Remove Server header"><match serverVariable="RESPONSE_Server" pattern=".+" /><action type="Rewrite" value="" /></rule>
        <rule name="Add SameSite" preCondition="No SameSite">
          <match serverVariable="RESPONSE_Set_Cookie" pattern=".*" negate="false" />
          <action type="Rewrite" value="{R:0}; SameSite=lax" />
        </rule>
        <preConditions>
          <preCondition name="No SameSite">
            <add input="{RESPONSE_Set_Cookie}" pattern="." />
            <add input="{RESPONSE_Set_Cookie}" pattern="; SameSite=lax" negate="true" />
          </preCondition>
        </preConditions>
      </outboundRules>
    </rewrite>
  </system.webServer>
</configuration>
`,
  ],
  [
    'a content policy of its own, which ends processing',
    `<configuration>
\t<system.webServer>
\t\t<rewrite>
\t\t\t<outboundRules>
\t\t\t\t<rule name="Policy" enabled="true" stopProcessing="true">
\t\t\t\t\t<match serverVariable="RESPONSE_Content_Security_Policy" pattern="^default-src 'self'$" />
\t\t\t\t\t<action type="Rewrite" value="default-src 'self' data:" />
\t\t\t\t</rule>
\t\t\t\t<rule name="Other"><match serverVariable="RESPONSE_X_Other" pattern=".*" /><action type="Rewrite" value="1" /></rule>
\t\t\t</outboundRules>
\t\t</rewrite>
\t</system.webServer>
</configuration>`,
  ],
  [
    'DotNetNuke, half of it in tabs',
    `<configuration>
  <!-- register local configuration handlers -->
  <configSections>
\t<sectionGroup name="dotnetnuke">
\t  <section name="data" requirePermission="false" type="DotNetNuke.Framework.Providers.ProviderConfigurationHandler, DotNetNuke" />
\t</sectionGroup>
  </configSections>
\t<system.webServer>
\t\t<modules>
\t\t\t<add name="UrlRewrite" type="DotNetNuke.HttpModules.UrlRewriteModule, DotNetNuke.HttpModules" preCondition="managedHandler" />
\t\t</modules>
    <security>
        <requestFiltering><requestLimits maxAllowedContentLength="12582912" /></requestFiltering>
    </security>
\t</system.webServer>
  <dotnetnuke><data defaultProvider="SqlDataProvider"><providers><clear /></providers></data></dotnetnuke>
</configuration>
`,
  ],
];
