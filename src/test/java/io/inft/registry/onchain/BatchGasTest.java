package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Registry.AnchorRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchGasTest {
  private static final DatabaseId FLAT = id("inft_1");
  private static final DatabaseId BOUND =
      id("eip155:16661/erc721:0x00000000000000000000000000000000000a11ce/1");

  private static DatabaseId id(String text) {
    try {
      return DatabaseId.parse(text);
    } catch (io.inft.failure.InftException e) {
      throw new AssertionError(e);
    }
  }

  private static AnchorRequest item(DatabaseId id, int objectBytes) {
    byte[] object = new byte[objectBytes];
    Digest any = Digest.sha256(object);
    return new AnchorRequest(
        id,
        new Anchor(2, any, any, Math.max(1, objectBytes), any, 1, any, Kind.DELTA),
        objectBytes == 0 ? Optional.empty() : Optional.of(Blob.of(object)));
  }

  private static List<AnchorRequest> items(int count, DatabaseId id, int objectBytes) {
    return Collections.nCopies(count, item(id, objectBytes));
  }

  /** Measured numbers are those of contracts/README.md; burned is what an ownerOf can burn. */
  @ParameterizedTest
  @CsvSource({
    "1, false, 0, 61646, 0",
    "10, false, 0, 369118, 0",
    "50, false, 0, 1756874, 0",
    "1, true, 0, 68527, 60000",
    "1, true, 8192, 270504, 60000",
    "1, false, 8192, 356530, 0",
    "1, false, 512, 73801, 0",
    "10, false, 1024, 654479, 0",
    "50, false, 1024, 3181849, 0"
  })
  void isMoreThanWasMeasuredAndNotTwiceAsMuch(
      int count, boolean bound, int objectBytes, long measured, long burned) {
    long gas = BatchGas.of(items(count, bound ? BOUND : FLAT, objectBytes));

    assertThat(gas).isGreaterThan(measured + burned).isLessThan(2 * (measured + burned));
  }

  @Test
  void everyItemAddsWhatItTakesByItself() {
    long one = BatchGas.of(items(1, FLAT, 0));
    long flat = BatchGas.of(items(2, FLAT, 0)) - one;
    long bound = BatchGas.of(List.of(item(FLAT, 0), item(BOUND, 0))) - one;

    assertThat(BatchGas.of(List.of(item(FLAT, 0), item(BOUND, 0), item(FLAT, 0))))
        .isEqualTo(one + flat + bound);
    assertThat(bound - flat).as("left when the NFT is asked").isGreaterThan(65_000);
  }

  @ParameterizedTest
  @CsvSource({
    // count, bound, object, item limit, transaction limit, groups
    "0, false, 0, 500000, 30000000, ''",
    "256, false, 0, 500000, 30000000, 256",
    "256, true, 0, 500000, 30000000, '128 128'", // EIP-7825
    "256, true, 0, 500000, 9000000, '68 68 68 52'", // the block
    "12, false, 8192, 500000, 30000000, 12",
    "256, false, 384, 500000, 30000000, '176 80'", // 127 KiB of call data
    "10, false, 0, 500000, 200000, '3 3 3 1'",
    "10, false, 0, 30000, 30000000, ''", // more than an item may take
    "10, false, 0, 500000, 60000, ''" // more than a block has
  })
  void isSplitByGasAndByCallData(
      int count, boolean bound, int object, long itemLimit, long transactionLimit, String groups) {
    List<AnchorRequest> items = items(count, bound ? BOUND : FLAT, object);

    List<List<Integer>> split = BatchGas.split(items, itemLimit, transactionLimit);

    assertThat(String.join(" ", split.stream().map(group -> "" + group.size()).toList()))
        .isEqualTo(groups);
    for (List<Integer> group : split) {
      List<AnchorRequest> together = group.stream().map(items::get).toList();
      assertThat(BatchGas.of(together)).isLessThanOrEqualTo(BatchGas.MAX_TRANSACTION_GAS);
      assertThat(RegistryCalls.anchorMany(together)).hasSizeLessThan(BatchGas.MAX_CALL_BYTES);
    }
  }

  @ParameterizedTest
  @CsvSource({"500000, 8192", "400000, 8192", "300000, 5205", "180000, 920", "150000, 0", "0, 0"})
  void anObjectIsNoLongerThanTheGasOfOneTransactionAllows(long itemLimit, int most) {
    assertThat(BatchGas.maxObjectBytes(itemLimit)).isEqualTo(most);
    if (most > 0) {
      assertThat(BatchGas.of(items(1, BOUND, most))).isLessThanOrEqualTo(itemLimit);
    }
  }

  @Test
  void anItemThatTakesTooMuchIsInNoGroupAndKeepsNoOtherOneOut() {
    List<AnchorRequest> items = new ArrayList<>(items(3, FLAT, 0));
    items.set(1, item(BOUND, 0));

    assertThat(BatchGas.split(items, 100_000, BatchGas.MAX_TRANSACTION_GAS))
        .containsExactly(List.of(0, 2));
  }
}
