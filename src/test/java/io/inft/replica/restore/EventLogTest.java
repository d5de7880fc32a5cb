package io.inft.replica.restore;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitChain;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventTree;
import io.inft.commit.Jump;
import io.inft.commit.Location;
import io.inft.commit.Manifest;
import io.inft.commit.SealedManifest;
import io.inft.failure.EventLogTooLongException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.replica.Databases;
import io.inft.replica.Engines;
import io.inft.replica.GenerationOpener;
import io.inft.replica.World;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.Network;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Padding;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.store.DirectoryStore;
import io.inft.store.FaultyStore;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A span of the event log is read without fetching the versions of other times, and where what is
 * read does not continue the chain the log says so and goes on.
 */
class EventLogTest {
  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
  private static final int VERSIONS = 20;

  @TempDir static Path template;
  @TempDir Path folder;

  private World world;
  private FaultyStore store;

  /** A version every ten days, each with one event of the application. */
  @BeforeAll
  static void publishForHalfAYear() throws Exception {
    World world = new World(template);
    for (int i = 0; i < VERSIONS; i++) {
      Instant now = time(i);
      try (World.Desk desk =
          new World.Desk(
              Engines.open(
                  world.settings("laptop", "db"),
                  network(
                      template, now, DirectoryStore.open(template.resolve("network/store")))))) {
        if (i == 0) {
          desk.run("CREATE TABLE inft_events(seq INTEGER PRIMARY KEY, time, type, payload)");
        }
        desk.run(
            "INSERT INTO inft_events VALUES (%d, %d, 'note', '{}')"
                .formatted(i + 1, now.toEpochMilli()));
        desk.session.sync(Duration.ofSeconds(60));
      }
    }
  }

