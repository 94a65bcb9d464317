export { isOurs, isSame, type Move, moveOf, moveOwnFile, type OwnPlace } from './move-own-file.ts';
export { composeOwnFile, heldKey, holdsLines, inspectOwnFile, type OwnFile, variablePrefix } from './own-file.ts';
export { levelOf, type PlacedRules, scopedRules } from './scoped-rules.ts';
