import type { HeldAction } from '@stopgap/agent';
import type { RuleScope } from '@stopgap/mitigation';
import { parseRewrite } from '@stopgap/rewrite';

/** The site of most tests. */
export const onSite: RuleScope = { level: 'site', site: 'Default Web Site' };

/** A path of that site. */
export const onPath = (path: string): RuleScope => ({ level: 'path', site: 'Default Web Site', path });

/** An action with the content of a `<rewrite>` element. */
export function holding(
  mitigation: string,
  content: string,
  scope: RuleScope = onSite,
  more: Partial<HeldAction> = {},
): HeldAction {
  const source = `<rewrite>${content}</rewrite>`;
  const action = { kind: 'urlRewrite', scope, rewrite: parseRewrite(source), source } as const;
  return { mitigation, revision: 1, index: 0, mode: 'enforce', action, ...more };
}

/** A rule that closes the connection where the URL holds a word. */
export const aborting = (name: string, word: string) =>
  `<rule name="${name}" stopProcessing="true"><match url=".*" /><conditions><add input="{REQUEST_URI}" pattern="${word}" /></conditions><action type="AbortRequest" /></rule>`;

/** A mitigation that closes the connection where the URL holds a word. */
export function refusing(word: string, scope: RuleScope = onSite, more: Partial<HeldAction> = {}): HeldAction {
  return holding(`TEST-${word}`, `<rules>${aborting(`refuse ${word}`, word)}</rules>`, scope, more);
}

/** The names of its two things are those of the mitigation of CVE-2026-42897. */
export const policyRules = `<outboundRules>
  <rule name="EOMT OWA CSP - outbound" preCondition="EOMT OWA SPA HTML shell - precondition">
    <match serverVariable="RESPONSE_Content_Security_Policy" pattern="(.*)" />
    <action type="Rewrite" value="{R:1}; script-src-attr 'none'" />
  </rule>
  <preConditions>
    <preCondition name="EOMT OWA SPA HTML shell - precondition">
      <add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" />
    </preCondition>
  </preConditions>
</outboundRules>`;

/** A mitigation that adds to the content security policy of HTML. */
export function addingPolicy(scope: RuleScope = onSite): HeldAction {
  return holding('TEST-policy', policyRules, scope);
}
