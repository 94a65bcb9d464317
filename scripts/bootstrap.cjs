// Runs before `npm start`, `npm test`, … on whatever Node the machine has (20 or later): installs the locked
// dependencies, the pinned Node among them, when they are missing or not those of the lock file. Asks nothing.
'use strict';
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const stamp = path.join(root, 'node_modules', '.stopgap-installed');
const wanted = createHash('sha256')
  .update(fs.readFileSync(path.join(root, 'package-lock.json')))
  .digest('hex');
const installed = fs.existsSync(stamp) ? fs.readFileSync(stamp, 'utf8') : '';

const node = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (installed !== wanted || !fs.existsSync(node)) {
  console.error('stopgap: installing the locked dependencies (npm ci) …');
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  // With NODE_ENV=production or omit=dev npm would leave the pinned Node out, which is a dev dependency.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(npm[0], [...npm.slice(1), ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    console.error(`stopgap: npm ci failed (${error ? error.message : `exit code ${status}`}); its words are above`);
    process.exit(1);
  }
  if (!fs.existsSync(node)) {
    console.error(
      `stopgap: npm ci has not laid down ${node}; is npm told to run no scripts of packages (npm config get ignore-scripts)? then: npm ci --include=dev --ignore-scripts=false`,
    );
    process.exit(1);
  }
  fs.writeFileSync(stamp, wanted);
}
