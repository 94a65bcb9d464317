import type { HeldAction } from '@stopgap/agent';
import type { ScopedRules } from '@stopgap/rewrite';

/** What actions become for the compiler: rules at their place in the site. Actions of other kinds are left out. */
export function scopedRules(actions: readonly HeldAction[]): readonly ScopedRules[] {
  return actions.flatMap(({ mitigation, action, mode }) =>
    action.kind === 'urlRewrite'
      ? [{ owner: mitigation, level: levelOf(action.scope), configuration: action.rewrite, mode }]
      : [],
  );
}

/** A server's and a site's rules stand at the root of every virtual host; paths are the same here as on IIS. */
function levelOf(scope: Extract<HeldAction['action'], { kind: 'urlRewrite' }>['scope']): string {
  if (scope.level !== 'path') return '/';
  const path = `/${scope.path}`.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  return path === '' ? '/' : path;
}
