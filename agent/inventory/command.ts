import { listOf, MachineError, object, oneOf, optional, text, whole } from '@stopgap/machine';
import type { Detection, Detector, DetectorTools } from './detector.ts';
import { versionPattern } from './version-pattern.ts';
import { detectorName, productName, roleNames } from './words.ts';

const decode = object({
  product: productName,
  detector: detectorName('command'),
  /** The program and its arguments; never a shell line. */
  command: listOf(text(), 64),
  pattern: versionPattern,
  /** Where the version is printed; nginx -v, for one, prints it as an error. */
  output: optional(oneOf('both', 'stdout', 'stderr'), 'both'),
  timeoutSeconds: optional(whole(1, 120), 10),
  roles: optional(roleNames, []),
});

/** A program that says its version. No such program: the product is not here. */
export const command: Detector = {
  name: 'command',
  prepare: (entry, place) => {
    const config = decode(entry, place);
    const [program, ...args] = config.command;
    if (program === undefined) {
      throw new MachineError('invalid-json', `${place}.command: expected a program and its arguments, found nothing`);
    }
    return (tools) => detect(config, program, args, tools);
  },
};

async function detect(
  config: ReturnType<typeof decode>,
  program: string,
  args: readonly string[],
  { commands }: DetectorTools,
): Promise<Detection> {
  const { product, roles } = config;
  const source = [program, ...args].join(' ');
  try {
    const options = { timeoutMs: config.timeoutSeconds * 1000, maxOutputBytes: 256 * 1024 };
    const { code, stdout, stderr } = await commands.run(program, args, options);
    const outputs = { both: `${stdout}\n${stderr}`, stdout, stderr };
    const build = config.pattern(outputs[config.output]);
    const facts = { product, build, roles, updates: [], packages: new Map<string, string>(), source };
    if (build !== undefined) return { presence: 'here', facts };
    const problem = `the pattern is not in what "${source}" printed (exit code ${code}); correct the pattern`;
    return { presence: 'here', facts, problem };
  } catch (error) {
    if (isMissing(error)) return { presence: 'absent' };
    throw error;
  }
}

/** Not there, in contrast to: there, but may not be run. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof MachineError) || error.code !== 'command-not-found') return false;
  return error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ENOENT';
}
