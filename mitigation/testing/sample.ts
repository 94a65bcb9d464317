/** A document that uses every element of the schema, for tests to change. */
export const sample = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<mitigation schema="1" id="SAMPLE-1" revision="3">
  <title>A sample of
    everything</title>
  <cve>CVE-2024-10001</cve>
  <cve>CVE-2024-10002</cve>
  <severity>high</severity>
  <published>2024-02-29T12:00:00Z</published>
  <expires at="2025-01-01T00:00:00Z" then="remove"/>
  <withdrawn>The rule was too wide.</withdrawn>
  <description>Long.</description>
  <sideEffects>
    <breaks who="users">Printing.</breaks>
    <monitor>M1 turns red.</monitor>
    <unprotected>Those behind.</unprotected>
  </sideEffects>
  <references>
    <reference url="https://example.org/advisory?x=1">The advisory</reference>
  </references>
  <applicability>
    <product name="shop">
      <exceptRole>edge</exceptRole>
      <branch name="One" from="1.0" below="2.0">
        <fixedBuild>1.5.2</fixedBuild>
        <fixedByUpdate>KB5000001</fixedByUpdate>
      </branch>
      <branch name="Two" from="2.0" below="3.0"/>
    </product>
    <product name="nginx" versions="debian">
      <branch name="bookworm" from="1.22.1-1" below="1.23~">
        <fixedByPackage name="nginx" version="1.22.1-9+deb12u3"/>
      </branch>
    </product>
  </applicability>
  <actions>
    <urlRewrite>
      <onSite name="Default Web Site"/>
      <rewrite><rules><rule name="in"><match url="secret"/><action type="AbortRequest"/></rule></rules></rewrite>
    </urlRewrite>
    <urlRewrite>
      <onPath site="Default Web Site" path="/shop/cart"/>
      <rewrite>
        <outboundRules>
          <rule name="out"><match serverVariable="RESPONSE_X_A" pattern=".*"/><action type="Rewrite" value="b"/></rule>
        </outboundRules>
      </rewrite>
    </urlRewrite>
    <urlRewrite>
      <onServer/>
      <rewrite>
        <globalRules>
          <rule name="first"><match url="^gone$"/><action type="CustomResponse" statusCode="410"/></rule>
        </globalRules>
      </rewrite>
    </urlRewrite>
    <service name="Shop$1"/>
    <service name="ShopHealth" shared="true"/>
    <appPool name="Shop pool"/>
  </actions>
  <evidence>
    <request name="an attack" expect="refused" method="POST" url="/a/secret?x=%41">
      <header name="Host" value="shop.example:8443"/>
      <header name="X-Empty" value=""/>
      <body>one
two</body>
    </request>
    <request name="gone" expect="refused" url="/gone"/>
    <request name="the shop" expect="passes" url="/shop/cart">
      <responseHeader name="X-A" contains="b"/>
    </request>
  </evidence>
</mitigation>
`;

/** Marks in a test's text the place that the finding must name. */
export const mark = '§';

/** The sample with one piece replaced. `to` may hold the mark; without it, no place is expected. Throws when the piece is not there. */
export function changed(from: string, to: string, text = sample): { text: string; line?: number; column?: number } {
  if (!text.includes(from)) throw new Error(`the sample does not hold ${from}`);
  const marked = text.replace(from, () => to);
  const at = marked.indexOf(mark);
  if (at < 0) return { text: marked };
  const before = marked.slice(0, at).split('\n');
  return { text: marked.replace(mark, ''), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
