import { type AST, RegExpParser, RegExpSyntaxError, visitRegExpAST } from '@eslint-community/regexpp';
import { PatternProblem } from './problem.ts';

/**
 * The regular expressions that IIS takes: ECMAScript 3 as Microsoft's TR1 `basic_regex` reads it. What it refuses is refused here; what it
 * reads differently from today's JavaScript and PCRE (`\A`, octal escapes) is refused too, so that nobody is silently misunderstood.
 */
const parser = new RegExpParser({ ecmaVersion: 2025, strict: false });
const maximumNesting = 250;
/** UTF-16 code units. Far above what people write; what is done to a pattern takes time with the square of its length at worst, and goes as deep. */
const maximumLength = 8192;

const refuse = (message: string, offset: number, cause?: unknown): never => {
  throw new PatternProblem('invalid-pattern', message, offset, { cause });
};

/** Parses what `asEcmaScript` gave. `@throws` PatternProblem `invalid-pattern`. */
export function parseEcmaScript(source: string): AST.Pattern {
  if (source.length > maximumLength) {
    refuse(
      `a pattern has at most ${maximumLength} characters; spread it over several conditions or rules`,
      maximumLength,
    );
  }
  refuseDeepNesting(source);
  const ast = parse(source);
  visitRegExpAST(ast, {
    onCharacterEnter: checkCharacter,
    onCharacterClassEnter: checkClass,
    onCapturingGroupEnter: (node) => {
      if (node.name !== null) refuse('IIS knows no named groups; write a plain group', node.start);
    },
    onGroupEnter: (node) => {
      if (node.modifiers !== null) refuse('IIS knows no inline flags; use the ignoreCase attribute', node.start);
    },
    onAssertionEnter: checkAssertion,
    onQuantifierEnter: (node) => {
      if (node.element.type === 'Assertion') refuse('a look-ahead cannot be repeated', node.start);
    },
    onBackreferenceEnter: checkBackreference,
  });
  return ast;
}

function parse(source: string): AST.Pattern {
  try {
    return parser.parsePattern(source, 0, source.length, { unicode: false, unicodeSets: false });
  } catch (error) {
    if (!(error instanceof RegExpSyntaxError)) throw error;
    const reason = error.message.replace(/^Invalid regular expression: \/.*\/\w*: /s, '');
    const possessive = /[*+?}]\+$/.test(source.slice(0, error.index + 1));
    const hint = possessive ? ' (IIS knows no possessive quantifiers)' : '';
    return refuse(`${reason}${hint}`, error.index, error);
  }
}

/** The parser is recursive; a depth that nobody writes by hand is refused before it can exhaust the stack. */
function refuseDeepNesting(source: string): void {
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at];
    if (char === '\\') at += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (depth > maximumNesting) refuse(`groups are nested more than ${maximumNesting} deep`, at);
  }
}

function checkCharacter(node: AST.Character): void {
  if (node.parent.type === 'Alternative' || node.parent.type === 'Quantifier') {
    if (node.raw === '{') refuse('"{" repeats nothing here; write \\{ for the character itself', node.start);
    if (node.raw === '}') refuse('"}" without "{"; write \\} for the character itself', node.start);
    if (node.raw === ']') refuse('"]" without "["; write \\] for the character itself', node.start);
  }
  if (node.raw.startsWith('\\')) checkEscape(node);
}

const characterEscape = /^\\(?:[fnrtv0]|c[A-Za-z]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[^A-Za-z0-9])$/s;

function checkEscape(node: AST.Character): void {
  const inClass = node.parent.type === 'CharacterClass' || node.parent.type === 'CharacterClassRange';
  if (node.raw === '\\') refuse('"\\" is followed by nothing that can be escaped', node.start);
  if (inClass && node.raw === '\\b') return;
  if (/^\\[0-9]/.test(node.raw) && node.raw !== '\\0') {
    refuse(`${node.raw} refers to no finished group (and IIS knows no octal escapes)`, node.start);
  }
  if (!characterEscape.test(node.raw)) {
    refuse(
      `${node.raw} has no meaning in IIS's regular expressions; write ${node.raw.slice(1)} for the character itself`,
      node.start,
    );
  }
}

/**
 * A dash behind a class (`[\w-.]`) is a dash, as JavaScript has it: Microsoft's parser goes on behind the class. A dash between a
 * character and a class (`[.-\w]`) begins a range that has no end there ("set follows dash"), and behind `\w-` a second dash begins one.
 */
function checkClass(node: AST.CharacterClass): void {
  const isDash = (element: AST.CharacterClassElement | undefined) =>
    element?.type === 'Character' && element.raw === '-';
  node.elements.forEach((element, at) => {
    if (!isDash(element) || at === 0 || at === node.elements.length - 1) return;
    const [before, behind] = [node.elements[at - 1], node.elements[at + 1]];
    const setFollows = before?.type === 'Character' && behind?.type === 'CharacterSet';
    const twoDashes = before?.type === 'CharacterSet' && isDash(behind) && at + 2 < node.elements.length;
    if (setFollows || twoDashes) {
      refuse('a range needs a character at both ends; put the "-" last or write \\-', element.start);
    }
  });
}

function checkAssertion(node: AST.Assertion): void {
  if (node.kind === 'lookbehind') refuse('IIS knows no look-behind', node.start);
}

/** Microsoft's parser takes only references to groups that are closed before them. */
function checkBackreference(node: AST.Backreference): void {
  const groups = Array.isArray(node.resolved) ? node.resolved : [node.resolved];
  if (groups.some((group) => group.end > node.start)) refuse(`${node.raw} refers to no finished group`, node.start);
}
