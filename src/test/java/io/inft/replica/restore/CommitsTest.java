package io.inft.replica.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitObject;
import io.inft.commit.Jump;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.PastStateException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Inlined;
import io.inft.registry.Kind;
import io.inft.registry.Registry;
import io.inft.replica.Engines;
import io.inft.replica.ForwardingRegistry;
import io.inft.replica.World;
import io.inft.replica.local.Network;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.Inlining;
import io.inft.store.merkle.MerkleRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commit objects of versions that went along with their anchors, on endpoints that do not help. */
class CommitsTest {
  @TempDir Path folder;

  private World world;
  private DatabaseId id;
  private Network network;
  private List<Anchored> history;

  private final Set<Long> pruned = new HashSet<>();
  private final Map<Long, Blob> served = new HashMap<>();
  private long gone;
  private int asked;

  /** Version 1 is stored, 2 to 6 went along. */
  @BeforeEach
  void publish() throws Exception {
    world = new World(folder).inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1));
    id = DatabaseId.parse("small");
    network = world.network();
    try (World.Desk desk =
        new World.Desk(
            Engines.open(World.closingAtOnce(world.settings("here", "small")), network))) {
      desk.run("CREATE TABLE t(a INTEGER PRIMARY KEY, b)");
      desk.session.sync(Duration.ofMinutes(1));
      while (desk.session.version() < 6) {
        desk.run("INSERT INTO t(b) VALUES (hex(randomblob(20)))");
        desk.session.sync(Duration.ofMinutes(1));
      }
    }
    history = network.registry().history(id, 1, 6);
    assertThat(history)
        .extracting(Anchored::inlined)
        .containsExactly(false, true, true, true, true, true);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private Anchored version(long number) {
    return history.get((int) number - 1);
  }

  private Blob object(long number) throws InftException {
    return network.registry().object(id, version(number));
  }

  /** A new reader, that has nothing yet. */
  private Commits commits() {
    return new Commits(network.store(), faulty(), id, DatabaseScope.contextOf(network, id));
  }

  private Registry faulty() {
    return new ForwardingRegistry(network.registry()) {
      @Override
      public Blob object(DatabaseId of, Anchored version) throws InftException {
        asked++;
        if (version.version() == gone && asked == 1) {
          throw new PastStateException("version " + gone, "its block is gone: read the head again");
        }
        if (pruned.contains(version.version())) {
          throw ObjectMissingException.dropped(
              "version " + version.version(), "an endpoint", "block " + version.block().number());
        }
        Blob other = served.get(version.version());
        return other == null ? super.object(of, version) : other;
      }

      @Override
      public List<Inlined> tail(DatabaseId of, Anchored newest) throws InftException {
        return super.tail(of, newest).stream()
            .map(
                one ->
                    new Inlined(
                        one.version(),
                        pruned.contains(one.version().version()) || one.version().version() == gone
                            ? Optional.empty()
                            : Optional.ofNullable(served.get(one.version().version()))
                                .or(one::object)))
            .toList();
      }
    };
  }

  @Test
  void theWholeTailComesWithTheFirstOfIt() throws Exception {
    Commits commits = commits();
    CommitObject newest = commits.fetch(version(6));
    for (long number = 5; number >= 2; number--) {
      assertThat(commits.before(newest, number)).isEqualTo(object(number));
      assertThat(commits.fetch(version(number)).body().version()).isEqualTo(number);
    }

    assertThat(asked).isZero();
    assertThat(commits().before(newest, 3)).as("without the newest").isEqualTo(object(3));
  }

  @Test
  void whatTheEndpointDroppedIsMissingUntilSomebodyStoresIt() throws Exception {
    Blob six = object(6);
    pruned.add(6L);

    assertThatThrownBy(() -> commits().fetch(version(6)))
        .isInstanceOf(ObjectMissingException.class)
        .hasMessageContaining("block " + version(6).block().number());
    network.store().put(ByteSource.of(six.toBytes()), TransferListener.NONE);
    assertThat(commits().fetch(version(6)).toBytes()).isEqualTo(six.toBytes());
  }

  @Test
  void anotherObjectThanTheAnchoredOneIsRefused() throws Exception {
    served.put(6L, object(5));

    assertThatThrownBy(() -> commits().fetch(version(6)))
        .isInstanceOf(SubstitutedObjectException.class)
        .hasMessageContaining("version 6");
  }

  /** The same version in another block is what it was; another version is not. */
  @Test
  void aBlockThatWasReplacedIsLookedForAgain() throws Exception {
    gone = 6;
    assertThat(commits().fetch(version(6)).body().version()).isEqualTo(6);
    assertThat(asked).isEqualTo(2);

    Anchored six = version(6);
    Block elsewhere = new Block(six.block().number() + 7, six.anchor().root(), 1);
    Anchored other =
        new Anchored(
            version(5).anchor(),
            six.author(),
            six.historyHash(),
            six.controlSequence(),
            elsewhere,
            six.previousBlockNumber(),
            true);
    pruned.add(5L);
    assertThatThrownBy(() -> commits().fetch(other)).isInstanceOf(ObjectMissingException.class);
  }

  /** Then the store has it all: nobody asks the chain for objects any more. */
  @Test
  void whatIsCarriedIsReadFromItsCarrier() throws Exception {
    world.open("here", "small").close();
    history = network.registry().history(id, 1, 7);
    assertThat(version(7).inlined()).isFalse();
    pruned.addAll(List.of(2L, 3L, 4L, 5L, 6L));

    Commits commits = commits();
    for (long number = 7; number >= 1; number--) {
      assertThat(commits.fetch(version(number)).body().version()).isEqualTo(number);
    }
    assertThat(commits.before(commits.fetch(version(5)), 2).sizeBytes())
        .isEqualTo((int) version(2).anchor().sizeBytes());
    assertThat(asked).isZero();
  }

  /** What is nowhere, and what comes before it, cannot be carried; the rest can. */
  @Test
  void ofATailWithAGapTheNewestPartIsKept() throws Exception {
    pruned.add(4L);
    ObjectFolder objects = new ObjectFolder(folder.resolve("kept"), network.store());
    assertThat(commits().keepTail(version(6), Optional.empty(), objects))
        .extracting(WriterState.Inlined::version)
        .containsExactly(5L, 6L);
    CommitObject needing = commits().fetch(version(6));
    assertThatThrownBy(() -> commits().keepTail(version(6), Optional.of(needing), objects))
        .as("its packs are in there")
        .isInstanceOf(ObjectMissingException.class);
  }

  /** An author who means harm must not keep all who come after him from publishing. */
  @Test
  void garbageInATailIsNotCarried() throws Exception {
    byte[] garbage = "no commit object".getBytes(StandardCharsets.US_ASCII);
    anchor(garbage);
    CommitBody six = CommitObject.parse(object(6).toBytes()).body();
    Digest root = MerkleRoot.of(ByteSource.of(garbage));
    List<PackEntry> packs = new ArrayList<>(six.restoreSet());
    PackEntry last = packs.remove(packs.size() - 1);
    packs.add(
        new PackEntry(
            last.type(),
            last.epoch(),
            8,
            last.index(),
            last.fromVersion(),
            8,
            last.location(),
            last.sizeBytes(),
            last.storedAtSeconds()));
    CommitBody eight =
        new CommitBody(
            six.context(),
            8,
            root,
            six.epoch(),
            six.keyring(),
            six.kind(),
            six.authorTimeMillis(),
            six.author(),
            six.stateCommit(),
            six.eventRoot(),
            List.of(jump(7), jump(6), jump(4)),
            packs,
            six.attachments(),
            six.inline());
    anchor(CommitObject.sign(eight, World.OWNER).toBytes());
    Anchored newest = network.registry().head(id).newest().orElseThrow();
    ObjectFolder objects = new ObjectFolder(folder.resolve("kept"), network.store());
    List<WriterState.Inlined> kept = commits().keepTail(newest, Optional.empty(), objects);
    assertThat(kept).extracting(WriterState.Inlined::version).containsExactly(8L);
    assertThat(commits().keepTail(version(7), Optional.empty(), objects)).isEmpty();
  }

  private Jump jump(long number) {
    return new Jump(number, version(number).anchor().root(), 0, 0);
  }

  private void anchor(byte[] object) throws Exception {
    Anchor before = network.registry().head(id).newest().orElseThrow().anchor();
    Anchor next =
        new Anchor(
            before.version() + 1,
            before.root(),
            MerkleRoot.of(ByteSource.of(object)),
            object.length,
            Digest.sha256(object),
            before.keyEpoch(),
            before.keyringHash(),
            Kind.DELTA);
    network.registry().anchorInline(id, next, Blob.of(object));
    history = network.registry().history(id, 1, next.version());
  }
}
