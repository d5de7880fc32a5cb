package io.inft.registry.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.GoldenFolder;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.faults.Inflated;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries and a folder as somebody else left them. */
class LedgerEntryTest {
  private static final SigningKey KEY = SigningKey.parse("7".repeat(64));

  @TempDir Path folder;

  @Test
  void anEntryTakesInProportionToItsBytes() throws Exception {
    List<byte[]> entries = GoldenFolder.files("ledger", ".entry");
    assertThat(entries).isNotEmpty();
    for (byte[] entry : entries) {
      Inflated.of("entry", entry)
          .costAtMost(512 << 10, 40, bytes -> LedgerEntry.read("entry", bytes));
    }
  }

  /** To whose time the lengths of locks and intervals could not be added. */
  @Test
  void anEntryOfAfterTheYear9999IsRefused() throws Exception {
    Ledger ledger = new Ledger("ledger");
    Action action = new Action.Register(DatabaseId.parse("db"));
    byte[] far =
        LedgerEntry.signed(ledger.turn(KEY.address(), Long.MAX_VALUE), Digest.ZERO, action, KEY);

    assertThatThrownBy(() -> LedgerEntry.read("entry", far))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("9999");
  }

  @Test
  void namesAndLengthsOfAFolderAreNotBelieved() throws Exception {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(1_800_000_000L), ZoneOffset.UTC);
    try (Registry registry = DirectoryRegistry.open(folder, Optional.of(KEY), clock)) {
      registry.register(DatabaseId.parse("db"));
    }
    Path shard = folder.resolve("000000");
    Path far = shard.resolve("9".repeat(18) + ".entry");
    Files.write(far, new byte[1]);
    assertThatThrownBy(
            () ->
                DirectoryRegistry.open(folder, Optional.of(KEY), clock)
                    .head(DatabaseId.parse("db")))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("9".repeat(18));
    Files.delete(far);
    try (var sparse =
        Files.newByteChannel(
            shard.resolve("000000002.entry"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE)) {
      sparse.position(1L << 40);
      sparse.write(ByteBuffer.wrap(new byte[1]));
    }
    assertThatThrownBy(
            () ->
                DirectoryRegistry.open(folder, Optional.of(KEY), clock)
                    .head(DatabaseId.parse("db")))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("at most");
  }
}
