package io.inft.replica.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hashes that lack what one version changed are those of no version. */
class PageHashesFileTest {
  private static final int PAGE = 512;
  private static final StateKey KEY = new StateKey(StateRoot.NEWEST, Blob.of(new byte[32]));

  @TempDir Path folder;

  private final StateTree tree = new StateTree(KEY, PAGE);
  private PageHashesFile hashes;

  @BeforeEach
  void begin() {
    hashes = new PageHashesFile(folder);
    tree.resize(3);
  }

  private Digest change(int page, int fill) {
    byte[] image = new byte[PAGE];
    image[7] = (byte) fill;
    Digest leaf = tree.leaf(page, image);
    tree.set(page, leaf);
    return leaf;
  }

  private void append(long version, int page) throws Exception {
    hashes.append(version, tree, Map.of((long) page, change(page, (int) version)));
  }

  @Test
  void versionAfterVersionIsReadAgain() throws Exception {
    hashes.writeAll(4, tree);
    append(5, 1);
    append(6, 2);

    assertThat(hashes.read(6, KEY).orElseThrow().root()).isEqualTo(tree.root());
  }

  @Test
  void aVersionThatIsMissingBetweenIsNotPassedOver() throws Exception {
    hashes.writeAll(4, tree);
    change(1, 5);
    append(6, 2);

    assertThat(hashes.read(6, KEY)).isEmpty();
    assertThat(hashes.read(4, KEY)).isPresent();
  }

  @Test
  void theFirstHashesMayComeWhenTheLogHasLaterOnes() throws Exception {
    StateTree first = tree.copy();
    append(5, 3);
    hashes.writeBase(4, first);

    assertThat(hashes.read(5, KEY).orElseThrow().root()).isEqualTo(tree.root());
  }
}
