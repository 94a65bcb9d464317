/** What runs a pattern, in time linear in the input (`bounded`: in a bounded number of steps, or with `PatternExhausted`). */
export interface Engine {
  readonly kind: 'chain' | 'native' | 'linear' | 'bounded';
  test(input: string): boolean;
  /** [0] is the whole match, then the groups; a group that took no part is "". */
  exec(input: string): readonly string[] | undefined;
}
