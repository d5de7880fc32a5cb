package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevnetFixture;
import io.inft.store.merkle.ObjectRef;
import org.junit.jupiter.api.Test;

/** Nodes that see a submission one block late, as those of the public networks do. */
class LaggingNodesTest {
  @Test
  void storingWaitsForTheBlockInWhichTheNodesSeeIt() throws Exception {
    try (DevnetFixture network = DevnetFixture.behind(1, "1");
        ZeroGStore store = network.store()) {
      long before = network.chain().blockNumber();

      ObjectRef ref = store.putNew(ByteSource.of(new byte[] {1, 2, 3}), TransferListener.NONE);

      assertThat(network.chain().blockNumber() - before).isGreaterThanOrEqualTo(2);
      assertThat(store.open(ref).readAll(3)).containsExactly(1, 2, 3);
    }
  }
}
