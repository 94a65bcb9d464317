import path from 'node:path';
import type { HostSurvey } from '@stopgap/agent';
import { type Directive, isNamed, walk } from './httpd/directives.ts';

const conditions = ['If', 'ElseIf', 'Else'];
const places = ['Location', 'LocationMatch'];

/**
 * Parts of a configuration that would answer a request instead of our rules, each with its place and the remedy. Ours are
 * merged after all but the `<If>` sections inside a `<Location>` of a virtual host, or of the server behind our file, and
 * asked before all but a handler in Lua that asks to be first. `folder`: the one that our file stands in, `undefined` where
 * it comes last. Pure.
 */
export function threatsIn(directives: readonly Directive[], folder: string | undefined): HostSurvey['missing'] {
  const ours = directives.findLastIndex(({ file }) => path.dirname(file) === folder);
  const behind = new Set(folder === undefined ? [] : directives.slice(ours + 1));
  return [...walk(directives)].flatMap(({ directive, around }) => {
    if (isNamed(directive, 'LuaQuickHandler')) return [quickHandler(directive)];
    const conditional = around.findIndex((one) => isNamed(one, ...conditions));
    const outer = around.slice(0, Math.max(0, conditional));
    const late = outer.some((one) => isNamed(one, 'VirtualHost') || behind.has(one));
    return late && outer.some((one) => isNamed(one, ...places)) && answers(directive) ? [lateAnswer(directive)] : [];
  });
}

/** `Redirect` without a path of its own, which is asked first; `RewriteEngine` that takes the URL before. */
function answers(directive: Directive): boolean {
  const { args } = directive;
  if (isNamed(directive, 'RewriteEngine')) return args[0]?.toLowerCase() === 'on';
  if (!isNamed(directive, 'Redirect')) return false;
  return args.length === 1 || (args.length === 2 && !args[0]?.startsWith('/'));
}

function lateAnswer({ name, args, place }: Directive): HostSurvey['missing'][number] {
  return {
    what: `"${[name, ...args].join(' ')}" in an <If> inside a <Location> (${place}) would answer instead of the rules`,
    remedy: 'move it out of the <If>, or the <If> out of the <Location>: both are then merged before the rules',
  };
}

function quickHandler({ args, place }: Directive): HostSurvey['missing'][number] {
  return {
    what: `LuaQuickHandler ${args.join(' ')} (${place}) answers before any rule is asked`,
    remedy: 'use LuaHookTranslateName instead',
  };
}
