/** A product that can be found by its Debian packages, by the name that mitigations give it. */
export interface KnownProduct {
  readonly product: string;
  readonly package: string;
}

/**
 * What is looked for at installation. The list only saves typing: any product can be declared in `agent.json`. Names are
 * those of the packages, unless mitigations are known under another.
 */
export const knownProducts: readonly KnownProduct[] = [
  'nginx',
  'apache2',
  'php8.2-fpm',
  'php8.3-fpm',
  'php8.4-fpm',
  'haproxy',
  'varnish',
  'squid',
  'tomcat10',
  'openssh-server',
  'openssl',
  'exim4',
  'postfix',
  'dovecot-core',
  'bind9',
  'samba',
  'cups',
  'postgresql',
  'mariadb-server',
  'redis-server',
].map((name) => ({ product: productOf(name), package: name }));

/** Versions of one product are branches of it, not products. */
function productOf(name: string): string {
  return name.replace(/^php[\d.]+-fpm$/, 'php-fpm').replace(/^tomcat\d+$/, 'tomcat');
}
