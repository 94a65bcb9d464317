import type { Finding, HeldAction } from '@stopgap/agent';
import type { XmlElement } from '@stopgap/xml';
import type { Addition } from './ours/addition.ts';
import { locationKey, sameName } from './ours/place.ts';
import { type Standing, standingIn } from './ours/standing.ts';
import type { FileAddition, Judgement } from './rules/judge.ts';
import type { Shelf } from './server/shelf.ts';
import { canonical } from './text/serialise.ts';

/** What stands for a wanted action. `changed`: files that do not hold yet what they should. Pure. */
export function findingFor(
  shelf: Shelf,
  held: HeldAction,
  judgement: Judgement,
  changed: ReadonlySet<string>,
): Finding {
  if (judgement.verdict !== 'put') return { presence: judgement.verdict, detail: judgement.detail };
  const { additions, notes } = judgement;
  const files = [...new Set(additions.map(({ file }) => file))];
  const said = [...files.map((file) => `in ${file}`), ...notes].join('; ');
  if (files.every((file) => !changed.has(file))) return { presence: 'in-place', detail: said };
  const [fault] = additions.flatMap((one) => faultOf(one, standingAt(shelf, one.file), held));
  if (fault === undefined) return { presence: 'in-place', detail: said };
  const ours = shelf.all
    .flatMap(({ path }) => standingAt(shelf, path))
    .filter(({ marker: { owner } }) => owner.mitigation === held.mitigation && owner.index === held.index);
  const drifted = ours.some((one) => isFor(one, held)) || additions.some(({ addition }) => addition.kind === 'set');
  if (drifted) return { presence: 'drifted', detail: fault };
  const [other] = ours;
  const detail = other ? `revision ${other.marker.owner.revision} of it is in place` : `not there; goes ${said}`;
  return { presence: 'absent', detail };
}

function standingAt(shelf: Shelf, file: string): readonly Standing[] {
  const { document } = shelf.get(file);
  return document ? standingIn(document) : [];
}

function isFor({ marker: { owner } }: Standing, held: HeldAction): boolean {
  return owner.mitigation === held.mitigation && owner.revision === held.revision && owner.index === held.index;
}

/** What somebody did to a part of ours, or that it is not there. */
function faultOf({ file, addition }: FileAddition, standing: readonly Standing[], held: HeldAction): readonly string[] {
  const { name, place } = addition;
  const found = standing.find((one) => isFor(one, held) && sameName(one.marker.name, name) && stands(one, addition));
  if (addition.kind === 'set') {
    return found?.item && isEnabled(found.item) ? [] : [`${file}: the rule "${name}", which does this, is disabled`];
  }
  if (!found?.item) return [`${file}: "${name}" is not there in <${place.collection}>`];
  if (canonical(found.item) !== canonical(addition.element)) {
    return [`${file}: "${name}" was ${isEnabled(found.item) ? 'changed' : 'disabled'} by somebody`];
  }
  if (addition.renewed && !found.remove) return [`${file}: the <remove> in front of "${name}" was taken out`];
  const ours = new Set(standing.map(({ item }) => item));
  return isFirst(found, ours) ? [] : [`${file}: another rule was put before "${name}"`];
}

function isEnabled(rule: XmlElement): boolean {
  return rule.attributes.get('enabled')?.value.toLowerCase() !== 'false';
}

function stands({ path }: Standing, { place }: Addition): boolean {
  if (path.at(-1)?.name !== place.collection) return false;
  const location = path.find((element) => element.name === 'location');
  return locationKey(location?.attributes.get('path')?.value) === locationKey(place.location);
}

/** Inbound rules stand before all that are not ours; of the others the order is not looked at here. */
function isFirst({ path, item }: Standing, ours: ReadonlySet<XmlElement | undefined>): boolean {
  const list = path.at(-1);
  if (!list || !item || (list.name !== 'rules' && list.name !== 'globalRules')) return true;
  const before = list.elements.slice(0, list.elements.indexOf(item));
  return !before.some((one) => one.name === 'rule' && !ours.has(one));
}
