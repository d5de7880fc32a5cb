'use strict';
// Compiles InftStorageRegistry and writes out/*.abi.json and out/*.bin, or with --check compares them.
const fs = require('fs');
const path = require('path');
const solc = require('solc');

const NAME = 'InftStorageRegistry';
const root = path.join(__dirname, '..');
const sources = {};
for (const file of [`${NAME}.sol`, `I${NAME}.sol`, 'InftId.sol']) {
  sources[file] = { content: fs.readFileSync(path.join(root, file), 'utf8') };
}
// The same settings as in foundry.toml.
const input = {
  language: 'Solidity',
  sources,
  settings: {
    evmVersion: 'cancun',
    viaIR: true,
    optimizer: { enabled: true, runs: 200 },
    metadata: { bytecodeHash: 'none' },
    outputSelection: { [`${NAME}.sol`]: { [NAME]: ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const complaints = output.errors || [];
for (const complaint of complaints) {
  process.stderr.write(complaint.formattedMessage);
}
if (complaints.length > 0) {
  process.exit(1);
}
const compiled = output.contracts[`${NAME}.sol`][NAME];
const deployedBytes = compiled.evm.deployedBytecode.object.length / 2;
if (deployedBytes > 24576) {
  process.stderr.write(`${deployedBytes} bytes of code, the chain takes 24576\n`);
  process.exit(1);
}
const results = {
  [`${NAME}.abi.json`]: JSON.stringify(compiled.abi, null, 2) + '\n',
  [`${NAME}.bin`]: compiled.evm.bytecode.object + '\n',
};

const out = path.join(root, 'out');
const check = process.argv.includes('--check');
for (const [name, text] of Object.entries(results)) {
  const file = path.join(out, name);
  if (!check) {
    fs.mkdirSync(out, { recursive: true });
    fs.writeFileSync(file, text);
  } else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`${path.relative(root, file)} is not what the sources compile to: npm run build\n`);
    process.exitCode = 1;
  }
}
process.stdout.write(`${NAME}: solc ${solc.version()}, ${deployedBytes} bytes of code\n`);
