package io.inft.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.MissingToolException;
import io.inft.store.Patterns;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.zerog.ShardConfig;
import io.inft.store.zerog.ZeroGSettings;
import io.inft.store.zerog.ZeroGStore;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file in which the chain lies, after a machine or process died in the middle of writing it.
 */
class ChainFileTest {
  private static final byte[] FIRST = Patterns.b(1_000);
  private static final byte[] SECOND = Patterns.b(2_000);

  @TempDir private Path folder;
  private final List<String> told = new ArrayList<>();

  private Devnet open() throws Exception {
    told.clear();
    DevnetOptions options =
        DevnetOptions.standard(TestPackages.FOLDER).withShards(new ShardConfig(0, 1));
    return Devnet.open(folder, options, told::add);
  }

  private ObjectRef put(byte[] object) throws Exception {
    try (Devnet devnet = open();
        ZeroGStore store = store(devnet)) {
      return store.put(ByteSource.of(object), TransferListener.NONE);
    }
  }

  private static ZeroGStore store(Devnet devnet) {
    return ZeroGStore.open(
        ZeroGSettings.withIndexer(devnet.indexerAddress()), devnet.chain(), devnet.sender());
  }

  /** Leaves as much of a file as was written before the power went. */
  private void cut(String name, double part) throws Exception {
    try (FileChannel file = FileChannel.open(folder.resolve(name), StandardOpenOption.WRITE)) {
      file.truncate((long) (file.size() * part));
    }
  }

  @Test
  void halfOfItIsReplacedByTheOneOfTheStartBefore() throws Exception {
    ObjectRef first = put(FIRST);
    put(SECOND);
    cut("chain.json", 0.5);

    try (Devnet devnet = open();
        ZeroGStore store = store(devnet)) {
      assertThat(told).anyMatch(line -> line.contains("going on from its last start"));
      assertThat(told).noneMatch(line -> line.contains("deploying"));
      assertThat(store.put(ByteSource.of(FIRST), TransferListener.NONE)).isEqualTo(first);
      assertThat(store.open(first).readAll(FIRST.length)).isEqualTo(FIRST);
      ObjectRef again = store.put(ByteSource.of(SECOND), TransferListener.NONE);
      assertThat(store.open(again).readAll(SECOND.length)).isEqualTo(SECOND);
    }
  }

  @Test
  void halfOfTheFirstOneIsToldAndANewChainBegins() throws Exception {
    ObjectRef lost = put(FIRST);
    cut("chain.json", 0.9);

    try (Devnet devnet = open();
        ZeroGStore store = store(devnet)) {
      assertThat(told).anyMatch(line -> line.contains("nothing to go on from"));
      assertThat(told).anyMatch(line -> line.contains("deploying"));
      assertThat(store.contains(lost)).isFalse();
      assertThat(store.put(ByteSource.of(FIRST), TransferListener.NONE)).isEqualTo(lost);
      assertThat(store.open(lost).readAll(FIRST.length)).isEqualTo(FIRST);
    }
  }

  @Test
  void anEmptyOneIsLikeHalfOfIt() throws Exception {
    put(FIRST);
    put(SECOND);
    cut("chain.json", 0);

    try (Devnet devnet = open()) {
      assertThat(told).anyMatch(line -> line.contains("going on from its last start"));
      assertThat(devnet.chain().hasCode(devnet.contracts().flow())).isTrue();
    }
  }

  @Test
  void aWholeOneThatTheChainDoesNotTakeIsNamedWithTheWayOut() throws Exception {
    put(FIRST);
    Files.writeString(folder.resolve("chain.json"), "{\"block\":\"from another program\"}");

    assertThatThrownBy(() -> open().close())
        .isInstanceOf(MissingToolException.class)
        .hasMessageContaining("chain.json")
        .hasMessageContaining("another folder");
  }
}
