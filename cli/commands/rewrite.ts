import type { Command, Context } from '../context.ts';
import { unknownCommand } from '../exit.ts';

const help = `Usage: stopgap rewrite COMMAND [OPTIONS]

IIS URL Rewrite rules outside IIS.

Commands:
  eval --config FILE --requests FILE.jsonl     a verdict for each request, a line of JSON each
  explain --config FILE --requests FILE.jsonl  which rule, which condition, what each pattern saw, in words
  explain --config FILE --url URL [--method M] [--header 'Name: value']… [--remote-addr IP] [--scope PATH] [--file PATH]…
  compile --config FILE --to nginx|apache|iis  the rules as configuration of another server, or of IIS but cheaper

Options:
  --config FILE    a web.config, an applicationHost.config or a bare <rewrite>; files that a configSource names are read
                   from its folder
  --requests FILE  one request a line: {"id","method","scheme","host","url","headers","remoteAddr","response","scope","fs"};
                   "-" is standard input
  --scope PATH     explain: the configuration level of a web.config or a bare <rewrite> (default /)
  --file PATH      explain: a URL path that is a file, for IsFile and IsDirectory
  --level PATH     compile: the configuration level of a web.config or a bare <rewrite> (default /)
  --site NAME      compile: the site of an applicationHost.config (default: its first)
  --nginx-version V  compile: as "nginx -v" says (default 1.22.1); from 1.23.0 on every request header can be tested

Exit code: 0 done, 1 some rule cannot be expressed, 2 the configuration cannot be used (its line and column are said).
`;

export const command: Command = {
  name: 'rewrite',
  summary: 'evaluate, explain and compile URL Rewrite rules',
  help,
  run,
};

async function run(args: readonly string[], context: Context): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === 'eval') return (await import('./rewrite/eval.ts')).evaluate(rest, context);
  if (name === 'explain') return (await import('./rewrite/explain.ts')).explain(rest, context);
  if (name === 'compile') return (await import('./rewrite/compile.ts')).compile(rest, context);
  throw unknownCommand('rewrite', name);
}
