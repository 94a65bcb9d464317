import type { HeldAction } from '@stopgap/agent';
import { onlyRefuses } from '@stopgap/rewrite';
import type { XmlElement } from '@stopgap/xml';
import type { Addition } from '../ours/addition.ts';
import { pathFor } from '../ours/grow.ts';
import { type Collection, sameName } from '../ours/place.ts';
import { collisionBelow, inheritedAt, type NamedItem, type SiteView } from '../server/inheritance.ts';
import type { Documents } from '../server/levels.ts';
import type { Server } from '../server/server.ts';
import { type FoundRule, ownRule, sameItem, understand } from './found-rule.ts';
import { type FragmentItem, isRule, itemsOf, type UrlRewrite } from './fragment.ts';
import { type Spot, spotFor } from './placement.ts';

/** What is to be put into a file. */
export interface FileAddition {
  readonly file: string;
  readonly addition: Addition;
  readonly spot: Spot;
}

/** What an action comes to, beside all else that stands on the server. */
export type Judgement =
  | { readonly verdict: 'put'; readonly additions: readonly FileAddition[]; readonly notes: readonly string[] }
  | { readonly verdict: 'adopted' | 'conflict'; readonly detail: string };

/** Answers what is to be seen from a spot: its own site, or the server and then every site. */
export type ViewsOf = (spot: Spot) => readonly [SiteView, ...SiteView[]];

type ItemJudgement =
  | { readonly is: 'new'; readonly twin: string | undefined }
  | { readonly is: 'there'; readonly name: string }
  | { readonly is: 'disabled' }
  | { readonly is: 'conflict'; readonly detail: string };

/** Judges one action against the server as it stands with `documents`. Pure, but for reading files through the shelf. */
export function judge(
  server: Server,
  held: HeldAction,
  action: UrlRewrite,
  documents: Documents,
  viewsOf: ViewsOf,
): Judgement {
  const items = itemsOf(action);
  const judged: { item: FragmentItem; spot: Spot; found: ItemJudgement }[] = [];
  for (const item of items) {
    const spot = spotFor(server, action.scope, item.collection, documents);
    if ('reason' in spot) return { verdict: 'conflict', detail: spot.reason };
    const found = judgeItem(viewsOf(spot), item, spot, action, documents);
    if (found.is === 'conflict') return { verdict: 'conflict', detail: found.detail };
    judged.push({ item, spot, found });
  }
  const rules = judged.filter(({ item }) => isRule(item));
  const twins = rules.map(({ found }) =>
    found.is === 'there' ? found.name : found.is === 'new' ? found.twin : undefined,
  );
  if (twins.every((twin) => twin !== undefined)) {
    const names = twins.map((name) => `"${name}"`).join(', ');
    return { verdict: 'adopted', detail: `the rule ${names} that is there already does the same` };
  }
  const owner = { mitigation: held.mitigation, revision: held.revision, index: held.index };
  const additions = judged.flatMap(({ item, spot, found }): readonly FileAddition[] => {
    const common = { owner, name: item.name, place: { location: spot.location, collection: item.collection } };
    if (found.is === 'disabled')
      return [{ file: spot.file, spot, addition: { ...common, kind: 'set', values: [['enabled', 'true']] } }];
    if (found.is !== 'new') return [];
    const { element } = item;
    return [{ file: spot.file, spot, addition: { ...common, kind: 'put', element, renewed: spot.renewed } }];
  });
  const before = additions.flatMap(({ addition, spot }) =>
    rulesBefore(viewsOf(spot)[0], addition.place.collection, spot),
  );
  return { verdict: 'put', additions, notes: [...notesOn(judged.map(({ spot }) => spot)), ...new Set(before)] };
}

function judgeItem(
  views: readonly [SiteView, ...SiteView[]],
  item: FragmentItem,
  spot: Spot,
  action: UrlRewrite,
  documents: Documents,
): ItemJudgement {
  const [view] = views;
  const { items } = inheritedAt(view, item.collection, spot.level);
  const same = items.find((one) => sameName(one.name, item.name));
  if (same) return judgeSame(view, item, same, spot, action, documents);
  for (const one of views) {
    const below = collisionBelow(one, item.collection, spot, item.name);
    if (!below) continue;
    const detail = `${placeOf(below)} has a <${item.element.name}> of that name; IIS would answer 500.19 there`;
    return { is: 'conflict', detail: `"${item.name}": ${detail}; rename it, or take it out` };
  }
  return { is: 'new', twin: isRule(item) ? twinOf(view, item, spot, action, items) : undefined };
}

