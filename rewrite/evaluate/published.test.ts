import { describe, expect, it } from 'vitest';
import { evaluateInbound } from '../index.ts';
import { prepared, request } from '../testing/evaluate.ts';

const published = prepared(`<rules>
  <rule name="CVE-2022-41040" stopProcessing="true"><match url=".*"/>
    <conditions><add input="{UrlDecode:{REQUEST_URI}}" pattern="(?=.*autodiscover)(?=.*powershell)"/></conditions>
    <action type="AbortRequest"/></rule>
  <rule name="CVE-2021-26855 a"><match url=".*"/>
    <conditions><add input="{HTTP_COOKIE}" pattern="(.*)X-AnonResource-Backend(.*)"/></conditions>
    <action type="AbortRequest"/></rule>
  <rule name="CVE-2021-26855 b"><match url=".*"/>
    <conditions><add input="{HTTP_COOKIE}" pattern="(.*)X-BEResource=(.+)/(.+)~(.+)"/></conditions>
    <action type="AbortRequest"/></rule>
</rules>`);

describe('the published rules', () => {
  it.each([
    ['/autodiscover/autodiscover.json?@evil.com/powershell/', 'abort'],
    ['/autodiscover/autodiscover.json?@evil.com/%50owershell/', 'abort'],
    ['/AutoDiscover/x?%70%6F%77%65rShell', 'abort'],
    ['/powershell?autodiscover', 'abort'],
    ['/autodiscover/%2570owershell', 'abort'],
    ['/autodiscover/%70owershell', 'abort'],
    ['/autodiscover/x?a=%2570owershell', 'pass'],
    ['/autodiscover/../powershell', 'pass'],
    ['/autodiscover/x?../powershell', 'abort'],
    ['/autodiscover/x?%0apowershell', 'pass'],
    ['/autodiscover/x?%00powershell', 'abort'],
    ['/autodiscover/x?%c1%b0owershell', 'pass'],
    ['/autodiscover/x?%u0070owershell', 'pass'],
    ['/autodiscover/autodiscover.xml', 'pass'],
    ['/powershell', 'pass'],
  ])('give %s: %s', (url, outcome) => {
    expect(evaluateInbound(published, request(url)).outcome).toBe(outcome);
  });

  it.each([
    ['X-BEResource=a/b~1', 'abort'],
    ['x-beresource=localhost/ecp/x~1942062522', 'abort'],
    ['X-BEResource=a/b~', 'pass'],
    ['X-BEResource=x; other=/y~z', 'abort'],
    ['X-BEResource=a%2Fb~1', 'pass'],
    ['a=b; X-AnonResource-Backend=x', 'abort'],
    ['a=b', 'pass'],
  ])('give the cookie %s: %s', (cookie, outcome) => {
    expect(evaluateInbound(published, request('/owa/', { headers: { cookie } })).outcome).toBe(outcome);
  });

  it('are not switched off by padding, and stay quick', () => {
    const padding = 'X-BEResource='.repeat(20) + '/'.repeat(20_000);
    const attack = { headers: { cookie: `X-BEResource=a/b~1; ${padding}` } };
    expect(evaluateInbound(published, request('/', attack)).outcome).toBe('abort');
    expect(evaluateInbound(published, request('/', { headers: { cookie: padding } })).outcome).toBe('pass');
  });
});
