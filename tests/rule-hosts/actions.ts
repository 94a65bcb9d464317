import type { HeldAction } from '@stopgap/agent';
import { parseRewrite } from '@stopgap/rewrite';

/** The mitigation of CVE-2022-41040, as the Exchange service published it. */
export const autodiscover = closing(
  'CVE-2022-41040',
  '{UrlDecode:{REQUEST_URI}}',
  '(?=.*autodiscover)(?=.*powershell)',
);

/** A mitigation that closes the connection where the URL holds a word. */
export function refusing(word: string, more: Partial<HeldAction> = {}): HeldAction {
  return { ...closing(`TEST-${word}`, '{REQUEST_URI}', word), ...more };
}

function closing(mitigation: string, input: string, pattern: string): HeldAction {
  const source = `<rewrite><rules><rule name="${mitigation} inbound" stopProcessing="true"><match url=".*" />
    <conditions><add input="${input}" pattern="${pattern}" /></conditions>
    <action type="AbortRequest" /></rule></rules></rewrite>`;
  return {
    mitigation,
    revision: 1,
    index: 0,
    mode: 'enforce',
    action: {
      kind: 'urlRewrite',
      scope: { level: 'site', site: 'Default Web Site' },
      rewrite: parseRewrite(source),
      source,
    },
  };
}

const provider = `<rewrite><providers><provider name="P" type="T"/></providers><rules><rule name="p"><match url=".*" /><conditions><add input="{P:{URL}}" pattern="a" /></conditions>
  <action type="AbortRequest" /></rule></rules></rewrite>`;

/** A rule that asks a provider, which no server but IIS has. */
export const withProvider: HeldAction = {
  ...refusing('one'),
  action: { kind: 'urlRewrite', scope: { level: 'server' }, rewrite: parseRewrite(provider), source: provider },
};
