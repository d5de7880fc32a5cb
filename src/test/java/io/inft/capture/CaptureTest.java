package io.inft.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.sqlite.WalPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;

/** What a checkpoint does to writers and to what is known about changes. */
class CaptureTest {
  @TempDir Path folder;

  private Capture capture;
  private Connection writer;

  /** What happens while a journal is being forced to disk, which may take a slow disk seconds. */
  private final List<String> meanwhile = new ArrayList<>();

  private final List<CaptureJournal> written = new ArrayList<>();

  /** What happens once to the disk while a journal is being written. */
  private Damage atJournal = () -> {};

  private interface Damage {
    void happen() throws IOException;
  }

  @BeforeEach
  void openADatabase() throws Exception {
    Path database = folder.resolve("database.sqlite");
    capture =
        Capture.open(
            folder,
            this::slowly,
            database,
            java.util.Optional.empty(),
            1,
            WalPosition.START,
            false,
            Map.of(),
            Clock.systemUTC());
    Properties properties = new Properties();
    properties.setProperty("wal_autocheckpoint", "0");
    properties.setProperty("busy_timeout", "0");
    writer = new JDBC().connect("jdbc:sqlite:" + database, properties);
    run("CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)");
    run("INSERT INTO t VALUES (1, randomblob(20000))");
  }

  @AfterEach
  void close() throws Exception {
    meanwhile.clear();
    writer.close();
    capture.close();
  }

  private void slowly(CaptureJournal journal) throws InftException {
    journal.write(folder);
    written.add(journal);
    Damage damage = atJournal;
    atJournal = () -> {};
    try {
      damage.happen();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!meanwhile.isEmpty()) {
      String sql = meanwhile.remove(0);
      try {
        run(sql);
      } catch (SQLException e) {
        throw new LocalDatabaseException("the writer", sql, e);
      }
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void aWriterCommitsWhileTheJournalIsForcedToDisk() throws Exception {
    meanwhile.add("INSERT INTO t VALUES (2, randomblob(20000))");

    int[] row = capture.checkpoint("PASSIVE");

    assertThat(meanwhile).as("done without SQLITE_BUSY").isEmpty();
    assertThat(row[1]).as("all frames were moved").isPositive().isEqualTo(row[2]);
    assertThat(written).as("growth was in the journal beforehand").hasSize(1);
  }

  @Test
  void pagesChangedWhileTheJournalIsWrittenAreInOneBeforeTheyAreMoved() throws Exception {
    run("CREATE TABLE other(x)");
    run("INSERT INTO other VALUES (1)");
    PageSet before = staged();
    meanwhile.add("UPDATE other SET x = 2");
    run("UPDATE t SET b = randomblob(20000) WHERE id = 1");

    capture.checkpoint("PASSIVE");

    Pin pin = capture.pin();
    capture.release(pin);
    assertThat(meanwhile).isEmpty();
    CaptureJournal last = written.get(written.size() - 1);
    assertThat(last.pages().containsAll(pin.dirty())).isTrue();
    assertThat(pin.dirty().isEmpty()).isFalse();
    assertThat(before.isEmpty()).isFalse();
    assertThat(written).as("once without the write lock, once with it").hasSize(2);
  }

  @Test
  void aCheckpointWithNothingToPublishDoesNotMakeItLookSo() throws Exception {
    staged();

    capture.checkpoint("PASSIVE");

    assertThat(written.get(written.size() - 1).pages().isEmpty()).isTrue();
    assertThat(capture.isDirty()).isFalse();
  }

  @Test
  void theLogBeginsAnewAfterACheckpoint() throws Exception {
    capture.checkpoint("PASSIVE");
    long frames = capture.header().maxFrame();

    run("UPDATE t SET b = NULL WHERE id = 1");

    assertThat(capture.header().maxFrame()).isLessThan(frames);
    assertThat(capture.isDirty()).isTrue();
  }

  @Test
  void aForcedCheckpointThatFailsMayHaveMovedAnythingSoEveryPageIsCompared() throws Exception {
    staged();
    run("UPDATE t SET b = randomblob(20000) WHERE id = 1");
    Path log = folder.resolve("database.sqlite-wal");
    byte[] whole = Files.readAllBytes(log);
    atJournal = () -> Files.write(log, new byte[32]);

    assertThatThrownBy(() -> capture.checkpoint("RESTART")).isInstanceOf(InftException.class);

    Files.write(log, whole);
    Pin pin = capture.pin();
    capture.release(pin);
    assertThat(pin.compareAll()).as("no page of the file is thought to be the base").isTrue();
    capture.checkpoint("RESTART");
    run("UPDATE t SET b = NULL WHERE id = 1");
    assertThat(capture.header().maxFrame()).as("and the log can begin anew").isLessThan(5);
  }

  /** Everything up to here is in a version. */
  private PageSet staged() throws InftException {
    Pin pin = capture.pin();
    capture.staged(pin, 2);
    return pin.dirty();
  }
}
