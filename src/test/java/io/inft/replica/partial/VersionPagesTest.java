package io.inft.replica.partial;

import static io.inft.lazy.LazyWorld.run;
import static io.inft.lazy.LazyWorld.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.failure.InftException;
import io.inft.lazy.Base;
import io.inft.lazy.PageRequest;
import io.inft.lazy.PageSink;
import io.inft.lazy.PageSpan;
import io.inft.lazy.PageSupplier;
import io.inft.lazy.PartialDatabase;
import io.inft.lazy.SourceDatabase;
import io.inft.lazy.WholeChecks;
import io.inft.pack.PackHeader;
import io.inft.pack.PackReader;
import io.inft.pack.PackType;
import io.inft.pack.PackWriter;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;
import org.sqlite.jdbc4.JDBC4Connection;

/** A restore set as it is published: a snapshot, and deltas against what was before. */
class VersionPagesTest {
  private static final int PAGE = 4096;
  private static final StateKey KEY = new StateKey(StateRoot.NEWEST, Blob.of(new byte[32]));

  @TempDir Path folder;

  private final List<PackReader> packs = new ArrayList<>();
  private byte[] state = {};

  @Test
  void aSnapshotAndItsDeltasCarryADatabase() throws Exception {
    SourceDatabase source = SourceDatabase.make(folder, 3000, PAGE);
    Path author = folder.resolve("author.db");
    Files.write(author, source.bytes);
    pack(source.bytes);
    changed(author, "UPDATE note SET body = body || 'x' WHERE id % 90 = 0");
    changed(author, "DELETE FROM note WHERE id > 2500", "VACUUM");
    changed(author, "CREATE TABLE other AS SELECT * FROM note WHERE id < 900");

    VersionPages pages = new VersionPages(packs, manifest(state.length / PAGE));
    AtomicInteger fetches = new AtomicInteger();
    PageSupplier supplier =
        new PageSupplier() {
          @Override
          public PageSpan span(long page) {
            return pages.span(page);
          }

          @Override
          public void supply(PageRequest request, PageSink sink) throws InftException {
            fetches.incrementAndGet();
            pages.supply(request, sink);
          }
        };
    for (long page = 1; page <= state.length / PAGE; page++) {
      PageSpan span = pages.span(page);
      assertThat(page).isBetween(span.first(), span.last());
      assertThat(pages.span(span.first()).first()).isEqualTo(span.first());
    }
    Path lazy = folder.resolve("lazy.db");
    Base base = new Base(PAGE, state.length / PAGE, Digest.sha256(state));
    PartialDatabase.create(lazy, base);
    CountDownLatch whole = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (PartialDatabase database =
        PartialDatabase.open(
            lazy,
            new PartialDatabase.Setup(
                base, supplier, threads, Duration.ofSeconds(30), WholeChecks.then(whole)))) {
      try (SQLiteConnection connection =
          database.connect(name -> new JDBC4Connection("jdbc:sqlite:" + name, name, none()))) {
        String sql = "SELECT id FROM note WHERE name = '" + SourceDatabase.name(1234) + "'";
        assertThat(text(connection, sql)).isEqualTo("1234");
        assertThat(fetches).hasValueLessThan(8);
        assertThat(text(connection, "PRAGMA integrity_check")).isEqualTo("ok");
      }
      database.hydrate();
      assertThat(whole.await(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      threads.shutdownNow();
    }
    assertThat(Files.readAllBytes(lazy)).isEqualTo(state);
  }

  private static Manifest manifest(long pages) {
    return new Manifest(
        PAGE,
        pages,
        Blob.of(new byte[16]),
        Digest.ZERO,
        KEY,
        0,
        0,
        0,
        0,
        Blob.of(new byte[16]),
        0,
        Digest.ZERO);
  }

  private static java.util.Properties none() {
    return new java.util.Properties();
  }

  private void changed(Path author, String... sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + author)) {
      for (String each : sql) {
        run(connection.unwrap(SQLiteConnection.class), each);
      }
    }
    pack(Files.readAllBytes(author));
  }

  /** Packs what is different from the state before, and makes it the state. */
  private void pack(byte[] next) throws Exception {
    int version = packs.size() + 1;
    boolean first = version == 1;
    PackHeader header =
        new PackHeader(
            first ? PackType.SNAPSHOT : PackType.DELTA,
            PAGE,
            next.length / PAGE,
            version - 1,
            version,
            !first);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PackWriter writer = new PackWriter(header, KEY, out)) {
      for (int number = 1; number <= next.length / PAGE; number++) {
        byte[] page = page(next, number);
        byte[] before = number <= state.length / PAGE ? page(state, number) : new byte[PAGE];
        if (first || number > state.length / PAGE || !Arrays.equals(page, before)) {
          writer.add(number, page, first || number > state.length / PAGE ? null : before);
        }
      }
      writer.finish();
    }
    packs.add(PackReader.openDirectory(ByteSource.of(out.toByteArray()), KEY));
    state = next;
  }

  private static byte[] page(byte[] file, int number) {
    byte[] page = new byte[PAGE];
    System.arraycopy(file, (number - 1) * PAGE, page, 0, PAGE);
    return page;
  }
}
