import type { HeldAction, RenderedPart } from '@stopgap/agent';
import { formatMarker } from './ours/marker.ts';
import { chainTo } from './ours/place.ts';
import { itemsOf, type UrlRewrite } from './rules/fragment.ts';
import { spotFor } from './rules/placement.ts';
import type { Server } from './server/server.ts';
import { linesOf, openTag } from './text/serialise.ts';

/** The very XML that an action becomes, and where it goes. Without a server that was looked at, where it would go on any. */
export function renderAction(held: HeldAction, server: Server | undefined): readonly RenderedPart[] {
  const { action } = held;
  if (action.kind === 'appPool') return renderPool(action.name, server);
  return action.kind === 'urlRewrite' ? renderRules(held, action, server) : [];
}

function renderPool(name: string, server: Server | undefined): readonly RenderedPart[] {
  const where = `${server?.applicationHost ?? 'applicationHost.config'}, ${chainTo('applicationPools').join('/')}`;
  const tag = openTag('add', [
    { name: 'name', value: name },
    { name: 'autoStart', value: 'false' },
    { name: 'startMode', value: 'OnDemand' },
  ]);
  return [
    { where, text: `<${tag} …\n` },
    { where: 'the running server', text: `appcmd stop apppool /apppool.name:${name}\n` },
  ];
}

function renderRules(held: HeldAction, action: UrlRewrite, server: Server | undefined): readonly RenderedPart[] {
  const parts = new Map<string, string[]>();
  for (const { collection, name, element } of itemsOf(action)) {
    const spot = server && spotFor(server, action.scope, collection, (file) => server.shelf.rewriting(file));
    const found = spot && 'file' in spot ? spot : undefined;
    const file = found ? found.file : scopeInWords(action);
    const location = found?.location ? `<location path="${found.location}">, ` : '';
    const where = `${file}, ${location}${chainTo(collection).join('/')}`;
    const owner = { mitigation: held.mitigation, revision: held.revision, index: held.index };
    const origin = { made: 0, around: { kind: 'open' }, inline: false, file: false } as const;
    const lines = [
      formatMarker({ owner, name, origin }),
      ...(found?.renewed ? [`<${openTag('remove', [{ name: 'name', value: name }])} />`] : []),
      ...linesOf(element, 0).map(({ depth, text }) => '    '.repeat(depth) + text),
    ];
    parts.set(where, [...(parts.get(where) ?? []), ...lines]);
  }
  return [...parts].map(([where, lines]) => ({ where, text: `${lines.join('\n')}\n` }));
}

function scopeInWords({ scope }: UrlRewrite): string {
  if (scope.level === 'server') return 'applicationHost.config';
  return `web.config of ${scope.site}${scope.level === 'path' ? scope.path : ''}`;
}
