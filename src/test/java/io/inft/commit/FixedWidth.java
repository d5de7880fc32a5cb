package io.inft.commit;

import io.inft.bytes.ByteWriter;

/** Writes plaintexts as format 1 had them, with numbers of fixed widths; only tests still do. */
final class FixedWidth {
  private FixedWidth() {}

  static byte[] bytes(Manifest manifest) {
    return new ByteWriter()
        .u8(1)
        .u32(manifest.pageSize())
        .u64(manifest.pageCount())
        .bytes(manifest.stateNonce().toBytes())
        .digest(manifest.stateRoot())
        .bytes(manifest.stateKey().key().toBytes())
        .u64(manifest.transactions())
        .u64(manifest.firstCommitTimeMillis())
        .u64(manifest.lastCommitTimeMillis())
        .u64(manifest.applicationEventSequence())
        .bytes(manifest.lineage().toBytes())
        .u64(manifest.eventSequence())
        .digest(manifest.eventHash())
        .toBytes();
  }

  static byte[] bytes(TransactionLog log) {
    ByteWriter writer = new ByteWriter().u8(1).u16(log.records().size());
    for (TransactionRecord record : log.records()) {
      writer
          .u64(record.timeMillis())
          .u64(record.pages())
          .u64(record.transactions())
          .u64(record.lastTimeMillis());
    }
    return writer.toBytes();
  }
}
