package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordStateTest {
  private static Address account(int digit) {
    return Address.parse("0x" + ("" + digit).repeat(40));
  }

  /** Accounts 1 and 2: the owner on record, the NFT's owner, who was seen once and when. */
  @ParameterizedTest
  @CsvSource({
    "3, 1, 2, 2, 50, true",
    "3, 1, 2, 2, 0, false",
    "3, 1, 2, 1, 50, false",
    "3, 1, 1, 1, 50, false",
    "1, 1, 2, 2, 50, false"
  })
  void anotherOwnerWaitsOnlyWhereOneWasSeenAndStillOwnsTheToken(
      int mode, int owner, int live, int pending, long block, boolean waits) {
    RecordState state =
        new RecordState(
            account(owner),
            account(live),
            mode,
            1,
            0,
            0,
            0,
            false,
            Digest.ZERO,
            Digest.ZERO,
            Digest.ZERO,
            Digest.ZERO,
            0,
            0,
            account(pending),
            block);
    assertThat(state.hasCandidate()).isEqualTo(waits);
  }
}
