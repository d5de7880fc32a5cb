package io.inft.replica.partial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.failure.SubstitutedObjectException;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An author may sign a version whose packs have other pages than its page hashes say. */
class BaseLeavesTest {
  private static final int PAGE = 512;
  private static final StateKey KEY = new StateKey(StateRoot.NEWEST, Blob.of(new byte[32]));

  private final StateTree tree = new StateTree(KEY, PAGE);
  private BaseLeaves leaves;

  @BeforeEach
  void hashThreePages() {
    tree.resize(3);
    for (int page = 1; page <= 3; page++) {
      tree.set(page, tree.leaf(page, page(page)));
    }
    leaves =
        new BaseLeaves(
            7,
            new Manifest(
                PAGE,
                3,
                Blob.of(new byte[16]),
                tree.root(),
                KEY,
                0,
                0,
                0,
                0,
                Blob.of(new byte[Manifest.LINEAGE_BYTES]),
                0,
                Digest.ZERO));
  }

  private static byte[] page(int fill) {
    byte[] page = new byte[PAGE];
    page[9] = (byte) fill;
    return page;
  }

  @Test
  void takesThePagesOfTheVersionBeforeAndAfterItsHashesCame() throws Exception {
    leaves.came(1, page(1), 0);
    leaves.requireState(tree);
    leaves.become(tree);
    leaves.came(3, page(3), 0);

    assertThat(leaves.refusal()).isNull();
    assertThat(leaves.known()).isSameAs(tree);
  }

  @Test
  void aPageThatCameBeforeIsHeldAgainstItsHash() throws Exception {
    leaves.came(1, page(1), 0);
    leaves.came(2, page(5), 0);

    assertThatThrownBy(() -> leaves.become(tree))
        .isInstanceOf(SubstitutedObjectException.class)
        .hasMessageContaining("page 2 of version 7");
    assertThat(leaves.areKnown()).isFalse();
    assertThat(leaves.refusal()).isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void aPageThatComesLaterIsNotHandedOn() throws Exception {
    leaves.become(tree);

    assertThatThrownBy(() -> leaves.came(3, page(1), 0))
        .isInstanceOf(SubstitutedObjectException.class)
        .hasMessageContaining("page 3 of version 7");
    assertThat(leaves.refusal()).isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void hashesOfAnotherStateAreRefused() {
    StateTree other = new StateTree(KEY, PAGE);
    other.resize(3);

    assertThatThrownBy(() -> leaves.requireState(other))
        .isInstanceOf(SubstitutedObjectException.class)
        .hasMessageContaining("state of version 7");
  }
}
