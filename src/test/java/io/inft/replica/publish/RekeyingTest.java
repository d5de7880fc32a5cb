package io.inft.replica.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitObject;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.failure.KeyringChangeException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.replica.local.Network;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.seal.DataKey;
import io.inft.seal.KeyWrapper;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keyrings that must not go out, and keyrings that must not come in. */
class RekeyingTest {
  private static final String ID = "agent-1";

  @TempDir Path folder;

  /**
   * A service that wraps, and cannot unwrap what it wrapped: a fault that would lock everybody out.
   */
  private static final KeyWrapper FORGETFUL =
      new KeyWrapper() {
        @Override
        public String scheme() {
          return "forgetful";
        }

        @Override
        public String name(Key key) {
          return "key";
        }

        @Override
        public byte[] wrap(byte[] secret, Key key, byte[] boundTo) {
          return secret;
        }

        @Override
        public byte[] unwrap(byte[] wrapped, Key key, byte[] boundTo) {
          return new byte[32];
        }
      };

  @Test
  void aSlotThatDoesNotOpenIsNoticedBeforeAnythingGoesOut() throws Exception {
    Secret broken = Secret.keyService(FORGETFUL, new KeyWrapper.Key("x", Optional.empty()));
    try (World world = new World(folder);
        World.Desk desk = world.open("laptop", ID)) {
      desk.run("CREATE TABLE t(x)");
      long version = desk.session.sync(RotationTest.PATIENCE).version();
      for (KeyChange change :
          List.of(
              new KeyChange.Add(RotationTest.slot(broken)),
              new KeyChange.Replace(RotationTest.slot(broken)),
              new KeyChange.NewEpoch(List.of(RotationTest.slot(broken)), true))) {
        assertThatThrownBy(() -> desk.session.rotate(change))
            .isInstanceOf(KeyringChangeException.class)
            .hasMessageContaining("does not open");
      }
      assertThat(desk.session.sync(RotationTest.PATIENCE).version()).isEqualTo(version);
      world.open("fresh", ID).close();
    }
  }

  /** Who may write anchors a commit object with a keyring of his own making. */
  @Test
  void aKeyringThatTheRegistryDoesNotNameIsRefused() throws Exception {
    try (World world = new World(folder)) {
      try (World.Desk desk = world.open("laptop", ID)) {
        desk.run("CREATE TABLE t(x)");
      }
      DatabaseId id = DatabaseId.parse(ID);
      Network network = world.network();
      Anchored head = network.registry().head(id).newest().orElseThrow();
      Digest context = DatabaseScope.contextOf(network, id);
      CommitObject newest =
          new Commits(network.store(), network.registry(), id, context).fetch(head);
      Keyring own =
          Keyring.create(
              context,
              1,
              1,
              DataKey.generate(new SecureRandom()),
              Optional.empty(),
              List.of(RotationTest.slot(RotationTest.key(7))),
              new SecureRandom());
      byte[] forged = CommitObject.sign(following(newest, head, own), World.OWNER).toBytes();
      ObjectRef ref = network.store().put(ByteSource.of(forged), TransferListener.NONE);
      network
          .registry()
          .anchor(
              id,
              new Anchor(
                  head.version() + 1,
                  head.anchor().root(),
                  ref.root(),
                  ref.sizeBytes(),
                  Digest.sha256(forged),
                  1,
                  head.anchor().keyringHash(),
                  Kind.DELTA));

      for (Secret secret : List.of(RotationTest.first(), RotationTest.key(7))) {
        EngineSettings settings =
            World.withSecret(world.settings("cloud", ID), Optional.of(secret));
        assertThatThrownBy(() -> Engines.open(settings, world.network()))
            .hasCauseInstanceOf(SubstitutedObjectException.class)
            .hasMessageContaining("keyring");
      }
    }
  }

  private static CommitBody following(CommitObject commit, Anchored head, Keyring keyring) {
    CommitBody body = commit.body();
    List<PackEntry> restoreSet = commit.restoreSetSeenFromLater(head.anchor().root());
    byte[] sealed = new byte[200];
    return new CommitBody(
        body.context(),
        head.version() + 1,
        head.anchor().root(),
        1,
        Blob.of(keyring.toBytes()),
        Kind.DELTA.code(),
        body.authorTimeMillis(),
        World.OWNER.address(),
        body.stateCommit(),
        Digest.ZERO,
        io.inft.commit.CommitChain.jumpsFor(
            head.version() + 1,
            new io.inft.commit.Jump(head.version(), head.anchor().root(), 0, 0),
            body),
        restoreSet,
        List.of(new Attachment(AttachmentType.MANIFEST, 0, new Location.Here(0), sealed.length)),
        Blob.of(sealed));
  }
}
