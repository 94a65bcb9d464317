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
