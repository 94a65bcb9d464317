/** A mitigation document with one rule that refuses `/attack/<id>`; for tests. */
export function documentText(id: string, options: DocumentOptions = {}): string {
  const {
    revision = 1,
    fixed = '1.2.9',
    afterwards = 'remove',
    expires = '2030-01-01T00:00:00Z',
    withdrawn,
    actions,
    evidence = actions === undefined ? evidenceFor(`/attack/${id}`) : '',
  } = options;
  return `<?xml version="1.0" encoding="UTF-8"?>
<mitigation schema="1" id="${id}" revision="${revision}">
  <title>Test ${id}</title>
  <severity>high</severity>
  <published>2026-01-01T00:00:00Z</published>
  <expires at="${expires}" then="${afterwards}"/>${withdrawn === undefined ? '' : `\n  <withdrawn>${withdrawn}</withdrawn>`}
  <description>For tests.</description>
  <sideEffects/>
  <applicability>
    <product name="thing"><branch name="1.2" from="1.2.0" below="1.3.0"><fixedBuild>${fixed}</fixedBuild></branch></product>
  </applicability>
  <actions>${actions ?? ruleAction(id)}</actions>
  ${evidence}
</mitigation>
`;
}

export interface DocumentOptions {
  readonly revision?: number;
  /** Build of the product `thing` (branch 1.2) from which it is fixed. */
  readonly fixed?: string;
  readonly afterwards?: 'remove' | 'keep';
  readonly expires?: string;
  readonly withdrawn?: string;
  /** XML of the actions; default: one rule with evidence. */
  readonly actions?: string;
  /** XML of the evidence; default: that of the default action. */
  readonly evidence?: string;
}

function ruleAction(id: string): string {
  return `<urlRewrite><onSite name="Default Web Site"/><rewrite><rules><rule name="${id}" stopProcessing="true">
    <match url="^attack/${id}"/><action type="AbortRequest"/></rule></rules></rewrite></urlRewrite>`;
}

/** Evidence with one attack and one ordinary request. */
export function evidenceFor(attack: string): string {
  return `<evidence>
    <request name="attack" expect="refused" url="${attack}"/>
    <request name="ordinary" expect="passes" url="/"/>
  </evidence>`;
}
