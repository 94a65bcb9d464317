// Loads what the agent loads, and ends: afterwards all of it is in the compile cache, and the agent, which stays, need not
// keep the type stripper (some 25 MB) in memory for the sake of a file that has changed.
await Promise.all([
  import('./main.ts'),
  import('./commands/agent.ts'),
  import('./commands/agent/run.ts'),
  import('@stopgap/feed/ocs'),
  import('@stopgap/host-apache'),
  import('@stopgap/host-gateway'),
  import('@stopgap/host-iis'),
  import('@stopgap/host-nginx'),
  import('@stopgap/host-php-fpm'),
  import('@stopgap/host-systemd'),
  import('@stopgap/host-windows-service'),
]);

// The file that everything begins with does its work when it is loaded: here it shows the overview of commands, to nobody.
process.argv.splice(2, process.argv.length, 'help');
await import('./run.ts');
