import { checkApache, compileApache } from '../apache/index.ts';
import { RewriteError } from '../errors.ts';
import { compileIis } from '../iis/index.ts';
import type { ScopedRules } from '../model.ts';
import { checkNginx, compileNginx, type Note, type Refusal } from '../nginx/index.ts';
import { parseRewrite } from '../parse/parse-rewrite.ts';
import { prepareRules } from '../prepare/prepare-rules.ts';
import { type FeatureSample, featureSamples } from './samples.ts';

interface Target {
  readonly title: string;
  check(rules: readonly ScopedRules[]): readonly Pick<Refusal, 'feature' | 'why'>[];
  notes(rules: readonly ScopedRules[]): readonly Note[];
}

const observeLog = '/var/log/stopgap/observed.log';
const targets: readonly Target[] = [
  { title: 'in-process matcher', check: prepared, notes: () => [] },
  {
    title: 'nginx',
    check: (rules) => checkNginx(rules),
    notes: (rules) => compileNginx(rules, { observeLog }).notes,
  },
  { title: 'Apache httpd', check: checkApache, notes: (rules) => compileApache(rules, { observeLog }).notes },
  {
    title: 'IIS',
    check: (rules) =>
      rules.some((set) => set.mode === 'observe')
        ? [{ feature: 'observe', why: 'IIS has no rule that only observes' }]
        : [],
    notes: (rules) => compileIis(rules).notes,
  },
];

function prepared(rules: readonly ScopedRules[]): readonly Pick<Refusal, 'feature' | 'why'>[] {
  try {
    prepareRules(rules);
    return [];
  } catch (error) {
    if (error instanceof RewriteError) return [{ feature: error.code, why: error.message }];
    throw error;
  }
}

/** What each target can express, as a page: worked out by asking the compilers about each sample. */
export function targetsPage(): string {
  const refusals = new Map<string, Set<string>>();
  const notes = new Map<string, Set<string>>();
  const remember = (store: Map<string, Set<string>>, title: string, text: string) =>
    store.set(title, new Set([...(store.get(title) ?? []), text]));
  const rows = featureSamples.map((sample) => {
    const rules = rulesOf(sample);
    const cells = targets.map((target) => {
      const [refusal] = target.check(rules);
      if (refusal) {
        remember(refusals, target.title, `\`${refusal.feature}\`: ${refusal.why}`);
        return `no (\`${refusal.feature}\`)`;
      }
      for (const note of target.notes(rules)) remember(notes, target.title, `*${note.kind}*: ${note.text}`);
      return 'yes';
    });
    return `| ${sample.feature} | ${cells.join(' | ')} |`;
  });
  const titles = targets.map((target) => target.title);
  return [
    head,
    `| feature | ${titles.join(' | ')} |`,
    `| --- |${titles.map(() => ' --- |').join('')}`,
    ...rows,
    ...lists('## Why not', titles, refusals),
    ...lists('## Where a target does more, or answers in another way', titles, notes),
    '',
  ].join('\n');
}

const head = `# What each target can express

Made by \`node scripts/rewrite-targets.ts\` from \`rewrite/targets/samples.ts\`; a test fails when it is stale. What a target cannot express is
refused by name, as a whole: nothing weaker is ever emitted. *broader*: requests of that class may be refused though IIS would let them pass.
The verdicts are compared with those of the in-process evaluator on the real nginx and the real Apache (\`rewrite/*/differential.real.test.ts\`).
`;

function lists(
  heading: string,
  titles: readonly string[],
  store: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const parts = titles.flatMap((title) => {
    const texts = [...(store.get(title) ?? [])].toSorted();
    return texts.length === 0 ? [] : ['', `### ${title}`, ...texts.map((text) => `- ${text}`)];
  });
  return ['', heading, ...parts];
}

function rulesOf({ xml, mode, level = '/' }: FeatureSample): readonly ScopedRules[] {
  return [
    { owner: 'sample', level, mode: mode ?? 'enforce', configuration: parseRewrite(`<rewrite>${xml}</rewrite>`) },
  ];
}