  @BeforeEach
  void copy() throws Exception {
    try (Stream<Path> tree = Files.walk(template)) {
      for (Path each : (Iterable<Path>) tree::iterator) {
        Path to = folder.resolve(template.relativize(each).toString());
        if (!Files.isDirectory(each)) {
          Files.copy(each, to, StandardCopyOption.COPY_ATTRIBUTES);
        } else if (!Files.exists(to)) {
          Files.createDirectory(to);
        }
      }
    }
    world = new World(folder);
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private static Instant time(int version) {
    return FIRST.plus(Duration.ofDays(10L * version));
  }

  private Network network(Instant now) throws Exception {
    store = new FaultyStore(DirectoryStore.open(folder.resolve("network/store")), 1);
    return network(folder, now, store);
  }

  private static Network network(Path folder, Instant now, Store store) throws Exception {
    return new Network(
        "embedded",
        store,
        DirectoryRegistry.open(
            folder.resolve("network/registry"),
            Optional.of(World.OWNER),
            Clock.fixed(now, ZoneOffset.UTC)),
        Optional.of(World.OWNER),
        Duration.ZERO,
        true);
  }

  private List<Long> notes(Instant from, Instant to) throws Exception {
    Network network = network(time(VERSIONS));
    List<Long> found = new ArrayList<>();
    for (LogEntry entry :
        Databases.log(world.settings("reader", "db"), network, new TimeSpan(from, to))) {
      if (entry.type().equals("note") && entry instanceof LogEntry.Recorded recorded) {
        found.add(recorded.row().orElse(0));
      }
    }
    return found;
  }

  @Test
  void aSpanHoldsWhatTheWholeLogHoldsOfThatTime() throws Exception {
    assertThat(notes(Instant.MIN, Instant.MAX)).hasSize(VERSIONS);
    assertThat(notes(time(4), time(6))).containsExactly(5L, 6L, 7L);
    assertThat(notes(time(4).plusSeconds(1), time(6).minusSeconds(1))).containsExactly(6L);
    assertThat(notes(time(VERSIONS - 1), Instant.MAX)).containsExactly((long) VERSIONS);
    assertThat(notes(Instant.MIN, time(0))).containsExactly(1L);
    assertThat(notes(time(VERSIONS + 5), Instant.MAX)).isEmpty();
  }

  @Test
  void versionsOfOtherTimesAreNotFetched() throws Exception {
    notes(Instant.MIN, Instant.MAX);
    long all = store.operations();
    notes(time(4), time(6));

    assertThat(store.operations()).as("of %s for the whole log", all).isLessThan(all / 3);
    assertThat(network(FIRST).registry().head(DatabaseId.parse("db")).version())
        .isGreaterThanOrEqualTo(VERSIONS);
  }

  /** What the log says is wrong with it, each as version, type and reason. */
  private List<String> marks(Instant from, Instant to) throws Exception {
    List<String> found = new ArrayList<>();
    for (LogEntry entry :
        Databases.log(
            world.settings("reader", "db"), network(time(VERSIONS)), new TimeSpan(from, to))) {
      if (entry instanceof LogEntry.Marked marked) {
        found.add(marked.version() + " " + marked.type() + " " + marked.reason());
      }
    }
    return found;
  }

  @Test
  void aBatchThatDoesNotContinueTheChainIsMarked() throws Exception {
    assertThat(marks(Instant.MIN, Instant.MAX)).isEmpty();
    EventBatch honest = nextBatch(newest());
    EventBatch forged =
        EventBatch.of(Digest.sha256("elsewhere".getBytes(US_ASCII)), honest.events());
    long version = newest().tip().version() + 1;
    publish(Optional.of(forged), forged.lastSequence(), forged.after());

    assertThat(notes(Instant.MIN, Instant.MAX)).as("all are shown").hasSize(VERSIONS + 1);
    assertThat(marks(Instant.MIN, Instant.MAX))
        .singleElement(STRING)
        .startsWith(version + " inft.break ")
        .contains(honest.before().toString(), forged.before().toString());
    assertThat(marks(time(VERSIONS - 2), Instant.MAX))
        .as("both neighbours are in the span")
        .hasSize(1);
    assertThat(marks(time(4), time(6))).as("another span").isEmpty();
  }

  @Test
  void theLogGoesOnBehindABreak() throws Exception {
    EventBatch honest = nextBatch(newest());
    publish(Optional.of(honest), honest.lastSequence(), Digest.sha256(new byte[] {7}));
    EventBatch upon = nextBatch(newest());
    publish(Optional.of(upon), upon.lastSequence(), upon.after());

    assertThat(notes(Instant.MIN, Instant.MAX)).hasSize(VERSIONS + 2);
    assertThat(marks(Instant.MIN, Instant.MAX)).singleElement(STRING).contains("manifest");
  }

  @Test
  void aBatchThatLeavesAGapIsMarked() throws Exception {
    EventBatch honest = nextBatch(newest());
    EventBatch later = EventBatch.of(honest.before(), List.of(event(honest.lastSequence() + 1)));
    publish(Optional.of(later), later.lastSequence(), later.after());

    assertThat(marks(Instant.MIN, Instant.MAX)).singleElement(STRING).contains("inft.break");
  }

  @Test
  void aBatchThatWasLeftOutIsMissed() throws Exception {
    EventBatch honest = nextBatch(newest());
    publish(Optional.empty(), honest.lastSequence(), honest.after());

    assertThat(notes(Instant.MIN, Instant.MAX)).hasSize(VERSIONS);
    assertThat(marks(Instant.MIN, Instant.MAX)).singleElement(STRING).contains("inft.break");
  }

  @Test
  void batchesThatEndElsewhereThanTheManifestSaysAreMarked() throws Exception {
    EventBatch honest = nextBatch(newest());
    publish(Optional.of(honest), honest.lastSequence() + 1, honest.after());

    assertThat(notes(Instant.MIN, Instant.MAX)).hasSize(VERSIONS + 1);
    assertThat(marks(Instant.MIN, Instant.MAX))
        .singleElement(STRING)
        .contains("inft.break", "manifest");
  }

  @Test
  void aVersionWhoseObjectIsGoneIsMarked() throws Exception {
    Anchored gone = network(time(0)).registry().history(DatabaseId.parse("db"), 5, 5).get(0);
    String hex = gone.anchor().root().hex();
    try (Stream<Path> files = Files.walk(folder.resolve("network/store"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.getFileName().toString().contains(hex)) {
          Files.delete(file);
        }
      }
    }

    assertThat(notes(Instant.MIN, Instant.MAX)).hasSize(VERSIONS - 1);
    assertThat(marks(Instant.MIN, Instant.MAX)).singleElement(STRING).startsWith("5 inft.unread");
  }

  @Test
  void anHonestBatchMadeByHandIsRead() throws Exception {
    EventBatch honest = nextBatch(newest());
    publish(Optional.of(honest), honest.lastSequence(), honest.after());

    assertThat(notes(Instant.MIN, Instant.MAX)).hasSize(VERSIONS + 1);
  }

  private List<LogEntry> read(long mostBytes, Restore.Opened newest, TimeSpan span)
      throws Exception {
    Network network = network(time(VERSIONS));
    DatabaseId id = DatabaseId.parse("db");
    Digest context = DatabaseScope.contextOf(network, id);
    Commits commits = new Commits(network.store(), network.registry(), id, context);
    EventLog log =
        new EventLog(
            network.registry(),
            id,
            commits,
            new PackAccess(network.store(), context, commits),
            context,
            GenerationOpener.secretOf(world.settings("reader", "db")),
            mostBytes);
    return log.read(newest.keys(), newest.tip().version(), span);
  }

  /** Many events of one kind deflate to a thousandth of what a reader would have to hold. */
  @Test
  void aLogThatNoReaderCanHoldIsRefusedWithTheWayToReadAPartOfIt() throws Exception {
    Restore.Opened honest = newest();
    Manifest manifest = honest.tip().manifest();
    List<Event> many = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      many.add(
          new Event(
              manifest.eventSequence() + i,
              time(VERSIONS).toEpochMilli(),
              Event.Source.DRIVER,
              "note",
              " ".repeat(1 << 20),
              0,
              Blob.EMPTY));
    }
    EventBatch batch = EventBatch.of(manifest.eventHash(), many);
    assertThat(batch.toBytes()).hasSizeLessThan(6 << 10);
    publish(Optional.of(batch), batch.lastSequence(), batch.after());
    Restore.Opened newest = newest();
    long version = newest.tip().version();

    assertThat(read(6 << 20, newest, TimeSpan.ALWAYS)).hasSizeGreaterThan(VERSIONS + 5);
    assertThatThrownBy(() -> read(5 << 20, newest, TimeSpan.ALWAYS))
        .isInstanceOf(EventLogTooLongException.class)
        .hasMessageContainingAll("'db'", "at=", "--from", "--to", "-Xmx", "version " + version);
    TimeSpan before = new TimeSpan(FIRST, time(VERSIONS).minusMillis(1));
    assertThat(read(5 << 20, newest, before)).as("a span").hasSize(VERSIONS);
    assertThat(read(5 << 20, honest, TimeSpan.ALWAYS))
        .as("a past version")
        .hasSizeGreaterThan(VERSIONS);
    assertThat(Databases.log(world.settings("reader", "db"), network(time(VERSIONS))))
        .as("as much as this heap holds")
        .hasSizeGreaterThan(VERSIONS + 5);
  }

