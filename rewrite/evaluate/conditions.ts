import type { PreparedCondition, PreparedConditions } from '../prepare/rules.ts';
import type { PreparedTemplate, TemplateScope } from '../prepare/template.ts';
import type { FileSystemView } from '../request.ts';

/** What conditions read, and where their captures go. */
export interface ConditionScope extends TemplateScope {
  conditions: readonly string[];
  readonly fileSystem: FileSystemView | undefined;
  value(template: PreparedTemplate): string;
}

const nothing: readonly string[] = [];

/** One condition as it was tested. */
export interface TestedCondition {
  readonly condition: PreparedCondition;
  /** The input after its template was filled in. */
  readonly input: string;
  /** What the pattern matched and captured; empty for IsFile and IsDirectory; none without a match. */
  readonly captures: readonly string[] | undefined;
  /** With `negate` applied. */
  readonly holds: boolean;
}

/**
 * Whether a rule's conditions hold, tested in order and no further than needed. `scope.conditions` (`{C:n}`) follows: the
 * last pattern that matched, or with trackAllCaptures the first match and then every group of every match. A negated
 * condition brings no captures and takes none away.
 */
export function conditionsHold(
  conditions: PreparedConditions,
  scope: ConditionScope,
  tested?: (condition: TestedCondition) => void,
): boolean {
  scope.conditions = [];
  if (conditions.list.length === 0) return true;
  const any = conditions.logicalGrouping === 'MatchAny';
  for (const condition of conditions.list) {
    const input = scope.value(condition.input);
    const captures = testCondition(condition, input, scope.fileSystem, conditions.wanted || tested !== undefined);
    const { negate } = condition.source;
    const holds = (captures !== undefined) !== negate;
    if (captures && captures.length > 0 && !negate) {
      const first = scope.conditions.length === 0;
      scope.conditions = conditions.trackAllCaptures && !first ? [...scope.conditions, ...captures.slice(1)] : captures;
    }
    tested?.({ condition, input, captures, holds });
    if (holds === any) return any;
  }
  return !any;
}

function testCondition(
  condition: PreparedCondition,
  input: string,
  fileSystem: FileSystemView | undefined,
  capturing: boolean,
): readonly string[] | undefined {
  const { pattern } = condition;
  if (pattern) return capturing ? pattern.exec(input) : pattern.test(input) ? nothing : undefined;
  const path = input.replaceAll('\\', '/').replace(/\/{2,}/g, '/');
  return isOnDisk(path, condition.source.matchType === 'IsDirectory', fileSystem) ? nothing : undefined;
}

/** Without a file system nothing but the root directory exists. */
function isOnDisk(path: string, directory: boolean, fileSystem: FileSystemView | undefined): boolean {
  if (!path.startsWith('/')) return false;
  if (!directory) return !path.endsWith('/') && (fileSystem?.isFile(path) ?? false);
  const bare = path.length > 1 ? path.replace(/\/$/, '') : path;
  return bare === '/' || (fileSystem?.isDirectory(bare) ?? false);
}
