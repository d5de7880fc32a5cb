package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.proof.EventProof;
import io.inft.proof.ProofReport;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.replica.restore.LogEntry;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Receipts of versions that are stored, went along with their anchor, and are carried. */
class DevnetReceiptTest extends OnDevnet {
  @Test
  void everyRoadOfAVersionGivesReceiptsThatTheChainProves() throws Exception {
    DatabaseId id = DatabaseId.parse("receipts");
    Properties properties = on("one");
    properties.setProperty("inline", "auto");
    properties.setProperty("linger", "0s");
    OnchainRegistry registry = registry(key);
    try (Connection connection = connect("receipts", properties)) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      run(connection, "create table t(x)");
      inft.appendEvent("note", "{\"n\":1}", true, 1);
      inft.sync(Duration.ofSeconds(30));
      inft.appendEvent("note", "{\"n\":2}", true, 1);
      inft.sync(Duration.ofSeconds(30));
      assertThat(registry.head(id).newest().orElseThrow().inlined()).isTrue();
      allProved(registry, id, inft);
    }
    List<Anchored> versions = registry.history(id, 1, 99);
    assertThat(versions.get(versions.size() - 1).inlined()).isFalse();
    Properties reader = on("two");
    reader.setProperty("mode", "ro");
    try (Connection connection = connect("receipts", reader)) {
      allProved(registry, id, connection.unwrap(InftConnection.class));
    }
  }

  private static void allProved(OnchainRegistry registry, DatabaseId id, InftConnection inft)
      throws Exception {
    for (LogEntry entry : inft.log()) {
      long sequence = ((LogEntry.Recorded) entry).sequence();
      EventProof receipt = inft.receipt(sequence);
      ProofReport report = Target.check(receipt.toBytes(), registry, id.toString());
      assertThat(report.code()).as(report.message()).isEqualTo(ProofReport.Code.PROVED);
      assertThat(receipt.context().version()).isEqualTo(entry.version());
      assertThat(report.historyVersion()).isEqualTo(entry.version());
    }
  }
}
