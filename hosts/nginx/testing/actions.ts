import type { HeldAction } from '@stopgap/agent';
import { parseRewrite } from '@stopgap/rewrite';

/** A mitigation that closes the connection where the URL holds a word. */
export function refusing(word: string, more: Partial<HeldAction> = {}): HeldAction {
  const source = `<rewrite><rules><rule name="refuse ${word}" stopProcessing="true"><match url=".*" />
    <conditions><add input="{REQUEST_URI}" pattern="${word}" /></conditions>
    <action type="AbortRequest" /></rule></rules></rewrite>`;
  return {
    mitigation: `TEST-${word}`,
    revision: 1,
    index: 0,
    mode: 'enforce',
    action: {
      kind: 'urlRewrite',
      scope: { level: 'site', site: 'Default Web Site' },
      rewrite: parseRewrite(source),
      source,
    },
    ...more,
  };
}