  private Restore.Opened newest() throws Exception {
    Network network = network(time(VERSIONS));
    Digest context = DatabaseScope.contextOf(network, DatabaseId.parse("db"));
    Commits commits =
        new Commits(network.store(), network.registry(), DatabaseId.parse("db"), context);
    Anchored head = network.registry().head(DatabaseId.parse("db")).newest().orElseThrow();
    return new Restore(network.store(), context, commits, EngineThreads.pooled())
        .open(
            head,
            new Unlocking(
                GenerationOpener.secretOf(world.settings("reader", "db")), EngineThreads.pooled()));
  }

  private static Event event(long sequence) {
    return new Event(
        sequence, time(VERSIONS).toEpochMilli(), Event.Source.DRIVER, "note", "{}", 0, Blob.EMPTY);
  }

  private static EventBatch nextBatch(Restore.Opened newest) {
    Manifest manifest = newest.tip().manifest();
    return EventBatch.of(manifest.eventHash(), List.of(event(manifest.eventSequence() + 1)));
  }

  /** The owner anchors a version by hand: signature, roots and seals are right. */
  private void publish(Optional<EventBatch> batch, long eventSequence, Digest eventHash)
      throws Exception {
    Restore.Opened newest = newest();
    Network network = network(time(VERSIONS));
    CommitBody before = newest.tip().commit().body();
    Manifest old = newest.tip().manifest();
    long version = before.version() + 1;
    ByteWriter inline = new ByteWriter(4096);
    List<Attachment> attachments = new ArrayList<>();
    if (batch.isPresent()) {
      attachments.add(
          attachment(
              newest, AttachmentType.EVENTS, SealedType.EVENTS, batch.get().toBytes(), inline));
    }
    Manifest manifest =
        new Manifest(
            old.pageSize(),
            old.pageCount(),
            old.stateNonce(),
            old.stateRoot(),
            old.stateKey(),
            0,
            0,
            0,
            old.applicationEventSequence(),
            old.lineage(),
            eventSequence,
            eventHash);
    attachments.add(
        attachment(
            newest,
            AttachmentType.MANIFEST,
            SealedType.MANIFEST,
            SealedManifest.alone(manifest)
                .toBytes(new SealedManifest.MadeAt(version, time(VERSIONS).toEpochMilli())),
            inline));
    Jump jump =
        newest
            .tip()
            .jump(newest.anchored().block().number(), newest.anchored().block().timeSeconds());
    CommitBody body =
        new CommitBody(
            before.context(),
            version,
            newest.tip().ref().root(),
            before.epoch(),
            before.keyring(),
            Kind.DELTA.code(),
            time(VERSIONS).toEpochMilli(),
            World.OWNER.address(),
            manifest.stateCommit(),
            EventTree.root(
                manifest.stateKey().key(), batch.map(EventBatch::events).orElse(List.of())),
            CommitChain.jumpsFor(version, jump, before),
            newest.tip().commit().restoreSetSeenFromLater(newest.tip().ref().root()),
            attachments,
            Blob.of(inline.toBytes()));
    byte[] bytes = CommitObject.sign(body, World.OWNER).toBytes();
    ObjectRef ref = network.store().put(ByteSource.of(bytes), TransferListener.NONE);
    network
        .registry()
        .anchor(
            DatabaseId.parse("db"),
            new Anchor(
                version,
                newest.tip().ref().root(),
                ref.root(),
                bytes.length,
                Digest.sha256(bytes),
                before.epoch(),
                newest.keys().keyring().hash(),
                Kind.DELTA));
  }

  private static Attachment attachment(
      Restore.Opened newest,
      AttachmentType type,
      SealedType sealedType,
      byte[] plain,
      ByteWriter inline) {
    CommitBody before = newest.tip().commit().body();
    ObjectLabel label =
        new ObjectLabel(before.context(), before.version() + 1, before.epoch(), sealedType, 0);
    byte[] sealed =
        Seal.seal(newest.keys().current(), label, plain, Padding.NONE, new SecureRandom());
    long at = inline.size();
    inline.bytes(sealed);
    return new Attachment(type, 0, new Location.Here(at), sealed.length);
  }
}
