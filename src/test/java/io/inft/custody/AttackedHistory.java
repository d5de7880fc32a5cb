package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.Kind;
import io.inft.registry.Rights;
import io.inft.registry.ledger.MemoryRegistry;
import io.inft.store.MemoryStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A history in memory, and a registry and a store between it and whoever verifies it that lie as
 * they are told.
 */
abstract class AttackedHistory {
  /** Of a history of two authors, the second one with a grant from the middle on. */
  static final int VERSIONS = 12;

  @TempDir Path folder;

  final MemoryStore objects = new MemoryStore();
  final MemoryRegistry ledger = new MemoryRegistry(Clock.systemUTC());
  final LyingStore store = new LyingStore(objects);
  LyingRegistry registry;
  Chronicle chronicle;

  @BeforeEach
  void begin() throws Exception {
    registry = new LyingRegistry(ledger.readOnly());
    chronicle = new Chronicle(ledger.as(Chronicle.OWNER), objects, "agent-1", folder);
  }

  @AfterEach
  void close() throws Exception {
    chronicle.close();
  }

  void publishAHistory() throws Exception {
    chronicle.publish(6);
    ledger
        .as(Chronicle.OWNER)
        .grant(
            chronicle.id,
            CustodyTest.AGENT.address(),
            Rights.WRITER,
            Instant.now().plusSeconds(3600),
            0);
    chronicle.publish(VERSIONS - 6);
  }

  CustodyReport verify() {
    return verify(Verification.of(chronicle.id, folder).with(Chronicle.SECRET));
  }

  CustodyReport verify(Verification what) {
    return CustodyTest.verify(registry, store, what);
  }

  static void assertFound(CustodyReport report, Verdict verdict, Code... codes) {
    assertThat(report.findings()).extracting(Finding::code).containsOnly(codes);
    assertThat(report.verdict()).isEqualTo(verdict);
  }

  void changeVersion(long version, UnaryOperator<Anchored> change) {
    registry.history = page -> replaced(page, v -> v.version() == version ? change.apply(v) : v);
  }

  void changeControl(long sequence, UnaryOperator<Control> change) {
    registry.controls = page -> replaced(page, c -> c.sequence() == sequence ? change.apply(c) : c);
  }

  static <T> List<T> replaced(List<T> page, UnaryOperator<T> change) {
    List<T> changed = new ArrayList<>(page);
    changed.replaceAll(change);
    return changed;
  }

  static Anchored with(Anchored v, Anchor anchor, Digest historyHash) {
    return new Anchored(
        anchor,
        v.author(),
        historyHash,
        v.controlSequence(),
        v.block(),
        v.previousBlockNumber(),
        v.inlined());
  }

  static Anchor anchor(Anchored v, Digest root, long sizeBytes) {
    Anchor a = v.anchor();
    return new Anchor(
        a.version(),
        a.previousRoot(),
        root,
        sizeBytes,
        a.checksum(),
        a.keyEpoch(),
        a.keyringHash(),
        a.kind());
  }

  static Anchor numbered(Anchor a, long version) {
    return new Anchor(
        version,
        a.previousRoot(),
        a.root(),
        a.sizeBytes(),
        a.checksum(),
        a.keyEpoch(),
        a.keyringHash(),
        a.kind());
  }

  static Anchor of(Kind kind, Anchor a) {
    return new Anchor(
        a.version(),
        a.previousRoot(),
        a.root(),
        a.sizeBytes(),
        a.checksum(),
        a.keyEpoch(),
        a.keyringHash(),
        kind);
  }

  static Control control(
      Control c, io.inft.bytes.Address actor, Blob data, Digest hash, Block block) {
    return new Control(c.sequence(), c.code(), actor, data, hash, block);
  }
}
