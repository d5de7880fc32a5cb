// The guide's calls to its storage contract, made with ethers as the guide's TypeScript client makes
// them: node guide.mjs input.json output.json
// input: {rpc, contract, id, calls: [{key?, call: "update" | "read", storageHash?, checksum?}]}
import { readFileSync, writeFileSync } from 'node:fs';
import { ethers } from 'ethers';

const ABI = [
  'function updateStoragePointer(string inftId, string storageHash, string checksum)',
  'function getStoragePointer(string inftId) view returns (string storageHash, string checksum, uint256 timestamp)',
  'function storagePointers(string inftId) view returns (string storageHash, string checksum, uint256 timestamp)',
  'function inftOwners(string inftId) view returns (address)',
];
const GAS_LIMIT = 150000;

const [, , inputFile, outputFile] = process.argv;
const input = JSON.parse(readFileSync(inputFile, 'utf8'));
const provider = new ethers.JsonRpcProvider(input.rpc, undefined, { cacheTimeout: -1 });

async function update(call) {
  const wallet = new ethers.Wallet(call.key, provider);
  const contract = new ethers.Contract(input.contract, ABI, wallet);
  const transaction = await contract.updateStoragePointer(
    input.id, call.storageHash, call.checksum, { gasLimit: GAS_LIMIT });
  const receipt = await transaction.wait();
  return { status: receipt.status, gasUsed: Number(receipt.gasUsed) };
}

async function read() {
  const contract = new ethers.Contract(input.contract, ABI, provider);
  const [storageHash, checksum, timestamp] = await contract.getStoragePointer(input.id);
  const [sameHash, sameChecksum, sameTimestamp] = await contract.storagePointers(input.id);
  return {
    storageHash,
    checksum,
    timestamp: Number(timestamp),
    mapping: sameHash === storageHash && sameChecksum === checksum && sameTimestamp === timestamp,
    owner: await contract.inftOwners(input.id),
  };
}

const results = [];
for (const call of input.calls) {
  try {
    results.push(call.call === 'update' ? await update(call) : await read());
  } catch (error) {
    // A transaction that was mined and reverted says why only when it is simulated again.
    let reason = error.reason ?? error.shortMessage ?? String(error);
    if (call.call === 'update') {
      const contract = new ethers.Contract(input.contract, ABI, new ethers.Wallet(call.key, provider));
      try {
        await contract.updateStoragePointer.staticCall(input.id, call.storageHash, call.checksum);
      } catch (simulated) {
        reason = simulated.reason ?? simulated.data ?? reason;
      }
    }
    results.push({ status: error.receipt?.status ?? -1, reason });
  }
}
writeFileSync(outputFile, JSON.stringify(results));
process.exit(0);
