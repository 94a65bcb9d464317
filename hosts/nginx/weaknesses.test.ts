import { afterEach, describe, expect, it } from 'vitest';
import { protectedServers, serverBlocks } from './syntax/blocks.ts';
import { readTree } from './syntax/read-tree.ts';
import { layOut } from './testing/lay-out.ts';
import { weaknessesIn } from './weaknesses.ts';

let remove = () => {};
afterEach(() => remove());

/** What weakens the servers of a configuration. */
function weaknesses(http: string, sites?: readonly string[]): readonly string[] {
  const at = layOut({ files: [['nginx.conf', `events {}\nhttp {\n${http}\n}\n`]], links: [] });
  remove = at.remove;
  const tree = readTree(at.source);
  const found = weaknessesIn(tree, protectedServers(serverBlocks(tree), sites));
  return found.map(({ what }) => what.replaceAll(at.file('nginx.conf'), 'nginx.conf'));
}
const server = (...lines: readonly string[]) => `server {\nserver_name a;\n${lines.join('\n')}\n}`;
const application = 'location @app { proxy_pass http://127.0.0.1:8080; }';

describe('what hands requests to an application before the rules are asked', () => {
  it.each([
    ['error_page 400 = @app', '400'],
    ['error_page 404 405 =200 @app', '405'],
    ['error_page 400 401 494 501 500 @app', '400, 494, 501'],
    ['error_page 400 /index.php?error', '400'],
  ])('is %s', (line, codes) => {
    const target = line.split(' ').at(-1);
    expect(weaknesses(server(`${line};`, application))).toEqual([
      `${line} (nginx.conf:5) hands requests to ${target} that nginx refuses before any rule is asked (${codes})`,
    ]);
  });

  it('is also one that a server has from above, once, and only where it has none of its own', () => {
    const above = 'error_page 400 = @app;\n';
    expect(weaknesses(above + server(application) + server(application))).toHaveLength(1);
    expect(weaknesses(above + server('error_page 404 /404.html;', application))).toEqual([]);
  });

  it.each([
    ['of a status that comes after the rules', server('error_page 404 413 500 502 503 504 = @app;', application)],
    ['that is a file', server('error_page 400 /400.html;', application)],
    ['elsewhere', server('error_page 497 https://$host$request_uri;')],
    ['that is only returned', server('error_page 400 = @no;', 'location @no { internal; return 302 /; }')],
    ['of a location, which is not known so early', server('location / { error_page 400 = @app; }', application)],
  ])('is no page %s', (_, http) => expect(weaknesses(http)).toEqual([]));

  it('is none of a server that is not to be protected', () => {
    expect(weaknesses(server('error_page 400 = @app;', application), ['b'])).toEqual([]);
  });
});
