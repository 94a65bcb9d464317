import type { Command, Context } from '../context.ts';
import { CliError } from '../exit.ts';

const help = `Usage: stopgap feed COMMAND DIR [OPTIONS]

A feed is a folder: DIR/repository holds the static files that any web server can serve, DIR/keys the encrypted keys.

Commands:
  init DIR --name NAME     make a feed with fresh keys, and its first, empty version
  add DIR FILE…            check mitigation documents and stage them
  remove DIR NAME…         stage the removal of documents
  publish DIR              sign and let out what is staged
  renew DIR                sign the freshness statement anew (daily; a feed that is not renewed expires)
  root DIR [--out FILE]    write out the root that servers are enrolled with
  serve DIR                serve the repository, with the push channel
  bundle DIR --out FILE    the feed in one file, for servers without a network (stopgap check --bundle FILE); DIR may also
                           be a copy of what is served
  sign --ocs FILE MITIGATION…
                           sign mitigation documents as one document of an OCS-style feed
  serve --ocs FILE         serve such a document
  verify --ocs FILE        check a document of an OCS-style feed (XML with a signature in it): 0 and who signed what
                           when, else 1 and why

Options:
  --name NAME              init: what people call the feed
  --role ROLE=N:HOLDER,…   init: who signs a role (root, targets, snapshot, timestamp) and how many of them must;
                           may be given once for each role (default: one holder of the role's name)
  --passphrase-file FILE   first line of a file that only you can read; else $STOPGAP_FEED_PASSPHRASE, else asked for
  --as NAME                add: publish one FILE under this name (default: its id with .xml)
  --key PEM                sign: the private key (RSA)
  --certificates PEM       sign: the certificate of that key, then its issuers; the root may be left out
  --timestamp URL          sign: a timestamp authority (RFC 3161) for the countersignature
  --root FILE              bundle: begin with this root; servers enrolled with an older one cannot follow (default: the oldest)
  --root PEM               verify: trust these roots; default: Microsoft's, by its fingerprint
  --time-root PEM          verify: roots for the countersignature; default: those of --root, and Microsoft's
  --usage OID              verify: a key usage that the signer must have, once for each; default: code signing and
                           signing XML for Exchange
  --attribute-certificate SHA256
                           verify: an attribute certificate that the countersignature may hold, or any: no signature
                           covers those, so only known ones are taken
  --at TIME                verify: as if it were this time (UTC). Where a countersignature says when it was signed, the
                           signer is judged at that time, which must not lie after TIME
  --host HOST, --port N    serve: where to listen (default 127.0.0.1, 8030)
  --json                   answer as JSON
`;

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
      break;
    case 'serve':
      if (isOcs(rest)) return (await import('./feed/serve-ocs.ts')).serveOcsDocument(rest, context);
      return (await import('./feed/serve.ts')).serve(rest, context);
    case 'verify':
      return (await import('./feed/verify.ts')).verify(rest, context);
    default:
  }
  throw new CliError(`there is no command "feed ${name}"; see: stopgap feed --help`);
}

function isOcs(args: readonly string[]): boolean {
  return args.some((arg) => /^--ocs(?:=|$)/.test(arg));
}
