package io.inft.replica.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.ChecksummedBytes;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.failure.ForkException;
import io.inft.replica.World;
import io.inft.sqlite.WalPosition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written down of a line that was put aside. */
class PutAsideTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  @TempDir Path folder;

  @Test
  void theRecordIsReadBackAsItWasWritten() throws Exception {
    PutAside aside =
        new PutAside(
            Fork.Kind.FOREIGN_CHANGE,
            "somebody wrote past the log",
            NOON.toEpochMilli(),
            7,
            OptionalLong.of(3),
            OptionalLong.empty());
    WriterState.empty().withPutAside(aside).write(folder);
    assertThat(WriterState.read(folder).putAside()).contains(aside);
    WriterState.empty().write(folder);
    assertThat(WriterState.read(folder).putAside()).isEmpty();
  }

  /** The first format: a text, empty while the line goes on. */
  private static byte[] firstFormat(String fork) {
    byte[] reason = fork.getBytes(StandardCharsets.UTF_8);
    return ChecksummedBytes.wrap(
        new ByteWriter()
            .u16(1)
            .u64(4)
            .digest(Digest.sha256(new byte[] {1}))
            .u64(99)
            .u64(0)
            .u64(0)
            .bytes16(WalPosition.START.encode())
            .u32(0)
            .u32(0)
            .u8(0)
            .bytes32(reason)
            .u64(8192)
            .u64(5)
            .toBytes());
  }

  @Test
  void aStateOfTheFirstFormatIsReadAsAForkOfUnknownTime() throws Exception {
    DurableFiles.replace(folder.resolve("state"), firstFormat("another writer was first"));
    Fork fork = PutAside.in(folder).orElseThrow();
    assertThat(fork.kind()).isEqualTo(Fork.Kind.FORK);
    assertThat(fork.reason()).isEqualTo("another writer was first");
    assertThat(fork.at()).isEmpty();
    assertThat(fork.baseVersion()).isEqualTo(4);
    assertThat(fork.isUntold()).isTrue();

    DurableFiles.replace(folder.resolve("state"), firstFormat(""));
    assertThat(PutAside.in(folder)).isEmpty();
    assertThat(WriterState.read(folder).closed()).isEqualTo(new WriterState.Closed(8192, 5, ""));
  }

  @Test
  void anUnknownKindIsDamage() {
    byte[] written = WriterStateFormat.write(WriterState.empty());
    byte[] content = Arrays.copyOf(written, written.length - Digest.BYTES);
    content[content.length - 4 - 17 - 16 - 4] = 77;
    byte[] file = ChecksummedBytes.wrap(content);
    assertThatThrownBy(() -> WriterStateFormat.read(file))
        .hasMessageContaining("unknown reason 77");
  }

  @Test
  void marksAreMadeOnceAndNeverTakenBack() throws Exception {
    DurableFiles.replace(folder.resolve("state"), firstFormat("lost"));
    PutAside.told(folder, NOON);
    PutAside.told(folder, NOON.plusSeconds(60));
    assertThat(PutAside.in(folder).orElseThrow().told()).contains(NOON);
    assertThat(PutAside.in(folder).orElseThrow().isPending()).isTrue();
    PutAside.acknowledged(folder, NOON.plusSeconds(120));
    assertThat(PutAside.in(folder).orElseThrow().acknowledged()).contains(NOON.plusSeconds(120));
    assertThat(PutAside.in(folder).orElseThrow().isPending()).isFalse();
  }

  @Test
  void aForkIsListedWithItsBase() throws Exception {
    try (World world = new World(folder)) {
      Path copy;
      try (World.Desk first = world.open("first", "forked")) {
        first.run("CREATE TABLE t(n INTEGER)");
        first.session.sync(WAIT);
        World.Desk second = world.open("second", "forked");
        copy = second.session.databaseFile().getParent().getParent();
        assertThat(WorkingCopy.forks(copy)).isEmpty();
        first.run("INSERT INTO t VALUES (1)");
        first.session.sync(WAIT);
        second.run("INSERT INTO t VALUES (2)");
        assertThatThrownBy(() -> second.session.sync(WAIT)).isInstanceOf(ForkException.class);
        second.close();
      }
      List<Fork> forks = WorkingCopy.forks(copy);
      assertThat(forks).hasSize(1);
      assertThat(forks.get(0).kind()).isEqualTo(Fork.Kind.FORK);
      assertThat(forks.get(0).baseVersion()).isEqualTo(1);
      assertThat(forks.get(0).stagedVersions()).isEqualTo(1);
      assertThat(forks.get(0).commits()).hasValue(1);
      assertThat(forks.get(0).pages().orElse(0)).isPositive();
      assertThat(forks.get(0).at()).isPresent();
      assertThat(forks.get(0).database()).isRegularFile();
    }
  }

  /**
   * Killed after the state was written and before the pointer went: it is no line to go on with.
   */
  @Test
  void whatWasPutAsideIsNotGoneOnWithAlthoughThePointerStillNamesIt() throws Exception {
    try (World world = new World(folder)) {
      Path generation;
      try (World.Desk desk = world.open("machine", "halfway")) {
        desk.run("CREATE TABLE t(n INTEGER)");
        desk.session.sync(WAIT);
        generation = desk.session.databaseFile().getParent();
      }
      WriterState state = WriterState.read(generation);
      state
          .withPutAside(
              new PutAside(
                  Fork.Kind.FOREIGN_CHANGE,
                  "changed from outside",
                  1,
                  state.anchored(),
                  OptionalLong.empty(),
                  OptionalLong.empty()))
          .write(generation);
      try (World.Desk desk = world.open("machine", "halfway")) {
        assertThat(desk.session.databaseFile().getParent()).isNotEqualTo(generation);
        assertThat(desk.ask("SELECT count(*) FROM t")).isEqualTo("0");
      }
      assertThat(generation).isDirectory();
      assertThat(WorkingCopy.forks(generation.getParent())).hasSize(1);
    }
  }
}
