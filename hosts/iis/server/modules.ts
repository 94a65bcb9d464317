import type { XmlElement } from '@stopgap/xml';

/** Whether the URL Rewrite module takes part: `absent` was never installed, `off` is loaded but in no list of modules. */
export function rewriteModule(root: XmlElement): 'there' | 'absent' | 'off' {
  const scopes = [root, ...root.elements.filter((child) => child.name === 'location')];
  const holds = (section: string, among: readonly XmlElement[]) =>
    among.some((scope) =>
      scope.elements
        .filter((child) => child.name === 'system.webServer')
        .flatMap((group) => group.elements.filter((child) => child.name === section))
        .some((list) => list.elements.some((one) => one.name === 'add' && isRewrite(one))),
    );
  if (!holds('globalModules', [root])) return 'absent';
  return holds('modules', scopes) ? 'there' : 'off';
}

function isRewrite(element: XmlElement): boolean {
  return element.attributes.get('name')?.value.toLowerCase() === 'rewritemodule';
}
