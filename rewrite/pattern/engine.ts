/** What runs a pattern, in time linear in the input. */
export interface Engine {
  readonly kind: 'chain' | 'native' | 'linear';
  test(input: string): boolean;
  /** [0] is the whole match, then the groups; a group that took no part is "". */
  exec(input: string): readonly string[] | undefined;
}
