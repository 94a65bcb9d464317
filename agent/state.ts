/** State of a mitigation on a server (SHAPE's words). */
export type MitigationState =
  | 'protected'
  | 'applied'
  | 'observing'
  | 'pending'
  | 'blocked'
  | 'not-applicable'
  | 'removed'
  | 'conflict'
  | 'unsupported'
  | 'prerequisite-missing'
  | 'failed';
