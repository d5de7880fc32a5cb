package io.inft.pack.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.failure.WrongKeyException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One root for one state, whatever way led to it. */
class StateTreeTest {
  private static final int PAGE = 512;
  private static final byte[] BYTES = new byte[32];

  static {
    Arrays.fill(BYTES, (byte) 0x5a);
  }

  private static StateKey key(StateRoot kind) {
    return new StateKey(kind, Blob.of(BYTES));
  }

  private static Digest leaf(StateKey key, long number, byte[] page) {
    return new StateTree(key, page.length).leaf(number, page);
  }

  /** The definition, read out loud: no levels, no memory of earlier roots. */
  private static Digest rootByDefinition(StateRoot kind, int pageSize, List<Digest> leaves) {
    byte[] sizes =
        new ByteWriter()
            .u8(kind == StateRoot.PAGES ? 3 : 7)
            .u32(pageSize)
            .u64(leaves.size())
            .toBytes();
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
  void aLeafOfTheFirstKindIsWhatItsDefinitionSays() throws Exception {
    StateKey key = key(StateRoot.PAGES);
    byte[] page = page(new Random(1));
    byte[] number = new ByteWriter().u64(7).toBytes();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(BYTES, "HmacSHA256"));
    Digest expected = Digest.sha256(new byte[] {0}, mac.doFinal(number), number, page);
    assertThat(leaf(key, 7, page)).isEqualTo(expected);
    assertThat(leaf(key, 8, page)).isNotEqualTo(expected);
    assertThat(leaf(new StateKey(StateRoot.PAGES, Blob.of(new byte[32])), 7, page))
        .isNotEqualTo(expected);
  }

