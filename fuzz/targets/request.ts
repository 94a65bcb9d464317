import {
  compileMatcher,
  evaluateInbound,
  evaluateLine,
  evaluateOutbound,
  openConfiguration,
  parseRewrite,
  type RewriteRequest,
  type ScopedRules,
} from '@stopgap/rewrite';
import { mustEqual } from '../engine/check.ts';
import type { OpenTarget } from '../engine/target.ts';
import { catalogRewrites } from './catalog.ts';

const own = `<rewrite>
  <rewriteMaps><rewriteMap name="words" defaultValue="auto"><add key="w=owa" value="Powershell"/></rewriteMap></rewriteMaps>
  <allowedServerVariables><add name="HTTP_X_WORD"/></allowedServerVariables>
  <rules>
    <rule name="set"><match url="^(owa|admin)/?(.*)$"/><serverVariables><set name="HTTP_X_WORD" value="{R:1}{C:0}"/></serverVariables></rule>
    <rule name="rewrite" stopProcessing="true"><match url="deep/(.+)"/><conditions trackAllCaptures="true"><add input="{QUERY_STRING}" pattern="w=(\\w+)"/><add input="{words:{QUERY_STRING}}" pattern="P"/></conditions><action type="Rewrite" url="/{R:1}?v={C:1}"/></rule>
    <rule name="refuse"><match url=".*"/><conditions logicalGrouping="MatchAny"><add input="{UrlDecode:{REQUEST_URI}}" pattern="/shell/.*/x"/><add input="{HTTP_COOKIE}" pattern="^(?!a)b+c"/></conditions><action type="AbortRequest"/></rule>
    <rule name="redirect"><match url="^old/(.*)"/><action type="Redirect" url="https://{HTTP_HOST}/new/{R:1}" redirectType="Found"/></rule>
    <rule name="file"><match url="(.*)\\.php$"/><conditions><add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true"/></conditions><action type="CustomResponse" statusCode="404" statusReason="no {R:0}"/></rule>
  </rules>
  <outboundRules>
    <rule name="out" preCondition="html"><match serverVariable="RESPONSE_Location" pattern="^http://(.*)"/><action type="Rewrite" value="https://{R:1}"/></rule>
    <preConditions><preCondition name="html"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html"/></preCondition></preConditions>
  </outboundRules>
</rewrite>`;

/** First line: method, host and URL; then header fields. The matcher's verdict is the evaluator's, and the response's as well. */
export function openRequest(): OpenTarget {
  const rules: readonly ScopedRules[] = [
    ...catalogRewrites().map((text, index) => scoped(`CVE-${index}`, '/', text)),
    scoped('own', '/', own),
    scoped('deep', '/owa', own),
  ];
  const matcher = compileMatcher(rules);
  return {
    seeds: [
      'GET www.example.org /owa/auth/logon.aspx?w=owa\ncookie: a=b\nx-word: c',
      'POST h:443 /autodiscover/autodiscover.json?@a.b/powershell/\nCookie: X-BEResource=a/b~c',
      'GET h /deep/a%2fb?w=owa\nlocation: http://x',
      'GET h /old/%e4%00x\n',
      'OPTIONS h *',
      'GET h /%73hell/a/x.php?y',
    ],
    words: ['%2f', '%00', '%u0061', '..', '/./', '\\', 'X-BEResource=', 'autodiscover', 'powershell', ';'],
    most: 32 * 1024,
    run: (input) => {
      const request = requestIn(input.toString('latin1'));
      const verdict = evaluateInbound(matcher.rules, request);
      mustEqual(matcher.inbound(request), verdict, `matcher and evaluator on ${request.url.slice(0, 200)}`);
      const exchange = {
        request,
        response: { status: 200, headers: { ...request.headers, 'content-type': 'text/html' } },
        inbound: verdict,
      };
      mustEqual(
        matcher.outbound(exchange),
        evaluateOutbound(matcher.rules, exchange),
        'matcher and evaluator on the response',
      );
      return verdict.outcome === 'pass' ? 'refused' : 'accepted';
    },
  };
}

function scoped(owner: string, level: string, text: string): ScopedRules {
  return { owner, level, mode: owner === 'CVE-0' ? 'observe' : 'enforce', configuration: parseRewrite(text) };
}

function requestIn(text: string): RewriteRequest {
  const [first = '', ...lines] = text.split('\n');
  const [method = '', host = '', ...url] = first.split(' ');
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines)
    headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 1).trim();
  return { method, scheme: host.endsWith('443') ? 'https' : 'http', host, url: url.join(' '), headers };
}

/** Lines of JSON for `stopgap rewrite eval`: an answer for each, or a sentence. */
export function openRequestLine(): OpenTarget {
  const rules = openConfiguration(own);
  return {
    seeds: [
      '{"id":1,"method":"GET","scheme":"http","host":"h","url":"/deep/x?w=owa","headers":{"Cookie":"a","b":["c","d"]},"remoteAddr":"::1","scope":"/owa"}',
      '{"url":"/x.php","fs":{"files":["/x.php"],"dirs":["/a"]},"response":{"status":302,"headers":{"Location":"http://a"},"body":"<a>"}}',
      '{"url":"/","headers":{"__proto__":"x","constructor":1}}',
    ],
    words: ['"url":', '"headers":{', '"response":', 'null', '[]', '{}', '"__proto__"', '\\u0000', '1e999'],
    most: 16 * 1024,
    run: (input) => {
      const answer = evaluateLine(rules, input.toString('utf8'));
      mustEqual(
        JSON.stringify(answer),
        JSON.stringify(evaluateLine(rules, input.toString('utf8'))),
        'asked twice, it is not the same',
      );
      return answer.outcome === 'invalid-request' ? 'refused' : 'accepted';
    },
  };
}
