import {
  checkApache,
  checkNginx,
  compileApache,
  compileIis,
  compileNginx,
  type NginxNote,
  type NginxRefusal,
  type ScopedRules,
} from '@stopgap/rewrite';

/** A part of what is printed: where it belongs, and its text. */
export interface Part {
  readonly where: string;
  readonly text: string;
}

/** A server that rules are compiled for. */
export interface Target {
  readonly title: string;
  check(rules: readonly ScopedRules[], version?: string): readonly NginxRefusal[];
  /** `whole` is what `--json` prints. */
  compile(
    rules: readonly ScopedRules[],
    version?: string,
  ): {
    readonly whole: { readonly notes: readonly NginxNote[] };
    readonly parts: readonly Part[];
  };
  /** Notes and places as comments of the server's configuration. */
  comment(text: string): string;
}

const hash = (text: string): string => `# ${text}\n`;
const nginxOptions = (version: string | undefined) => (version === undefined ? {} : { nginxVersion: version });

/** The servers by the name that `--to` takes. */
export const targets: ReadonlyMap<string, Target> = new Map<string, Target>([
  [
    'nginx',
    {
      title: 'nginx',
      check: (rules, version) => checkNginx(rules, nginxOptions(version)),
      compile: (rules, version) => {
        const whole = compileNginx(rules, { ...nginxOptions(version), keepCaptures: true });
        const again = {
          where: 'in each server, location or if block that has an add_header line of its own',
          text: whole.block,
        };
        const parts = [
          { where: 'in http { }', text: whole.http },
          { where: 'at the top of each server { }', text: whole.server },
        ];
        return { whole, parts: whole.block === '' ? parts : [...parts, again] };
      },
      comment: hash,
    },
  ],
  [
    'apache',
    {
      title: 'Apache httpd',
      check: (rules) => checkApache(rules),
      compile: (rules) => {
        const whole = compileApache(rules);
        const needs = whole.modules.length === 0 ? '' : `; modules: ${whole.modules.join(', ')}`;
        return {
          whole,
          parts: [{ where: `in the server's configuration, outside of every <VirtualHost>${needs}`, text: whole.main }],
        };
      },
      comment: hash,
    },
  ],
  [
    'iis',
    {
      title: 'IIS',
      check: () => [],
      compile: (rules) => {
        const whole = compileIis(rules);
        return {
          whole,
          parts: whole.parts.map(({ level, rewrite }) => ({ where: `in system.webServer at ${level}`, text: rewrite })),
        };
      },
      comment: (text) => `<!-- ${text.replaceAll('--', '- -')} -->\n`,
    },
  ],
]);
