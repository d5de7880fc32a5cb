package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.TransferListener;
import io.inft.commit.Archive;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.BodyEditor;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.custody.Code;
import io.inft.custody.Custody;
import io.inft.custody.CustodyReport;
import io.inft.custody.Finding;
import io.inft.custody.Progress;
import io.inft.custody.Severity;
import io.inft.custody.Verification;
import io.inft.failure.InftException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.replica.local.Network;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.restore.Commits;
import io.inft.seal.Secret;
import io.inft.store.merkle.ObjectRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An author with the right publishes a carrier of inlined versions that carries something else, or
 * says that nothing changed where something did. Whoever wants a version gets that one or a typed
 * failure, the log has what the archive has not, whoever has the right goes on, and verification
 * blames nobody else.
 */
class HostileArchiveTest {
  private static final String NAME = "carried";
  private static final Duration WAIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  private DatabaseId id;
  private World world;

  /** Versions 2 to 4 lie in the log alone, a row each. */
  @BeforeEach
  void leaveThreeVersionsInTheLog() throws Exception {
    id = DatabaseId.parse(NAME);
    world = new World(folder).inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
    try (World.Desk desk = world.open(World.closingAtOnce(lazy(world, "here")))) {
      desk.run("CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
      desk.session.sync(WAIT);
      for (int row = 1; row <= 3; row++) {
        desk.run("INSERT INTO t VALUES (" + row + ", hex(randomblob(20)))");
        desk.session.sync(WAIT);
      }
    }
    assertThat(history(world))
        .extracting(Anchored::inlined)
        .containsExactly(false, true, true, true);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private static EngineSettings lazy(World world, String machine) throws InftException {
    return World.withCadence(
        world.settings(machine, NAME),
        Duration.ofHours(1),
        1000,
        Duration.ofHours(1),
        Cadence.OnLag.WARN);
  }

  private List<Anchored> history(World world) throws InftException {
    return world.network().registry().history(id, 1, 100);
  }

  /** What the machine would publish next, which nobody will see. */
  private CommitObject honest(boolean withAnotherRow) throws Exception {
    Path copy = folder.resolve("copy");
    copy(folder.resolve("network"), copy.resolve("network"));
    copy(folder.resolve("here"), copy.resolve("here"));
    World there = new World(copy).inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
    try (World.Desk desk = there.open(lazy(there, "here"))) {
      if (withAnotherRow) {
        desk.run("INSERT INTO t VALUES (4, 'another')");
      }
    }
    Anchored fifth = history(there).get(4);
    assertThat(fifth.anchor().kind()).isEqualTo(withAnotherRow ? Kind.DELTA : Kind.ARCHIVE);
    CommitObject carrier =
        CommitObject.parse(
            there.network().store().open(Commits.refOf(fifth)).readAll(CommitObject.MAX_BYTES));
    DurableFiles.deleteTree(copy);
    return carrier;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path path : tree.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }

  private void publish(CommitBody body) throws Exception {
    byte[] bytes = CommitObject.sign(body, World.OWNER).toBytes();
    Network network = world.network();
    ObjectRef ref = network.store().put(ByteSource.of(bytes), TransferListener.NONE);
    Anchored before = network.registry().head(id).newest().orElseThrow();
    network
        .registry()
        .anchor(
            id,
            new Anchor(
                body.version(),
                body.previousRoot(),
                ref.root(),
                bytes.length,
                Digest.sha256(bytes),
                before.anchor().keyEpoch(),
                before.anchor().keyringHash(),
                new Kind(body.kind())));
  }

  private enum Attack {
    NOTHING(true),
    OTHER_CONTENT(true),
    NO_ARCHIVE(false),
    OLDEST_LEFT_OUT(false),
    NEWEST_LEFT_OUT(false),
    ONE_TWICE(false),
    ORDER_REVERSED(false),
    ONE_OF_ANOTHER_DATABASE(false),
    ONE_WITH_OTHER_BYTES(false),
    GARBAGE(false),
    SIXTY_FOUR(false),
    MORE_THAN_IT_SAYS(false),
    BOMB(false);

    /** Whether the version itself can be had. */
    final boolean readable;

    Attack(boolean readable) {
      this.readable = readable;
    }

    byte[] archive(List<Blob> tail) throws Exception {
      List<Blob> objects = new ArrayList<>(tail);
      switch (this) {
        case OLDEST_LEFT_OUT -> objects.remove(0);
        case NEWEST_LEFT_OUT -> objects.remove(2);
        case ONE_TWICE -> objects.add(tail.get(2));
        case ORDER_REVERSED -> Collections.reverse(objects);
        case ONE_OF_ANOTHER_DATABASE -> objects.set(1, flipped(tail.get(1), 12));
        case ONE_WITH_OTHER_BYTES ->
            objects.set(2, flipped(tail.get(2), tail.get(2).sizeBytes() - 30));
        case GARBAGE -> objects.set(1, Blob.of(new byte[300]));
        case SIXTY_FOUR -> objects = Collections.nCopies(64, tail.get(2));
        default -> {}
      }
      ByteWriter plain = new ByteWriter().varint(objects.size());
      objects.forEach(object -> plain.varint(object.sizeBytes()).bytes(object.toBytes()));
      return switch (this) {
        case BOMB -> deflated(new byte[64 << 20], 500_000);
        case MORE_THAN_IT_SAYS -> deflated(plain.toBytes(), plain.size() - 1L);
        default -> deflated(plain.toBytes(), plain.size());
      };
    }

    private static Blob flipped(Blob object, int at) {
      byte[] bytes = object.toBytes();
      bytes[at] ^= 1;
      return Blob.of(bytes);
    }

    private static byte[] deflated(byte[] plain, long said) throws IOException {
      ByteArrayOutputStream deflated = new ByteArrayOutputStream();
      Deflater raw = new Deflater(Deflater.BEST_COMPRESSION, true);
      try (DeflaterOutputStream out = new DeflaterOutputStream(deflated, raw)) {
        out.write(plain);
      } finally {
        raw.end();
      }
      return new ByteWriter().u8(1).varint(said).bytes(deflated.toByteArray()).toBytes();
    }
  }

  private CommitBody hostile(Attack attack) throws Exception {
    CommitObject honest = honest(attack == Attack.OTHER_CONTENT);
    CommitBody small = honest.body().withoutArchive();
    return switch (attack) {
      case NOTHING -> honest.body();
      case OTHER_CONTENT ->
          BodyEditor.edited(honest.body(), body -> body.kind = Kind.ARCHIVE.code());
      case NO_ARCHIVE -> small;
      default -> {
        byte[] archive = attack.archive(Archive.requireOf(honest).objects());
        List<Attachment> attachments = new ArrayList<>(small.attachments());
        attachments.add(
            new Attachment(
                AttachmentType.ARCHIVE,
                0,
                new Location.Here(small.inline().sizeBytes()),
                archive.length));
        yield BodyEditor.edited(
            small,
            body -> {
              body.attachments = attachments;
              body.inline =
                  Blob.of(
                      new ByteWriter().bytes(small.inline().toBytes()).bytes(archive).toBytes());
            });
      }
    };
  }

  /** How many rows somebody finds; the failure, if that is typed. */
  private String rows(EngineSettings settings) {
    try (World.Desk desk = new World.Desk(Engines.open(settings, world.network()))) {
      assertThat(desk.ask("PRAGMA integrity_check")).isEqualTo("ok");
      return desk.ask("SELECT count(*) FROM t");
    } catch (InftException e) {
      return e.getClass().getSimpleName();
    } catch (Exception e) {
      throw new AssertionError("must not fail untyped", e);
    }
  }

  private String rowsAt(String machine, long version) throws InftException {
    return rows(
        World.readOnly(world.settings(machine, NAME)).at(Optional.of(Long.toString(version))));
  }

  @ParameterizedTest
  @EnumSource(
      value = Attack.class,
      names = {"OTHER_CONTENT", "NO_ARCHIVE", "OLDEST_LEFT_OUT", "ONE_WITH_OTHER_BYTES", "BOMB"})
  void everybodyElseGoesOn(Attack attack) throws Exception {
    run(attack);
  }

  @Tag("heavy")
  @ParameterizedTest
  @EnumSource(Attack.class)
  void everybodyElseGoesOnWhateverItWas(Attack attack) throws Exception {
    run(attack);
  }

  private void run(Attack attack) throws Exception {
    publish(hostile(attack));
    String now = attack == Attack.OTHER_CONTENT ? "4" : "3";
    String expected = attack.readable ? now : "UnreadableHeadException";

    assertThat(rows(World.readOnly(lazy(world, "reader")))).isEqualTo(expected);
    assertThat(rows(World.closingAtOnce(lazy(world, "there")))).isEqualTo(expected);
    assertThat(rows(World.closingAtOnce(lazy(world, "here")))).isEqualTo(expected);
    // What the archive has not is in the log as before.
    assertThat(rowsAt("past", 4)).isEqualTo("3");
    assertThat(rowsAt("past", 3)).isEqualTo("2");
    requireBlamed(attack, verify());

    OptionalLong over = attack.readable ? OptionalLong.empty() : OptionalLong.of(5);
    Recovery.restore(world.settings("here", NAME).at(Optional.of("3")), world.network(), over);
    assertThat(rows(World.readOnly(lazy(world, "reader")))).isEqualTo("2");
    try (World.Desk desk = world.open(lazy(world, "here"))) {
      desk.run("INSERT INTO t VALUES (9, 'later')");
      desk.session.sync(WAIT);
    }
    assertThat(rows(World.readOnly(lazy(world, "new reader")))).isEqualTo("3");
    assertThat(verify().findings())
        .filteredOn(finding -> finding.severity() == Severity.CONTRADICTION)
        .as("nobody else is blamed")
        .allMatch(finding -> finding.version() == 5);
  }

  private CustodyReport verify() throws InftException {
    Network network = world.network();
    return new Custody(network.registry(), network.store(), Clock.systemUTC(), new Random(1))
        .verify(Verification.of(id, folder).with(Secret.rawKey(new byte[32])), Progress.NONE);
  }

  private static void requireBlamed(Attack attack, CustodyReport report) {
    List<Code> codes = report.findings().stream().map(Finding::code).toList();
    switch (attack) {
      case NOTHING -> assertThat(codes).isEmpty();
      case OTHER_CONTENT -> assertThat(codes).containsExactly(Code.KIND_MISLABELLED);
      case NO_ARCHIVE, OLDEST_LEFT_OUT ->
          assertThat(codes).contains(Code.ARCHIVE_INCOMPLETE, Code.MALFORMED);
      case ONE_WITH_OTHER_BYTES -> assertThat(codes).contains(Code.ARCHIVE_MISMATCH);
      default -> assertThat(codes).contains(Code.MALFORMED);
    }
    assertThat(report.findings()).extracting(Finding::version).allMatch(version -> version == 5);
  }
}
