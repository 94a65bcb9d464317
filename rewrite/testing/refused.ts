/**
 * Contents of a `<rewrite>` element that IIS refuses, one a line: code, name, content. `¦` stands in front of what the refusal
 * has to point at.
 */
export const refused = `
unknown-element | an unknown section | ¦<rulez/>
unknown-element | a section in the wrong letter case | ¦<Rules/>
duplicate-name | a section twice | <rules/>¦<rules lockItem="true"/>
unknown-element | text in a section | ¦<rules> x </rules>
unknown-attribute | an unknown attribute of a section | <rules ¦foo="1"/>
unsupported | a section kept in another file | <rules ¦configSource="r.config"/>
unknown-element | an unknown element in rules | <rules>¦<add name="a"/></rules>
missing-attribute | a rule without a name | <rules>¦<rule ><match url="x"/></rule></rules>
unknown-element | a rule in the wrong letter case | <rules>¦<Rule name="a"/></rules>
duplicate-name | two rules of one name | <rules><rule name="a"><match url="x"/></rule><rule  ¦name="A"><match url="x"/></rule></rules>
unknown-attribute | an unknown attribute of a rule | <rules><rule name="a" ¦stop="true"><match url="x"/></rule></rules>
unknown-attribute | an attribute in the wrong letter case | <rules><rule name="a" ¦Enabled="true"><match url="x"/></rule></rules>
unknown-attribute | preCondition on an inbound rule | <rules><rule name="a" ¦preCondition="p"><match url="x"/></rule></rules>
invalid-value | enabled="1" | <rules><rule name="a" ¦enabled="1"><match url="x"/></rule></rules>
invalid-value | stopProcessing="yes" | <rules><rule name="a" ¦stopProcessing="yes"><match url="x"/></rule></rules>
invalid-value | an unknown pattern syntax | <rules><rule name="a" ¦patternSyntax="Regex"><match url="x"/></rule></rules>
invalid-value | the name that IIS Manager shows for ECMAScript | <rules><rule name="a" ¦patternSyntax="Regular Expressions"><match url="x"/></rule></rules>
invalid-value | an unknown cache directive | <rules><rule name="a" ¦responseCacheDirective="Maybe"><match url="x"/></rule></rules>
missing-attribute | a rule that says nothing | <rules>¦<rule name="a"/></rules>
missing-attribute | a rule that compares whole paths with nothing | <rules>¦<rule name="a" patternSyntax="ExactMatch"><action type="None"/></rule></rules>
invalid-value | an action that there is not | <rules><rule name="a"><match url="x"/><action ¦type="Proxy" url="http://b/"/></rule></rules>
missing-attribute | match without url | <rules><rule name="a">¦<match/></rule></rules>
invalid-value | match with an empty url | <rules><rule name="a"><match ¦url=""/></rule></rules>
duplicate-name | match twice | <rules><rule name="a"><match url="x"/>¦<match url="y"/></rule></rules>
unknown-attribute | an outbound attribute on an inbound match | <rules><rule name="a"><match url="x" ¦pattern="y"/></rule></rules>
unknown-element | a child of match | <rules><rule name="a"><match url="x">¦<add/></match></rule></rules>
invalid-value | ignoreCase="0" on match | <rules><rule name="a"><match url="x" ¦ignoreCase="0"/></rule></rules>
invalid-value | negate="" on match | <rules><rule name="a"><match url="x" ¦negate=""/></rule></rules>
invalid-value | an unknown grouping | <rules><rule name="a"><match url="x"/><conditions ¦logicalGrouping="Any"/></rule></rules>
invalid-value | trackAllCaptures="on" | <rules><rule name="a"><match url="x"/><conditions ¦trackAllCaptures="on"/></rule></rules>
unknown-element | clear among conditions | <rules><rule name="a"><match url="x"/><conditions>¦<clear/></conditions></rule></rules>
missing-attribute | a condition without input | <rules><rule name="a"><match url="x"/><conditions>¦<add pattern="y"/></conditions></rule></rules>
missing-attribute | a condition without pattern | <rules><rule name="a"><match url="x"/><conditions>¦<add input="{URL}"/></conditions></rule></rules>
unknown-attribute | the condition attribute that the 1.x reference prints | <rules><rule name="a"><match url="x"/><conditions><add input="{URL}" ¦type="Pattern" pattern="y"/></conditions></rule></rules>
invalid-value | matchType as a number | <rules><rule name="a"><match url="x"/><conditions><add input="{URL}" ¦matchType="0" pattern="y"/></conditions></rule></rules>
invalid-value | negate="foo" on a condition | <rules><rule name="a"><match url="x"/><conditions><add input="{URL}" pattern="y" ¦negate="foo"/></conditions></rule></rules>
invalid-value | ignoreCase="foo" on IsFile | <rules><rule name="a"><match url="x"/><conditions><add matchType="IsFile" ¦ignoreCase="foo"/></conditions></rule></rules>
missing-attribute | a server variable without a name | <rules><rule name="a"><match url="x"/><serverVariables>¦<set value="y"/></serverVariables></rule></rules>
invalid-value | a server variable with blanks around its name | <rules><rule name="a"><match url="x"/><serverVariables><set ¦name=" A"/></serverVariables></rule></rules>
duplicate-name | a server variable set twice | <rules><rule name="a"><match url="x"/><serverVariables><set name="A"/>¦<set  name="a"/></serverVariables></rule></rules>
unknown-element | add among server variables | <rules><rule name="a"><match url="x"/><serverVariables>¦<add name="A"/></serverVariables></rule></rules>
invalid-value | an unknown action | <rules><rule name="a"><match url="x"/><action ¦type="Block"/></rule></rules>
missing-attribute | Rewrite without url | <rules><rule name="a"><match url="x"/>¦<action type="Rewrite"/></rule></rules>
invalid-value | Redirect with an empty url | <rules><rule name="a"><match url="x"/><action type="Redirect" ¦url=""/></rule></rules>
invalid-value | a url with a blank at its end | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="/x "/></rule></rules>
invalid-value | an unknown redirect type | <rules><rule name="a"><match url="x"/><action type="Redirect" url="x" ¦redirectType="PermanentRedirect"/></rule></rules>
invalid-value | a redirect type as a number | <rules><rule name="a"><match url="x"/><action type="Redirect" url="x" ¦redirectType="302"/></rule></rules>
invalid-value | a wrong redirect type on another action | <rules><rule name="a"><match url="x"/><action type="AbortRequest" ¦redirectType="x"/></rule></rules>
invalid-value | appendQueryString="foo" | <rules><rule name="a"><match url="x"/><action type="Redirect" url="x" ¦appendQueryString="foo"/></rule></rules>
missing-attribute | CustomResponse without a status | <rules><rule name="a"><match url="x"/>¦<action type="CustomResponse"/></rule></rules>
invalid-value | status 300 | <rules><rule name="a"><match url="x"/><action type="CustomResponse" ¦statusCode="300"/></rule></rules>
invalid-value | status 307 | <rules><rule name="a"><match url="x"/><action type="CustomResponse" ¦statusCode="307"/></rule></rules>
invalid-value | status 302 on an action without a status | <rules><rule name="a"><match url="x"/><action type="AbortRequest" ¦statusCode="302"/></rule></rules>
invalid-value | status 0 | <rules><rule name="a"><match url="x"/><action type="CustomResponse" ¦statusCode="0"/></rule></rules>
invalid-value | a status of four digits | <rules><rule name="a"><match url="x"/><action type="CustomResponse" ¦statusCode="1000"/></rule></rules>
invalid-value | a negative status | <rules><rule name="a"><match url="x"/><action type="CustomResponse" ¦statusCode="-1"/></rule></rules>
invalid-value | a status with its sub-status | <rules><rule name="a"><match url="x"/><action type="CustomResponse" ¦statusCode="404.3"/></rule></rules>
invalid-value | sub-status 1000 | <rules><rule name="a"><match url="x"/><action type="CustomResponse" statusCode="404" ¦subStatusCode="1000"/></rule></rules>
unknown-attribute | statusLine | <rules><rule name="a"><match url="x"/><action type="CustomResponse" statusCode="404" ¦statusLine="x"/></rule></rules>
unknown-attribute | logRewrittenUrl on a global rule | <globalRules><rule name="a"><match url="x"/><action type="Rewrite" url="x" ¦logRewrittenUrl="true"/></rule></globalRules>
duplicate-name | the same condition twice in a global rule | <globalRules><rule name="a"><match url="x"/><conditions><add input="{URL}" pattern="y"/>¦<add  input="{url}" pattern="y"/></conditions></rule></globalRules>
missing-attribute | a map without a name | <rewriteMaps>¦<rewriteMap ></rewriteMap></rewriteMaps>
invalid-value | a map with blanks around its name | <rewriteMaps><rewriteMap ¦name="m "></rewriteMap></rewriteMaps>
duplicate-name | two maps of one name | <rewriteMaps><rewriteMap name="m"/><rewriteMap  ¦name="M"/></rewriteMaps>
missing-attribute | a map entry without a key | <rewriteMaps><rewriteMap name="m">¦<add value="v"/></rewriteMap></rewriteMaps>
duplicate-name | a map key twice | <rewriteMaps><rewriteMap name="m"><add key="k" value="1"/><add ¦key="k" value="2"/></rewriteMap></rewriteMaps>
unknown-attribute | an unknown attribute of a map entry | <rewriteMaps><rewriteMap name="m"><add key="k" ¦val="1"/></rewriteMap></rewriteMaps>
invalid-value | ignoreCase="no" on a map | <rewriteMaps><rewriteMap name="m" ¦ignoreCase="no"></rewriteMap></rewriteMaps>
undefined-reference | a call of an undefined map | <rules><rule name="a"><match url="x"/><conditions><add ¦input="{nomap:{R:1}}" pattern="y"/></conditions></rule></rules>
undefined-reference | a nested call of an undefined map | <rules><rule name="a"><match url="x"/><conditions><add ¦input="{ToLower:{nomap:x}}" pattern="y"/></conditions></rule></rules>
missing-attribute | an allowed variable without a name | <allowedServerVariables>¦<add/></allowedServerVariables>
duplicate-name | an allowed variable twice | <allowedServerVariables><add name="A"/><add  ¦name="a"/></allowedServerVariables>
missing-attribute | a provider without a type | <providers>¦<provider name="DB"/></providers>
missing-attribute | remove without a name | <rules>¦<remove/></rules>
unknown-attribute | clear with an attribute | <rules><clear ¦name="x"/></rules>
missing-attribute | an outbound rule without match | <outboundRules>¦<rule name="a"/></outboundRules>
missing-attribute | an outbound match without pattern | <outboundRules><rule name="a">¦<match serverVariable="RESPONSE_X"/></rule></outboundRules>
invalid-value | an outbound match with an empty pattern | <outboundRules><rule name="a"><match ¦pattern=""/></rule></outboundRules>
unknown-attribute | url on an outbound match | <outboundRules><rule name="a"><match ¦url="x" pattern="y"/></rule></outboundRules>
invalid-value | RESPONSE_ without a name | <outboundRules><rule name="a"><match ¦serverVariable="RESPONSE_" pattern="y"/></rule></outboundRules>
invalid-value | an unknown tag | <outboundRules><rule name="a"><match ¦filterByTags="A,Div" pattern="y"/></rule></outboundRules>
missing-attribute | CustomTags without a group | <outboundRules><rule name="a">¦<match filterByTags="CustomTags" pattern="y"/></rule></outboundRules>
undefined-reference | an undefined group of tags | <outboundRules><rule name="a"><match filterByTags="CustomTags" ¦customTags="t" pattern="y"/></rule></outboundRules>
not-allowed-here | a wildcard over a whole body | <outboundRules><rule name="a" patternSyntax="Wildcard"><match ¦pattern="*"/></rule></outboundRules>
invalid-value | occurrences="many" | <outboundRules><rule name="a"><match pattern="y" ¦occurrences="many"/></rule></outboundRules>
undefined-reference | an undefined precondition | <outboundRules><rule name="a" ¦preCondition="p"><match pattern="y"/></rule></outboundRules>
invalid-value | an outbound Redirect | <outboundRules><rule name="a"><match pattern="y"/><action ¦type="Redirect" value="x"/></rule></outboundRules>
unknown-attribute | url on an outbound action | <outboundRules><rule name="a"><match pattern="y"/><action type="Rewrite" ¦url="x"/></rule></outboundRules>
duplicate-name | the same outbound condition twice | <outboundRules><rule name="a"><match pattern="y"/><conditions><add input="a" pattern="b"/>¦<add  input="a" pattern="b"/></conditions></rule></outboundRules>
duplicate-name | two preconditions of one name | <outboundRules><preConditions><preCondition name="p"/><preCondition  ¦name="P"/></preConditions></outboundRules>
duplicate-name | preConditions twice | <outboundRules><preConditions/>¦<preConditions lockItem="true"/></outboundRules>
missing-attribute | a tag without an attribute | <outboundRules><customTags><tags name="t">¦<tag name="x"/></tags></customTags></outboundRules>
invalid-value | a tag with an empty name | <outboundRules><customTags><tags name="t"><tag ¦name="" attribute="x"/></tags></customTags></outboundRules>
duplicate-name | a tag twice | <outboundRules><customTags><tags name="t"><tag name="x" attribute="y"/><tag  ¦name="X" attribute="Y"/></tags></customTags></outboundRules>
invalid-pattern | a pattern that is none | <rules><rule name="a"><match ¦url="("/></rule></rules>
invalid-pattern | a quantifier after nothing | <rules><rule name="a"><match ¦url="*.aspx"/></rule></rules>
invalid-pattern | a brace that begins no quantifier | <rules><rule name="a"><match url="x"/><conditions><add input="{URL}" ¦pattern="^/{C:1}"/></conditions></rule></rules>
invalid-pattern | a look-behind | <rules><rule name="a"><match url="x"/><conditions><add input="{URL}" ¦pattern="(?&lt;=a)b"/></conditions></rule></rules>
invalid-pattern | an inline flag | <rules><rule name="a"><match url="x"/><conditions><add input="{URL}" ¦pattern="(?i)b"/></conditions></rule></rules>
invalid-template | an unclosed brace | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="{R:1"/></rule></rules>
invalid-template | a lone brace | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="{"/></rule></rules>
invalid-template | an empty name | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="{}"/></rule></rules>
invalid-template | a call without a name | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="{:}"/></rule></rules>
invalid-template | a back-reference without an index | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="{UrlEncode:{R:}}"/></rule></rules>
invalid-template | a back-reference beyond 9 | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="{R:10}"/></rule></rules>
invalid-template | a negative back-reference | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="{C:-1}"/></rule></rules>
invalid-template | a letter as back-reference | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="{R:A}"/></rule></rules>
invalid-template | an unclosed function | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="{UrlEncode:{R:1}"/></rule></rules>
invalid-template | a brace inside a name | <rules><rule name="a"><match url="x"/><action type="Rewrite" ¦url="{HTTP_{R:1}}"/></rule></rules>
invalid-template | a bad template in a condition | <rules><rule name="a"><match url="x"/><conditions><add ¦input="{HTTPS" pattern="y"/></conditions></rule></rules>
invalid-template | a bad template in a server variable | <rules><rule name="a"><match url="x"/><serverVariables><set name="A" ¦value="{"/></serverVariables></rule></rules>
invalid-template | a bad template in a status text | <rules><rule name="a"><match url="x"/><action type="CustomResponse" statusCode="404" ¦statusDescription="{x"/></rule></rules>
invalid-template | a bad template in an outbound value | <outboundRules><rule name="a"><match pattern="y"/><action type="Rewrite" ¦value="{R:x}"/></rule></outboundRules>
not-xml | a raw ampersand | <rules><rule name="a"><match url="x"/><conditions><add input="{URL}" pattern="a&b"/></conditions></rule></rules>
not-xml | an unclosed element | <rules>
`;
