package io.inft.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenAmountTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 0G, 0 0G, 0",
    "1, 1 wei, 1 wei, 0.000000000000000001",
    "999999999, 999999999 wei, 999999999 wei, 0.000000000999999999",
    "1000000000, 1 gwei, 1 gwei, 0.000000001",
    "4000000001, 4 gwei, 4.00001 gwei, 0.000000004000000001",
    "99999999999999, 100000 gwei, 100000 gwei, 0.000099999999999999",
    "100000000000000, 0.0001 0G, 0.0001 0G, 0.0001",
    "1118280000000001, 0.00111828 0G, 0.00111829 0G, 0.001118280000000001",
    "1234567890000000000000, 1234.57 0G, 1234.57 0G, 1234.56789",
  })
  void hasAUnitAndSixDigits(BigInteger wei, String text, String atLeast, String exact) {
    assertThat(TokenAmount.text(wei)).isEqualTo(text);
    assertThat(TokenAmount.atLeast(wei)).isEqualTo(atLeast);
    assertThat(TokenAmount.exact(wei)).isEqualTo(exact);
  }
}
