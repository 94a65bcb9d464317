import {
  ConfigurationLevels,
  checkApache,
  checkNginx,
  compileApache,
  compileIis,
  compileNginx,
  evaluateInbound,
  matcherOf,
  type PreparedRules,
  parseRewrite,
  prepareRules,
  RewriteError,
  readConfigurationFile,
  type ScopedRules,
  scopedRules,
} from '@stopgap/rewrite';
import { refused } from '../../rewrite/testing/refused.ts';
import { must, mustEqual } from '../engine/check.ts';
import { type OpenTarget, outcomeOf } from '../engine/target.ts';
import { catalogRewrites } from './catalog.ts';

const requests = ['/', '/owa/auth/logon.aspx?a=b', '/autodiscover/x@y.z/powershell/?X=1', '/%2e%2e/A%00/é'].map(
  (url) => ({
    method: 'GET',
    scheme: 'https' as const,
    host: 'mail.example.org',
    url,
    headers: { cookie: 'X-BEResource=a/b~c; k=v', 'x-word': 'owa' },
  }),
);

/** What is parsed parses the same again, compiles or is refused alike by check and compiler, and matcher and evaluator agree on it. */
export function openRewriteConfig(): OpenTarget {
  const faulty = refused
    .split('\n')
    .map((line) => `<rewrite>${(line.split(' | ')[2] ?? '').replace('¦', '')}</rewrite>`);
  return {
    seeds: [...catalogRewrites(), ...faulty],
    most: 64 * 1024,
    run: (input) => outcomeOf(() => readAndCompile(input), RewriteError),
  };
}

function readAndCompile(input: Buffer): void {
  const configuration = parseRewrite(input);
  mustEqual(parseRewrite(input), configuration, 'read twice, it is not the same');
  const rules: readonly ScopedRules[] = [{ owner: 'CVE-2026-0001', level: '/', mode: 'enforce', configuration }];
  agree('nginx', checkNginx(rules).length === 0, () => compileNginx(rules));
  agree('Apache', checkApache(rules).length === 0, () => compileApache(rules));
  outcomeOf(() => compileIis(rules), RewriteError);
  const prepared = preparedOrRefused(rules);
  if (!prepared) return;
  const matcher = matcherOf(prepared);
  for (const request of requests)
    mustEqual(matcher.inbound(request), evaluateInbound(prepared, request), `matcher and evaluator on ${request.url}`);
}

function preparedOrRefused(rules: readonly ScopedRules[]): PreparedRules | undefined {
  let prepared: PreparedRules | undefined;
  outcomeOf(() => {
    prepared = prepareRules(rules);
  }, RewriteError);
  return prepared;
}

function agree(server: string, checked: boolean, compile: () => unknown): void {
  const outcome = outcomeOf(compile, RewriteError);
  must((outcome === 'accepted') === checked, `check and compiler for ${server} do not agree: it is ${outcome}`);
}

/** Files of IIS: read, and asked for the rules at a few places. */
export function openRewriteLevels(): OpenTarget {
  const rules = catalogRewrites()[0] ?? '<rewrite/>';
  return {
    seeds: [
      `<configuration><system.webServer>${rules}</system.webServer><location path="owa" inheritInChildApplications="false"><system.webServer><rewrite><rules><clear/><rule name="b"><match url="x"/></rule></rules></rewrite></system.webServer></location></configuration>`,
      '<configuration><system.applicationHost><sites><site name="Default Web Site" id="1"><application path="/"><virtualDirectory path="/" physicalPath="%SystemDrive%\\inetpub\\wwwroot"/></application><bindings><binding protocol="http" bindingInformation="*:80:www.example.org"/></bindings></site></sites></system.applicationHost><system.webServer><rewrite><globalRules><rule name="g"><match url="y"/><action type="AbortRequest"/></rule></globalRules></rewrite></system.webServer></configuration>',
      rules,
    ],
    most: 64 * 1024,
    run: (input) =>
      outcomeOf(() => {
        const levels = new ConfigurationLevels([
          { level: '/', file: readConfigurationFile(input), site: 'Default Web Site' },
        ]);
        for (const path of ['/', '/owa/x']) prepareRules(scopedRules(levels.at('Default Web Site', path)));
      }, RewriteError),
  };
}