function judgeSame(
  view: SiteView,
  item: FragmentItem,
  same: NamedItem,
  spot: Spot,
  action: UrlRewrite,
  documents: Documents,
): ItemJudgement {
  const there = placeOf(same);
  if (!isRule(item)) {
    if (sameItem(item.collection, item.element, same.element)) return { is: 'there', name: same.name };
    return {
      is: 'conflict',
      detail: `${there}: another <${item.element.name} name="${same.name}"> is there; rename it`,
    };
  }
  const ours = ownRule(action.rewrite, item.collection, item.name);
  const theirs = understand(view, item.collection, same, spot.level);
  if (!ours || !theirs || ours.meaning !== theirs.meaning || !sameReach(same, spot, theirs)) {
    return {
      is: 'conflict',
      detail: `${there}: the rule "${same.name}" does something else; rename it, or take it out`,
    };
  }
  if (theirs.rule.enabled) return { is: 'there', name: same.name };
  if (standsAt(same.element, item, spot, documents)) return { is: 'disabled' };
  return {
    is: 'conflict',
    detail: `${there}: the rule "${same.name}" does the same, but is disabled there; enable it`,
  };
}

/** A rule of the same effect under another name, which no rule before it can keep a request from. */
function twinOf(
  view: SiteView,
  item: FragmentItem,
  spot: Spot,
  action: UrlRewrite,
  items: readonly NamedItem[],
): string | undefined {
  const ours = ownRule(action.rewrite, item.collection, item.name);
  for (const one of items) {
    const theirs = understand(view, item.collection, one, spot.level);
    if (theirs?.rule.enabled && theirs.meaning === ours?.meaning && sameReach(one, spot, theirs)) return one.name;
    if (!theirs || hides(theirs)) return undefined;
  }
  return undefined;
}

/** Whether a rule can keep requests, or responses, from the rules after it. */
function hides({ rule }: FoundRule): boolean {
  if (!rule.enabled) return false;
  return 'serverVariables' in rule ? !onlyRefuses(rule) : rule.stopProcessing;
}

/** What an inherited rule matches is relative to its own level; only what matches everything, and looks no further at it, is the same everywhere. */
function sameReach({ layer, element }: NamedItem, spot: Spot, { rule }: FoundRule): boolean {
  if (layer.level.toLowerCase() === spot.level.toLowerCase() && layer.depth === spot.depth) return true;
  if (layer.depth > spot.depth) return false;
  return !('url' in rule.match) || (/^(?:\^?\(?\.\*\)?\$?)?$/.test(rule.match.url) && !looksAtMatch(element));
}

/** Whether it uses what its `<match>` has found, or leads somewhere by a path that is relative to its level. */
function looksAtMatch(element: XmlElement): boolean {
  const leads = element.name === 'action' && /^(?!\/|https?:)./i.test(element.attributes.get('url')?.value ?? '');
  const uses = [...element.attributes.values()].some(({ value }) => /\{R:/i.test(value));
  return leads || uses || element.elements.some(looksAtMatch);
}

function standsAt(element: XmlElement, item: FragmentItem, spot: Spot, documents: Documents): boolean {
  const root = documents(spot.file)?.root;
  if (!root) return false;
  const { existing, missing } = pathFor(root, { location: spot.location, collection: item.collection });
  const list = existing.at(-1) ?? root;
  return missing.length === 0 && list.elements.includes(element);
}

/** Inherited rules that run before ours and can end the processing of a request: nothing at this level comes before them. */
function rulesBefore(view: SiteView, collection: Collection, spot: Spot): readonly string[] {
  if (collection !== 'rules') return [];
  return inheritedAt(view, collection, spot.level).items.flatMap((one) => {
    if (one.layer.depth >= spot.depth) return [];
    const theirs = understand(view, collection, one, spot.level);
    return !theirs || hides(theirs)
      ? [`after the inherited rule "${one.name}", which may end the processing first`]
      : [];
  });
}

function placeOf({ layer, element }: NamedItem): string {
  const location = layer.location === '' ? '' : ` <location path="${layer.location}">`;
  return `${layer.file}:${element.position.line}${location}`;
}

function notesOn(spots: readonly Spot[]): readonly string[] {
  return [...new Set(spots.flatMap(({ why, file }) => (why === undefined ? [] : [`in ${file}, because ${why}`])))];
}
