/** One delegation: from whom, to whom, for which paths. */
export type Edge = readonly [from: string, to: string, paths?: readonly string[], terminating?: true];

/** A graph, and the roles that a search for something nobody has comes to, in order. */
export const graphs: readonly (readonly [name: string, edges: readonly Edge[], visited: readonly string[]])[] = [
  ['one role', [['targets', 'A']], ['A']],
  [
    'two roles side by side',
    [
      ['targets', 'A'],
      ['targets', 'B'],
    ],
    ['A', 'B'],
  ],
  [
    'a role below the second',
    [
      ['targets', 'A'],
      ['targets', 'B'],
      ['B', 'C'],
    ],
    ['A', 'B', 'C'],
  ],
  [
    'two roles below the first: depth before breadth',
    [
      ['targets', 'A'],
      ['targets', 'B'],
      ['A', 'C'],
      ['A', 'D'],
    ],
    ['A', 'C', 'D', 'B'],
  ],
  [
    'three levels: depth before breadth',
    [
      ['targets', 'A'],
      ['targets', 'B'],
      ['A', 'C'],
      ['C', 'D'],
    ],
    ['A', 'C', 'D', 'B'],
  ],
  [
    'a terminating role ends the search',
    [
      ['targets', 'A'],
      ['targets', 'B'],
      ['A', 'C', ['*'], true],
      ['A', 'D'],
    ],
    ['A', 'C'],
  ],
  [
    'a terminating role is searched with all below it',
    [
      ['targets', 'A'],
      ['targets', 'B'],
      ['A', 'C', ['*'], true],
      ['C', 'D'],
    ],
    ['A', 'C', 'D'],
  ],
  [
    'a branch whose paths do not match is left out',
    [
      ['targets', 'A', ['*.py']],
      ['targets', 'B'],
      ['A', 'C'],
    ],
    ['B'],
  ],
  [
    'a deeper branch whose paths do not match is left out',
    [
      ['targets', 'A'],
      ['targets', 'B'],
      ['A', 'C', ['*.py']],
      ['C', 'D'],
    ],
    ['A', 'B'],
  ],
  [
    'a circle is walked once',
    [
      ['targets', 'A'],
      ['targets', 'B'],
      ['B', 'C'],
      ['C', 'D'],
      ['D', 'B'],
    ],
    ['A', 'B', 'C', 'D'],
  ],
  [
    'a role that delegates to itself is visited once',
    [
      ['targets', 'A'],
      ['A', 'A'],
    ],
    ['A'],
  ],
  [
    'a role that two delegate to is visited where it is met first',
    [
      ['targets', 'A'],
      ['targets', 'B'],
      ['B', 'C'],
      ['A', 'C'],
    ],
    ['A', 'C', 'B'],
  ],
  [
    'a role that two delegate to, one of them for other paths',
    [
      ['targets', 'A'],
      ['targets', 'B'],
      ['B', 'C'],
      ['A', 'C', ['*.py']],
    ],
    ['A', 'B', 'C'],
  ],
];

/** Two roles below `targets`, and two below the second. */
export const tree: readonly Edge[] = [
  ['targets', 'A', ['*.doc', '*.md']],
  ['targets', 'B', ['releases/*/*']],
  ['B', 'C', ['releases/x/*']],
  ['B', 'D', ['releases/y/*.zip']],
];
/** What the roles of the tree sign. */
export const leaves = {
  A: { 'README.md': 'by A' },
  C: { 'releases/x/x_v1': 'by C' },
  D: { 'releases/y/y_v1.zip': 'by D', 'releases/z/z_v1.zip': 'by D' },
};
/** Which artifact is found in the tree, and the roles that a search for it comes to. */
export const searches: readonly (readonly [
  name: string,
  artifact: string,
  found: boolean,
  visited: readonly string[],
])[] = [
  ['one that targets itself signs', 'CVE-2022-41040.xml', true, []],
  ['one by a pattern', 'README.md', true, ['A']],
  ['one two levels down', 'releases/x/x_v1', true, ['B', 'C']],
  ['one by a pattern with an ending', 'releases/y/y_v1.zip', true, ['B', 'D']],
  ['one that not every role on the way was given', 'releases/z/z_v1.zip', false, ['B']],
];

/** Path patterns: what they take and what they leave (specification, 4.5). */
export const patterns: readonly (readonly [pattern: string, takes: string, leaves: string])[] = [
  ['*.tgz', 'foo.tgz', 'a/foo.tgz'],
  ['targets/*.tgz', 'targets/foo.tgz', 'targets/a/foo.tgz'],
  ['foo-version-?.tgz', 'foo-version-a.tgz', 'foo-version-alpha.tgz'],
  ['foo.tgz', 'foo.tgz', 'foo_tgz'],
  ['*', 'foo', 'a/foo'],
  ['*/*', 'a/foo', 'foo'],
  ['a/*/c', 'a/b/c', 'a/b/b/c'],
];
