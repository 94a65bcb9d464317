import type { HeldAction } from '../host.ts';

type UrlRewrite = Extract<HeldAction['action'], { kind: 'urlRewrite' }>;

/** Rules of a mitigation at their place in the site, as a compiler takes them (`ScopedRules` of the rewrite room). */
export interface PlacedRules {
  readonly owner: string;
  readonly level: string;
  readonly configuration: UrlRewrite['rewrite'];
  readonly mode: HeldAction['mode'];
}

/** What actions become for a compiler: rules in their places. Actions of other kinds are left out. */
export function scopedRules(actions: readonly HeldAction[]): readonly PlacedRules[] {
  return actions.flatMap(({ mitigation, action, mode }) =>
    action.kind === 'urlRewrite'
      ? [{ owner: mitigation, level: levelOf(action), configuration: action.rewrite, mode }]
      : [],
  );
}

/** A server's and a site's rules stand at the root of every site; paths are the same here as on IIS. */
export function levelOf({ scope }: UrlRewrite): string {
  if (scope.level !== 'path') return '/';
  const path = `/${scope.path}`.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  return path === '' ? '/' : path;
}
