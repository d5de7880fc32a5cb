package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.local.Network;
import io.inft.replica.publish.KeyChange;
import io.inft.replica.publish.RotationTest;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.DatabaseScope;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.seal.Secret;
import io.inft.seal.SlotInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reader who was let out keeps his key, all data keys that it ever gave him, and every byte that
 * was ever published: what is stored, and what went along with an anchor. With all of it he reads
 * what was published while he was let in, and nothing of what came after.
 */
class RemovedReaderTest {
  private static final String ID = "left";
  private static final SigningKey ACCOUNT = SigningKey.parse("77".repeat(32));
  private static final Secret READER = Secret.wallet(ACCOUNT);
  private static final byte[] MAGIC = HexFormat.of().parseHex("89494e4653"); // sealed-object.md
  private static final int MOST_OF_A_KIND = 4;

  @TempDir Path folder;

  @Test
  void readsWhatWasPublishedBeforeAndNothingThatCameAfter() throws Exception {
    try (World world = new World(folder).inlining(Inlining.Choice.ALWAYS, Duration.ofHours(1))) {
      long last = publishWithHim(world);

      Network network = world.network();
      List<Anchored> versions = network.registry().history(DatabaseId.parse(ID), 1, 99);
      List<DataKey> his = new ArrayList<>();
      List<DataKey> owners = new ArrayList<>();
      for (Anchored version : versions) {
        keys(network, version, READER, his);
        keys(network, version, RotationTest.first(), owners);
      }
      assertThat(his).as("data keys that he has").hasSize(1);
      assertThat(owners).hasSize(2);

      Set<Long> read = new TreeSet<>();
      Set<Long> closed = new TreeSet<>();
      Digest context = DatabaseScope.contextOf(network, DatabaseId.parse(ID));
      for (byte[] sealed : everythingSealed()) {
        long version = opened(sealed, context, owners, versions.size());
        assertThat(version).as("the owner opens every one").isPositive();
        if (opened(sealed, context, his, versions.size()) > 0) {
          read.add(version);
        } else {
          closed.add(version);
        }
      }
      assertThat(read).as("open to him").isEqualTo(numbers(1, last));
      assertThat(closed).as("closed to him").isEqualTo(numbers(last + 1, versions.size()));
      assertThat(versions.stream().filter(Anchored::inlined).map(one -> one.version() > last))
          .as("what lay in the registry's log alone")
          .contains(true, false);

      for (long version = 1; version <= versions.size(); version++) {
        EngineSettings past =
            World.withSecret(world.settings("his", ID), Optional.of(READER))
                .at(Optional.of(Long.toString(version)));
        if (version <= last) {
          Engines.open(past, network).close();
        } else {
          assertThatThrownBy(() -> Engines.open(past, network).close())
              .isInstanceOfAny(WrongKeyException.class, NoSlotException.class);
        }
      }
    }
  }

  /** The newest version that was published while he was let in. */
  private static long publishWithHim(World world) throws Exception {
    try (World.Desk desk =
        world.open(
            World.withSecret(world.settings("laptop", ID), Optional.of(RotationTest.first())))) {
      desk.run("CREATE TABLE t(x)");
      desk.session.sync(RotationTest.PATIENCE);
      desk.session.rotate(
          new KeyChange.Add(RotationTest.slot(Secret.walletOf(ACCOUNT.publicKey()))));
      write(desk, 3);
      long last = desk.session.version();
      SlotInfo slot = desk.session.keys().slots().get(1);
      assertThat(slot.isWalletOf(ACCOUNT.address())).isTrue();
      desk.session.rotate(
          new KeyChange.NewEpoch(List.of(RotationTest.slot(RotationTest.first())), true));
      write(desk, 3);
      desk.run("INSERT INTO t VALUES (randomblob(60000))"); // a pack of its own
      desk.session.sync(RotationTest.PATIENCE);
      return last;
    }
  }

  private static void write(World.Desk desk, int versions) throws Exception {
    for (int i = 0; i < versions; i++) {
      desk.run("INSERT INTO t VALUES ('something that nobody else may read')");
      desk.session.sync(RotationTest.PATIENCE);
    }
  }

  /** The data keys that a secret has out of the keyring of a version. */
  private static void keys(Network network, Anchored version, Secret secret, List<DataKey> keys)
      throws InftException {
    DatabaseId id = DatabaseId.parse(ID);
    Digest context = DatabaseScope.contextOf(network, id);
    Commits commits = new Commits(network.store(), network.registry(), id, context);
    Keyring keyring = Keyring.parse(commits.fetch(version).body().keyring().toBytes(), context);
    try {
      DataKey key = keyring.open(secret);
      if (!keys.contains(key)) {
        keys.add(key);
      }
    } catch (WrongKeyException | NoSlotException letOut) {
      assertThat(secret).isSameAs(READER);
    }
  }

  /** Whatever begins like a sealed object, anywhere in what the network holds. */
  private List<byte[]> everythingSealed() throws Exception {
    List<byte[]> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("network"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("nobody else");
        for (int i = 0; i + MAGIC.length <= bytes.length; i++) {
          if (Arrays.equals(bytes, i, i + MAGIC.length, MAGIC, 0, MAGIC.length)) {
            found.add(Arrays.copyOfRange(bytes, i, bytes.length));
          }
        }
      }
    }
    return found;
  }

  /** The version in which one of these keys opens it; 0 if none does in any place. */
  private static long opened(byte[] sealed, Digest context, List<DataKey> keys, int versions) {
    for (DataKey key : keys) {
      for (long version = 1; version <= versions; version++) {
        for (int epoch = 1; epoch <= 2; epoch++) {
          for (SealedType type : SealedType.values()) {
            for (int index = 0; index < MOST_OF_A_KIND; index++) {
              ObjectLabel label = new ObjectLabel(context, version, epoch, type, index);
              if (opens(key, label, sealed)) {
                return version;
              }
            }
          }
        }
      }
    }
    return 0;
  }

  /** The header proves key and place, whatever follows behind the object. */
  private static boolean opens(DataKey key, ObjectLabel label, byte[] sealed) {
    try {
      Seal.open(key, label, ByteSource.of(sealed)).sizeBytes();
      return true;
    } catch (InftException e) {
      return e instanceof CorruptObjectException; // where it ends is not known here
    }
  }

  private static Set<Long> numbers(long from, long to) {
    Set<Long> numbers = new TreeSet<>();
    for (long number = from; number <= to; number++) {
      numbers.add(number);
    }
    return numbers;
  }
}
