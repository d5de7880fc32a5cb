package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.WrongKeyException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One root for one state, whatever way led to it. */
class StateTreeTest {
  private static final byte[] KEY = new byte[32];
  private static final int PAGE = 512;

  static {
    Arrays.fill(KEY, (byte) 0x5a);
  }

  /** The definition, read out loud: no levels, no memory of earlier roots. */
  private static Digest rootByDefinition(int pageSize, List<Digest> leaves) {
    byte[] sizes = new ByteWriter().u8(3).u32(pageSize).u64(leaves.size()).toBytes();
    return Digest.sha256(sizes, leaves.isEmpty() ? new byte[32] : top(leaves).toBytes());
  }

  private static Digest top(List<Digest> nodes) {
    if (nodes.size() == 1) {
      return nodes.get(0);
    }
    List<Digest> parents = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i += 2) {
      parents.add(
          i + 1 == nodes.size()
              ? nodes.get(i)
              : Digest.sha256(new byte[] {1}, nodes.get(i).toBytes(), nodes.get(i + 1).toBytes()));
    }
    return top(parents);
  }

  private static byte[] page(Random random) {
    byte[] page = new byte[PAGE];
    random.nextBytes(page);
    return page;
  }

  @Test
  void aLeafIsWhatItsDefinitionSays() throws Exception {
    byte[] page = page(new Random(1));
    byte[] number = new ByteWriter().u64(7).toBytes();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    Digest expected = Digest.sha256(new byte[] {0}, mac.doFinal(number), number, page);
    assertThat(StateTree.leaf(KEY, 7, page)).isEqualTo(expected);
    assertThat(new StateTree(KEY, PAGE).leaf(7, page)).isEqualTo(expected);
    assertThat(StateTree.leaf(KEY, 8, page)).isNotEqualTo(expected);
    assertThat(StateTree.leaf(new byte[32], 7, page)).isNotEqualTo(expected);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theRootAfterAnyHistoryIsTheRootByDefinition(long seed) throws Exception {
    Random random = new Random(seed);
    StateTree tree = new StateTree(KEY, PAGE);
    List<Digest> expected = new ArrayList<>();
    for (int step = 0; step < 400; step++) {
      switch (random.nextInt(6)) {
        case 0 -> {
          int count = random.nextInt(70);
          tree.resize(count);
          while (expected.size() > count) {
            expected.remove(expected.size() - 1);
          }
          while (expected.size() < count) {
            expected.add(StateTree.leaf(KEY, expected.size() + 1L, new byte[PAGE]));
          }
        }
        case 1 -> tree = tree.copy();
        default -> {
          if (!expected.isEmpty()) {
            int index = random.nextInt(expected.size());
            expected.set(index, tree.leaf(index + 1L, page(random)));
            tree.set(index + 1L, expected.get(index));
          }
        }
      }
      if (random.nextBoolean()) {
        assertThat(tree.root()).as("step %s", step).isEqualTo(rootByDefinition(PAGE, expected));
      }
      assertThat(tree.pageCount()).isEqualTo(expected.size());
    }
    for (int i = 0; i < expected.size(); i++) {
      assertThat(tree.get(i + 1L)).isEqualTo(expected.get(i));
    }
  }

  @Test
  void theOrderOfSettingDoesNotMatter() {
    Random random = new Random(9);
    TreeMap<Long, Digest> leaves = new TreeMap<>();
    StateTree first = new StateTree(KEY, PAGE);
    for (long number = 1; number <= 33; number++) {
      leaves.put(number, first.leaf(number, page(random)));
    }
    first.resize(33);
    leaves.forEach(first::set);
    StateTree second = new StateTree(KEY, PAGE);
    second.resize(33);
    List<Long> shuffled = new ArrayList<>(leaves.keySet());
    Collections.shuffle(shuffled, random);
    for (long number : shuffled) {
      second.set(number, leaves.get(number));
      second.root();
    }
    assertThat(second.root()).isEqualTo(first.root());
  }

  @Test
  void sizesAreBoundIntoTheRoot() {
    Set<Digest> roots = new HashSet<>();
    for (int pageSize = 512; pageSize <= 65536; pageSize *= 2) {
      StateTree tree = new StateTree(KEY, pageSize);
      for (int count = 0; count < 5; count++) {
        tree.resize(count);
        roots.add(tree.root());
      }
    }
    assertThat(roots).hasSize(8 * 5);
  }

  @Test
  void aCopyGoesItsOwnWay() {
    StateTree tree = new StateTree(KEY, PAGE);
    tree.resize(10);
    Digest before = tree.root();
    StateTree copy = tree.copy();
    copy.set(3, copy.leaf(3, page(new Random(2))));
    assertThat(copy.root()).isNotEqualTo(before);
    assertThat(tree.root()).isEqualTo(before);
  }

  @Test
  void theLockPagesContentIsNeverHashed() {
    int pageSize = 65536;
    long lock = 16_385;
    byte[] content = new byte[pageSize];
    Digest leaf = StateTree.leaf(KEY, lock, content);
    content[9] = 1;
    assertThat(StateTree.leaf(KEY, lock, content)).isEqualTo(leaf);
    assertThat(leaf).isEqualTo(Digest.sha256(new byte[] {2}, new ByteWriter().u64(lock).toBytes()));
    assertThat(StateTree.leaf(KEY, lock + 1, content))
        .isNotEqualTo(StateTree.leaf(KEY, lock + 1, new byte[pageSize]));
    StateTree tree = new StateTree(KEY, pageSize);
    tree.resize(lock);
    tree.set(lock, leaf);
    assertThat(tree.get(lock)).isEqualTo(leaf);
    assertThatThrownBy(() -> tree.set(lock, Digest.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesPagesOutsideTheTree() {
    StateTree tree = new StateTree(KEY, PAGE);
    tree.resize(3);
    assertThatThrownBy(() -> tree.get(4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tree.get(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tree.resize(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tree.resize(StateTree.MAX_PAGES + 1L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tree.leaf(1, new byte[1024]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StateTree(new byte[31], PAGE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWrittenTreeIsReadBackAndNothingBehindIt() throws Exception {
    StateTree tree = new StateTree(KEY, PAGE);
    tree.resize(21);
    tree.set(20, tree.leaf(20, page(new Random(3))));
    ByteArrayInputStream in = new ByteArrayInputStream(join(written(tree), new byte[] {42}));
    StateTree read = StateTree.readFrom(in, KEY);
    assertThat(read.root()).isEqualTo(tree.root());
    assertThat(read.pageCount()).isEqualTo(21);
    assertThat(read.pageSize()).isEqualTo(PAGE);
    assertThat(in.read()).isEqualTo(42);
    read.resize(22);
    tree.resize(22);
    assertThat(read.root()).isEqualTo(tree.root());
  }

  @Test
  void everyDamageToAWrittenTreeIsNoticed() throws Exception {
    StateTree tree = new StateTree(KEY, PAGE);
    tree.resize(3);
    byte[] good = written(tree);
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> StateTree.readFrom(new ByteArrayInputStream(bad), KEY))
          .as("bit %s", bit)
          .isInstanceOf(InftException.class);
    }
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> StateTree.readFrom(new ByteArrayInputStream(cut), KEY))
          .isInstanceOf(CorruptObjectException.class);
    }
    assertThatThrownBy(() -> StateTree.readFrom(new ByteArrayInputStream(good), new byte[32]))
        .isInstanceOf(WrongKeyException.class);
    assertThatThrownBy(() -> StateTree.readFrom(new ByteArrayInputStream(new byte[99]), KEY))
        .isInstanceOf(NotOurObjectException.class);
  }

  private static byte[] written(StateTree tree) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    tree.writeTo(out);
    return out.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
