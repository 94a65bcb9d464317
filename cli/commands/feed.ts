import type { Command, Context } from '../context.ts';
import { unknownCommand } from '../exit.ts';
import { help } from './feed/help.ts';

export const command: Command = { name: 'feed', summary: 'make, publish and serve a feed', help, run };

async function run(args: readonly string[], context: Context): Promise<number> {
  const [name = '', ...rest] = args;
  switch (name) {
    case 'init':
      return (await import('./feed/init.ts')).init(rest, context);
    case 'add':
      return (await import('./feed/stage.ts')).add(rest, context);
    case 'remove':
      return (await import('./feed/stage.ts')).remove(rest, context);
    case 'publish':
      return (await import('./feed/publish.ts')).publish(rest, context);
    case 'renew':
      return (await import('./feed/publish.ts')).renew(rest, context);
    case 'root':
      return (await import('./feed/init.ts')).root(rest, context);
    case 'bundle':
      return (await import('./feed/bundle.ts')).bundle(rest, context);
    case 'sign':
      if (isOcs(rest)) return (await import('./feed/sign-ocs.ts')).signOcsDocument(rest, context);
      return (await import('./feed/sign.ts')).sign(rest, context);
    case 'key':
      return (await import('./feed/key.ts')).key(rest, context);
    case 'propose':
      return (await import('./feed/propose.ts')).propose(rest, context);
    case 'rotate':
      return (await import('./feed/rotate.ts')).rotate(rest, context);
    case 'delegate':
      return (await import('./feed/delegate.ts')).delegate(rest, context);
    case 'revoke':
      return (await import('./feed/revoke.ts')).revoke(rest, context);
    case 'status':
      return (await import('./feed/status.ts')).status(rest, context);
    case 'log':
      return (await import('./feed/log.ts')).log(rest, context);
    case 'lint':
      return (await import('./feed/lint.ts')).lint(rest, context);
    case 'upload-order':
      return (await import('./feed/upload-order.ts')).listUploads(rest, context);
    case 'serve':
      if (isOcs(rest)) return (await import('./feed/serve-ocs.ts')).serveOcsDocument(rest, context);
      return (await import('./feed/serve.ts')).serve(rest, context);
    case 'verify':
      return (await import('./feed/verify.ts')).verify(rest, context);
    default:
  }
  throw unknownCommand('feed', name);
}

function isOcs(args: readonly string[]): boolean {
  return args.some((arg) => /^--ocs(?:=|$)/.test(arg));
}
