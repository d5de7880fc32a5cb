package io.inft.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.devnet.Anvil;
import io.inft.devnet.TestPackages;
import io.inft.failure.CorruptObjectException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Proofs that a real node makes of a contract with 200 slots, and every way to bend them. */
class PatriciaProofTest {
  private static final String CONTRACT = "0x" + "c0".repeat(20);
  private static final int SLOTS = 200;

  private static Anvil anvil;
  private static Digest storageRoot;

  @BeforeAll
  static void fillAContract() throws Exception {
    anvil = TestPackages.anvil();
    for (int i = 0; i < SLOTS; i++) {
      anvil.control("anvil_setStorageAt", CONTRACT, slot(i).toString(), value(i).toString());
    }
    anvil.control("evm_mine");
    storageRoot = Digest.parse(proof(0).get("storageHash").asText());
  }

  @AfterAll
  static void stop() {
    anvil.close();
  }

  private static Digest slot(long number) {
    return Digest.of(new AbiWriter().uint(number).encode());
  }

  /** Short values stand in the nodes themselves, long ones make nodes of their own. */
  private static Digest value(int number) {
    return number % 3 == 0 ? slot(number + 1) : Digest.sha256(slot(number).toBytes());
  }

  private static JsonNode proof(long number) throws Exception {
    return anvil.control("eth_getProof", CONTRACT, List.of(slot(number).toString()), "latest");
  }

  private static List<Blob> nodes(long number) throws Exception {
    List<Blob> nodes = new ArrayList<>();
    for (JsonNode node : proof(number).at("/storageProof/0/proof")) {
      nodes.add(Blob.of(HexFormat.of().parseHex(node.asText().substring(2))));
    }
    return nodes;
  }

  private static Optional<byte[]> read(Digest root, long number, List<Blob> nodes)
      throws Exception {
    return PatriciaProof.value("a proof", root, slot(number).toBytes(), nodes);
  }

  @Test
  void whatIsThereAndWhatIsNotIsProven() throws Exception {
    for (int i = 0; i < SLOTS; i += 7) {
      byte[] found = read(storageRoot, i, nodes(i)).orElseThrow();
      String number = value(i).hex().replaceFirst("^(00)*", "");
      assertThat(HexFormat.of().formatHex(found)).endsWith(number);
    }
    for (long absent : List.of(9_999L, 123_456L, 1L << 40)) {
      assertThat(read(storageRoot, absent, nodes(absent))).isEmpty();
    }
    assertThat(read(Digest.keccak256(new byte[] {(byte) 0x80}), 1, List.of())).isEmpty();
  }

  @Test
  void noBentProofShowsAnythingElse() throws Exception {
    Random random = new Random(11);
    for (long number : List.of(4L, 9L, 9_999L)) {
      List<Blob> honest = nodes(number);
      for (int node = 0; node < honest.size(); node++) {
        byte[] bytes = honest.get(node).toBytes();
        for (int i = 0; i < bytes.length; i++) {
          byte[] bent = bytes.clone();
          bent[i] ^= (byte) (1 << random.nextInt(8));
          List<Blob> nodes = new ArrayList<>(honest);
          nodes.set(node, Blob.of(bent));
          assertRefused(storageRoot, number, nodes);
        }
        List<Blob> shorter = new ArrayList<>(honest);
        shorter.remove(node);
        assertRefused(storageRoot, number, shorter);
      }
      List<Blob> reversed = new ArrayList<>(honest);
      Collections.reverse(reversed);
      assertRefused(storageRoot, number, reversed);
      assertRefused(Digest.sha256(new byte[1]), number, honest);
    }
  }

  @Test
  void aProofOfOneSlotSaysNothingOfAnother() throws Exception {
    int refused = 0;
    for (long other = 20; other < 60; other++) {
      try {
        // Where both ways part, it may at most show that honest nodes lead on.
        assertThat(read(storageRoot, other, nodes(10))).isEmpty();
      } catch (CorruptObjectException e) {
        refused++;
      }
    }
    assertThat(refused).as("they are there, so nothing may say that they are not").isEqualTo(40);
  }

  @Test
  void whatIsNoTrieIsRefused() {
    for (String bytes :
        List.of(
            "", "80", "c0", "c3808080", "f8", "ffffffffffffffffff", "c28080", "c2c080", "b8ff")) {
      Blob node = Blob.of(HexFormat.of().parseHex(bytes));
      assertThatThrownBy(
              () -> read(Digest.keccak256(node.toBytes()), 1, List.of(node)).orElseThrow())
          .as(bytes)
          .isInstanceOfAny(CorruptObjectException.class, java.util.NoSuchElementException.class);
    }
    List<Blob> many = Collections.nCopies(65, Blob.of(new byte[] {1}));
    assertThatThrownBy(() -> read(storageRoot, 1, many)).isInstanceOf(CorruptObjectException.class);
  }

  private static void assertRefused(Digest root, long number, List<Blob> nodes) {
    assertThatThrownBy(() -> read(root, number, nodes)).isInstanceOf(CorruptObjectException.class);
  }
}
