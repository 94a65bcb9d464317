import type { XmlElement } from '@stopgap/xml';
import { RewriteError } from '../errors.ts';
import type { Condition, Conditions, LogicalGrouping, PatternSyntax } from '../model.ts';
import { Attributes, missing } from './attributes.ts';
import { emptyElement } from './collection.ts';
import { childrenOf } from './elements.ts';
import { patternAttribute, type References, templateAttribute } from './references.ts';

export const groupings: readonly LogicalGrouping[] = ['MatchAll', 'MatchAny'];
export const syntaxes: readonly PatternSyntax[] = ['ECMAScript', 'Wildcard', 'ExactMatch'];

/** What a list of conditions depends on besides its own text. */
export interface ConditionSetting {
  readonly patternSyntax: PatternSyntax;
  /** IIS's default where the attribute is missing: false inbound, true outbound. */
  readonly trackAllCaptures: boolean;
  /** Whether IIS refuses two equal conditions: it does in every collection but `<rules>` (`isCombinedKey` in its schema). */
  readonly unique: boolean;
}

/** Reads `<conditions>`; a missing element is an empty list. */
export function readConditions(
  element: XmlElement | undefined,
  setting: ConditionSetting,
  references: References,
): Conditions {
  if (!element) return { logicalGrouping: 'MatchAll', trackAllCaptures: setting.trackAllCaptures, list: [] };
  const attributes = new Attributes(element, ['logicalGrouping', 'trackAllCaptures']);
  return {
    logicalGrouping: attributes.choice('logicalGrouping', groupings, 'MatchAll'),
    trackAllCaptures: attributes.bool('trackAllCaptures', setting.trackAllCaptures),
    list: readConditionList(element, setting, references),
  };
}

/** Reads the `<add>` elements of `<conditions>` or `<preCondition>`. */
export function readConditionList(
  element: XmlElement,
  setting: Pick<ConditionSetting, 'patternSyntax' | 'unique'>,
  references: References,
): readonly Condition[] {
  const seen = new Set<string>();
  return childrenOf(element, ['add']).map((add) => {
    const condition = readCondition(add, setting.patternSyntax, references);
    const { input, matchType, pattern, ignoreCase, negate } = condition;
    const key = JSON.stringify([input, matchType, pattern, ignoreCase, negate]).toLowerCase();
    if (setting.unique && seen.has(key)) {
      throw new RewriteError('duplicate-name', 'this condition stands twice; take one out', add.position);
    }
    seen.add(key);
    return condition;
  });
}

function readCondition(element: XmlElement, syntax: PatternSyntax, references: References): Condition {
  const attributes = emptyElement(element, ['input', 'matchType', 'pattern', 'ignoreCase', 'negate']);
  const matchType = attributes.choice('matchType', ['Pattern', 'IsFile', 'IsDirectory'], 'Pattern');
  const input = attributes.string('input', matchType === 'Pattern' ? '' : '{REQUEST_FILENAME}');
  if (input === '') throw missing(element, 'input');
  const pattern = attributes.string('pattern');
  if (matchType === 'Pattern') {
    if (pattern === '') throw missing(element, 'pattern');
    patternAttribute(attributes, 'pattern', pattern, syntax, references);
  }
  return {
    input: templateAttribute(attributes, 'input', input, references),
    matchType,
    pattern,
    ignoreCase: attributes.bool('ignoreCase', true),
    negate: attributes.bool('negate', false),
    position: element.position,
  };
}
