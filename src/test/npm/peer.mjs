// Runs jobs with the unmodified 0G TypeScript SDK: node peer.mjs jobs.json results.json
// A job is {id, op: "upload" | "download" | "root", file, ...}; its result {id, root?, error?, millis, cpuMillis}.
import { readFileSync, writeFileSync } from 'node:fs';
import { Indexer, ZgFile } from '@0gfoundation/0g-ts-sdk';
import { ethers } from 'ethers';

// The SDK narrates everything it does.
for (const level of ['log', 'info', 'warn', 'error', 'debug']) console[level] = () => {};

const bytes = (hex) => Uint8Array.from(Buffer.from(hex.replace(/^0x/, ''), 'hex'));

async function upload(job) {
  const file = await ZgFile.fromFilePath(job.file);
  try {
    const signer = new ethers.Wallet(job.key, new ethers.JsonRpcProvider(job.rpc));
    const options = { finalityRequired: true };
    if (job.taskSize) options.taskSize = job.taskSize;
    if (job.format === 1) options.encryption = { type: 'aes256', key: bytes(job.secret) };
    if (job.format === 2) options.encryption = { type: 'ecies', recipientPubKey: job.recipient };
    const [result, error] = await new Indexer(job.indexer).upload(file, job.rpc, signer, options);
    if (error) throw error;
    return { root: result.rootHash };
  } finally {
    await file.close();
  }
}

async function download(job) {
  const indexer = new Indexer(job.indexer);
  if (job.format) {
    const decryption = job.format === 1 ? { symmetricKey: bytes(job.secret) } : { privateKey: job.secret };
    const [blob, error] = await indexer.downloadToBlob(job.root, { proof: true, decryption });
    if (error) throw error;
    writeFileSync(job.file, Buffer.from(await blob.arrayBuffer()));
  } else {
    const error = await indexer.download(job.root, job.file, true);
    if (error) throw error;
  }
  return {};
}

async function root(job) {
  const file = await ZgFile.fromFilePath(job.file);
  try {
    const [tree, error] = await file.merkleTree();
    if (error) throw error;
    return { root: tree.rootHash() };
  } finally {
    await file.close();
  }
}

const operations = { upload, download, root };
const { parallel, jobs } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const results = [];
const queue = [...jobs];

// The SDK sends exactly the gas it estimated and waits for ever when that was not enough, which
// happens when another submission is mined in between: one upload at a time for each chain.
const turns = new Map();
async function inTurn(job) {
  if (job.op !== 'upload') return operations[job.op](job);
  const before = turns.get(job.rpc) ?? Promise.resolve();
  const mine = before.then(() => operations.upload(job));
  turns.set(job.rpc, mine.catch(() => {}));
  return mine;
}

async function worker() {
  for (let job = queue.shift(); job; job = queue.shift()) {
    const start = performance.now();
    const cpu = process.cpuUsage();
    try {
      const result = await inTurn(job);
      const { user, system } = process.cpuUsage(cpu);
      results.push({ id: job.id, ...result, millis: performance.now() - start, cpuMillis: (user + system) / 1e3 });
    } catch (error) {
      results.push({ id: job.id, error: String(error?.stack ?? error), millis: 0 });
    }
  }
}
await Promise.all(Array.from({ length: parallel }, worker));
writeFileSync(process.argv[3], JSON.stringify(results));
process.exit(0);
