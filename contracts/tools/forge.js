'use strict';
// Runs npm's forge with npm's solc, offline: node tools/forge.js test -vvv
const { spawnSync } = require('child_process');
const path = require('path');

const root = path.join(__dirname, '..');
const forge = path.join(root, 'node_modules', '@foundry-rs', 'forge', 'bin.mjs');
const done = spawnSync(process.execPath, [forge, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
if (done.error) {
  throw done.error;
}
process.exit(done.status === null ? 1 : done.status);