  /** Written down apart from the code it tests, in the words of the page. */
  private static Digest leafOfChunks(byte[] key, long number, byte[] page) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    mac.update("inft page salts".getBytes(StandardCharsets.US_ASCII));
    mac.update((byte) 1);
    Cipher aes = Cipher.getInstance("AES/CBC/NoPadding");
    SecretKeySpec saltKey = new SecretKeySpec(mac.doFinal(), "AES");
    List<Digest> chunks = new ArrayList<>();
    for (int i = 0; i < page.length / 512; i++) {
      // One block of CBC behind zeros is AES of it.
      aes.init(Cipher.ENCRYPT_MODE, saltKey, new IvParameterSpec(new byte[16]));
      byte[] salt = aes.doFinal(new ByteWriter().u64(number).u32(i).u32(0).toBytes());
      byte[] chunk = Arrays.copyOfRange(page, i * 512, (i + 1) * 512);
      chunks.add(Digest.sha256(new byte[] {5}, salt, chunk));
    }
    byte[] head = new ByteWriter().u8(6).u64(number).toBytes();
    return Digest.sha256(head, top(chunks).toBytes());
  }

  @ParameterizedTest(name = "pages of {0}")
  @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
  void aLeafOfTheSecondKindIsWhatItsDefinitionSays(int pageSize) throws Exception {
    Random random = new Random(pageSize);
    PageHasher hasher = new StateTree(key(StateRoot.CHUNKS), pageSize).hasher();
    byte[] out = new byte[40];
    for (long number : new long[] {1, 2, 7, 255, 256, 1 << 20, 1 << 24}) {
      byte[] around = new byte[pageSize + 9];
      random.nextBytes(around);
      byte[] page = Arrays.copyOfRange(around, 5, pageSize + 5);
      Digest expected = leafOfChunks(BYTES, number, page);
      assertThat(leaf(key(StateRoot.CHUNKS), number, page)).isEqualTo(expected);
      hasher.leaf(number, around, 5, out, 3);
      assertThat(Digest.of(Arrays.copyOfRange(out, 3, 35))).isEqualTo(expected);
      for (int chunk = 0; chunk < pageSize / 512; chunk++) {
        byte[] other = page.clone();
        other[chunk * 512 + random.nextInt(512)] ^= 1;
        assertThat(leaf(key(StateRoot.CHUNKS), number, other)).isNotEqualTo(expected);
      }
    }
  }

  /** What is known of one page or key must say nothing about another. */
  @Test
  void leavesOfEqualPagesDifferByKindNumberAndKey() {
    Set<Digest> leaves = new HashSet<>();
    byte[] other = new byte[32];
    for (StateRoot kind : StateRoot.values()) {
      for (byte[] bytes : List.of(BYTES, other)) {
        for (long number = 1; number <= 5; number++) {
          leaves.add(leaf(new StateKey(kind, Blob.of(bytes)), number, new byte[1024]));
        }
      }
    }
    assertThat(leaves).hasSize(2 * 2 * 5);
  }

  @Test
  void manyThreadsHashAtOnce() throws Exception {
    StateTree tree = new StateTree(key(StateRoot.CHUNKS), 4096);
    List<Digest> alone = new ArrayList<>();
    for (long number = 1; number <= 300; number++) {
      alone.add(tree.leaf(number, new byte[4096]));
    }
    List<Digest> together =
        LongStream.rangeClosed(1, 300)
            .parallel()
            .mapToObj(number -> tree.leaf(number, new byte[4096]))
            .toList();
    assertThat(together).isEqualTo(alone);
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({"PAGES, 1", "PAGES, 2", "PAGES, 3", "CHUNKS, 4", "CHUNKS, 5", "CHUNKS, 6"})
  void theRootAfterAnyHistoryIsTheRootByDefinition(StateRoot kind, long seed) throws Exception {
    StateKey key = key(kind);
    Random random = new Random(seed);
    StateTree tree = new StateTree(key, PAGE);
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
            expected.add(leaf(key, expected.size() + 1L, new byte[PAGE]));
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
        assertThat(tree.root())
            .as("step %s", step)
            .isEqualTo(rootByDefinition(kind, PAGE, expected));
      }
      assertThat(tree.pageCount()).isEqualTo(expected.size());
    }
    for (int i = 0; i < expected.size(); i++) {
      assertThat(tree.get(i + 1L)).isEqualTo(expected.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOrderOfSettingDoesNotMatter(StateRoot kind) {
    StateKey key = key(kind);
    Random random = new Random(9);
    TreeMap<Long, Digest> leaves = new TreeMap<>();
    StateTree first = new StateTree(key, PAGE);
    for (long number = 1; number <= 33; number++) {
      leaves.put(number, first.leaf(number, page(random)));
    }
    first.resize(33);
    leaves.forEach(first::set);
    StateTree second = new StateTree(key, PAGE);
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
    for (StateRoot kind : StateRoot.values()) {
      for (int pageSize = 512; pageSize <= 65536; pageSize *= 2) {
        StateTree tree = new StateTree(key(kind), pageSize);
        for (int count = 0; count < 5; count++) {
          tree.resize(count);
          roots.add(tree.root());
        }
      }
    }
    assertThat(roots).as("also without pages").hasSize(2 * 8 * 5);
  }

  @ParameterizedTest
  @EnumSource
  void aCopyGoesItsOwnWay(StateRoot kind) {
    StateKey key = key(kind);
    StateTree tree = new StateTree(key, PAGE);
    tree.resize(10);
    Digest before = tree.root();
    StateTree copy = tree.copy();
    copy.set(3, copy.leaf(3, page(new Random(2))));
    assertThat(copy.root()).isNotEqualTo(before);
    assertThat(tree.root()).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void theLockPagesContentIsNeverHashed(StateRoot kind) {
    StateKey key = key(kind);
    int pageSize = 65536;
    long lock = 16_385;
    byte[] content = new byte[pageSize];
    Digest leaf = leaf(key, lock, content);
    content[9] = 1;
    assertThat(leaf(key, lock, content)).isEqualTo(leaf);
    assertThat(leaf).isEqualTo(Digest.sha256(new byte[] {2}, new ByteWriter().u64(lock).toBytes()));
    assertThat(leaf(key, lock + 1, content)).isNotEqualTo(leaf(key, lock + 1, new byte[pageSize]));
    StateTree tree = new StateTree(key, pageSize);
    tree.resize(lock);
    tree.set(lock, leaf);
    assertThat(tree.get(lock)).isEqualTo(leaf);
    assertThatThrownBy(() -> tree.set(lock, Digest.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void refusesPagesOutsideTheTree(StateRoot kind) {
    StateKey key = key(kind);
    StateTree tree = new StateTree(key, PAGE);
    tree.resize(3);
    assertThatThrownBy(() -> tree.get(4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tree.get(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tree.resize(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tree.resize(StateTree.MAX_PAGES + 1L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tree.leaf(1, new byte[1024]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StateKey(kind, Blob.of(new byte[31])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aWrittenTreeIsReadBackAndNothingBehindIt(StateRoot kind) throws Exception {
    StateKey key = key(kind);
    StateTree tree = new StateTree(key, PAGE);
    tree.resize(21);
    tree.set(20, tree.leaf(20, page(new Random(3))));
    ByteArrayInputStream in = new ByteArrayInputStream(join(written(tree), new byte[] {42}));
    StateTree read = StateTree.readFrom(in, key);
    assertThat(read.root()).isEqualTo(tree.root());
    assertThat(read.pageCount()).isEqualTo(21);
    assertThat(read.pageSize()).isEqualTo(PAGE);
    assertThat(in.read()).isEqualTo(42);
    read.resize(22);
    tree.resize(22);
    assertThat(read.root()).isEqualTo(tree.root());
  }

  @ParameterizedTest
  @EnumSource
  void everyDamageToAWrittenTreeIsNoticed(StateRoot kind) throws Exception {
    StateKey key = key(kind);
    StateTree tree = new StateTree(key, PAGE);
    tree.resize(3);
    byte[] good = written(tree);
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> StateTree.readFrom(new ByteArrayInputStream(bad), key))
          .as("bit %s", bit)
          .isInstanceOf(InftException.class);
    }
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> StateTree.readFrom(new ByteArrayInputStream(cut), key))
          .isInstanceOf(CorruptObjectException.class);
    }
    assertThatThrownBy(
            () ->
                StateTree.readFrom(
                    new ByteArrayInputStream(good), new StateKey(kind, Blob.of(new byte[32]))))
        .isInstanceOf(WrongKeyException.class);
    StateRoot another = kind == StateRoot.PAGES ? StateRoot.CHUNKS : StateRoot.PAGES;
    assertThatThrownBy(() -> StateTree.readFrom(new ByteArrayInputStream(good), key(another)))
        .isInstanceOf(WrongKeyException.class);
    assertThatThrownBy(() -> StateTree.readFrom(new ByteArrayInputStream(new byte[99]), key))
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
