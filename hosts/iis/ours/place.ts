/** A collection that mitigations add to. */
export type Collection =
  | 'globalRules'
  | 'rules'
  | 'outboundRules'
  | 'preConditions'
  | 'customTags'
  | 'rewriteMaps'
  | 'allowedServerVariables'
  | 'applicationPools';

/** The configuration section, which can be locked or kept in a file of its own, that a collection belongs to. */
export type Section = Exclude<Collection, 'preConditions' | 'customTags'>;

/** Where in a configuration file something stands. */
export interface Place {
  /** `path` of the `<location>` it stands in; empty: the file's own level. */
  readonly location: string;
  readonly collection: Collection;
}

/** The section of a collection. */
export function sectionOf(collection: Collection): Section {
  return collection === 'preConditions' || collection === 'customTags' ? 'outboundRules' : collection;
}

/** Names of the elements that lead from a level to a collection. */
export function chainTo(collection: Collection): readonly string[] {
  if (collection === 'applicationPools') return ['system.applicationHost', collection];
  const section = sectionOf(collection);
  const chain = ['system.webServer', 'rewrite', section];
  return section === collection ? chain : [...chain, collection];
}

/** Names of the elements that a collection holds. */
export const itemNames: Readonly<Record<Collection, string>> = {
  globalRules: 'rule',
  rules: 'rule',
  outboundRules: 'rule',
  preConditions: 'preCondition',
  customTags: 'tags',
  rewriteMaps: 'rewriteMap',
  allowedServerVariables: 'add',
  applicationPools: 'add',
};

/** IIS compares the names of a collection without regard to case. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** `path` of a `<location>` as it is compared: no slashes at the ends, `.` for none, lower case. */
export function locationKey(path: string | undefined): string {
  const trimmed = (path ?? '').replaceAll('\\', '/').replace(/^\/+|\/+$/g, '');
  return trimmed === '.' ? '' : trimmed.toLowerCase();
}
