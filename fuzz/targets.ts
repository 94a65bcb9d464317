import type { Target } from './engine/target.ts';

const xmlParser = ['@rgrove/parse-xml'];

/**
 * Every reader of bytes that somebody else wrote, by name. The modules behind are loaded only when a target is opened, so that they can
 * be instrumented.
 */
export const targets: ReadonlyMap<string, Target> = new Map<string, Target>([
  [
    'xml',
    {
      what: 'any XML, before anything knows what it is',
      packages: xmlParser,
      open: async () => (await import('./targets/xml.ts')).openXml(),
    },
  ],
  [
    'mitigation',
    {
      what: 'mitigation documents, from publishers',
      packages: xmlParser,
      open: async () => (await import('./targets/mitigation.ts')).openMitigation(),
    },
  ],
  [
    'rewrite-config',
    {
      what: '<rewrite> fragments, from publishers and files of IIS',
      packages: [...xmlParser, '@eslint-community/regexpp'],
      open: async () => (await import('./targets/rewrite-config.ts')).openRewriteConfig(),
    },
  ],
  [
    'rewrite-levels',
    {
      what: 'web.config and applicationHost.config as rules read them, from admins',
      packages: xmlParser,
      open: async () => (await import('./targets/rewrite-config.ts')).openRewriteLevels(),
    },
  ],
  [
    'pattern',
    {
      what: 'patterns of rules, run on text of strangers',
      packages: ['@eslint-community/regexpp'],
      open: async () => (await import('./targets/pattern.ts')).openPattern(),
    },
  ],
  [
    'template',
    {
      what: 'templates of rules, with braces in braces',
      open: async () => (await import('./targets/template.ts')).openTemplate(),
    },
  ],
  [
    'request',
    {
      what: 'requests against rules: matcher and evaluator must agree',
      open: async () => (await import('./targets/request.ts')).openRequest(),
    },
  ],
  [
    'request-line',
    {
      what: 'lines of `stopgap rewrite eval`',
      open: async () => (await import('./targets/request.ts')).openRequestLine(),
    },
  ],
  [
    'body',
    {
      what: 'response bodies under outbound rules, in any pieces',
      open: async () => (await import('./targets/body.ts')).openBody(),
    },
  ],
  [
    'ocs',
    {
      what: 'signed documents of OCS-style feeds',
      packages: ['xml-crypto', '@xmldom/xmldom'],
      open: async () => (await import('./targets/ocs.ts')).openOcs(),
    },
  ],
  [
    'ocs-content',
    {
      what: 'the content of OCS documents once verified',
      packages: xmlParser,
      open: async () => (await import('./targets/ocs.ts')).openOcsContent(),
    },
  ],
  [
    'ocs-signed',
    {
      what: 'OCS documents that the publisher signs whatever they say',
      packages: ['xml-crypto', '@xmldom/xmldom', '@rgrove/parse-xml'],
      open: async () => (await import('./targets/sealed-ocs.ts')).openSealedOcs(),
    },
  ],
  [
    'ocs-moved',
    {
      what: 'pieces of signed OCS documents put together anew',
      packages: ['xml-crypto', '@xmldom/xmldom'],
      open: async () => (await import('./targets/sealed-ocs.ts')).openMovedOcs(),
    },
  ],
  ['der', { what: 'DER, certificates', open: async () => (await import('./targets/der.ts')).openDer() }],
  [
    'cms',
    { what: 'countersignatures (CMS, RFC 3161)', open: async () => (await import('./targets/der.ts')).openCms() },
  ],
  [
    'cms-signed',
    {
      what: 'countersignatures of which one part says what it likes and is signed all the same',
      open: async () => (await import('./targets/sealed-cms.ts')).openSealedCms(),
    },
  ],
  [
    'chain-signed',
    {
      what: 'certificates that their issuer signs whatever they say',
      open: async () => (await import('./targets/sealed-pki.ts')).openChain(),
    },
  ],
  [
    'revocation',
    {
      what: 'revocation lists, from anybody and as their issuer signs them',
      open: async () => (await import('./targets/sealed-pki.ts')).openRevocation(),
    },
  ],
  [
    'tuf',
    {
      what: 'metadata of a feed, each role, before its signatures are looked at',
      packages: ['tuf-js', '@tufjs/models', '@tufjs/canonical-json'],
      open: async () => (await import('./targets/tuf.ts')).openTuf(),
    },
  ],
  [
    'tuf-signed',
    {
      what: 'metadata of a feed, signed by its own keys whatever it says',
      packages: ['tuf-js', '@tufjs/models', '@tufjs/canonical-json', 'minimatch'],
      open: async () => (await import('./targets/tuf.ts')).openTufSigned(),
    },
  ],
  ['bundle', { what: 'offline bundles', open: async () => (await import('./targets/feed-files.ts')).openBundle() }],
  [
    'bundle-sealed',
    {
      what: 'offline bundles whose digests are right whatever they say',
      open: async () => (await import('./targets/sealed-bundle.ts')).openSealedBundle(),
    },
  ],
  [
    'feed-log',
    { what: 'the log of publications', open: async () => (await import('./targets/feed-files.ts')).openLog() },
  ],
  [
    'proposal',
    {
      what: 'proposals carried to the holders of keys',
      open: async () => (await import('./targets/feed-files.ts')).openProposal(),
    },
  ],
  [
    'proposal-sealed',
    {
      what: 'metadata that holders are to sign, in a proposal that is right otherwise',
      packages: ['@tufjs/models', '@tufjs/canonical-json'],
      open: async () => (await import('./targets/sealed-proposal.ts')).openSealedProposal(),
    },
  ],
  [
    'push',
    {
      what: 'event streams of the push channel, in any pieces',
      open: async () => (await import('./targets/push.ts')).openPush(),
    },
  ],
  [
    'gateway-head',
    { what: 'heads of requests at the gateway', open: async () => (await import('./targets/gateway.ts')).openHead() },
  ],
  [
    'gateway-files',
    {
      what: 'settings and rules files of the gateway',
      packages: xmlParser,
      open: async () => (await import('./targets/gateway.ts')).openGatewayFiles(),
    },
  ],
  [
    'gateway-wire',
    {
      what: 'bytes on a connection to a running gateway: none may bring a refused request through',
      open: async () => (await import('./targets/gateway-wire.ts')).openWire(),
    },
  ],
  [
    'settings',
    {
      what: "the agent's policy, feeds and products as JSON",
      open: async () => (await import('./targets/settings.ts')).openSettings(),
    },
  ],
  [
    'nginx',
    {
      what: "nginx's configuration, from admins: our lines in and out again",
      open: async () => (await import('./targets/nginx.ts')).openNginx(),
    },
  ],
  [
    'apache',
    {
      what: 'what Apache prints, and its main file',
      open: async () => (await import('./targets/apache.ts')).openApache(),
    },
  ],
  [
    'php-fpm',
    {
      what: "PHP-FPM's configuration: pools out and in again",
      open: async () => (await import('./targets/php-fpm.ts')).openPhpFpm(),
    },
  ],
  [
    'commands',
    {
      what: 'what systemctl, sc.exe, reg.exe, nginx -V print',
      open: async () => (await import('./targets/commands.ts')).openCommands(),
    },
  ],
  [
    'versions',
    {
      what: 'files and programs that say which version is installed, and patterns for them',
      open: async () => (await import('./targets/versions.ts')).openVersions(),
    },
  ],
  [
    'agent-control',
    {
      what: "lines on the agent's control socket",
      open: async () => (await import('./targets/agent-control.ts')).openAgentControl(),
    },
  ],
  [
    'answers',
    {
      what: 'answers of the gateway, of mirrors, proxies and timestamp authorities, and to evidence that is sent',
      open: async () => (await import('./targets/answers.ts')).openAnswers(),
    },
  ],
  [
    'iis',
    {
      what: "IIS's configuration files: ours in and out again, byte for byte",
      packages: xmlParser,
      open: async () => (await import('./targets/iis.ts')).openIis(),
    },
  ],
]);
