package io.inft.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenAmountTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 0G, 0 0G, 0",
    "1, 0.000000001 gwei, 0.000000001 gwei, 0.000000000000000001",
    "999999999, 1 gwei, 1 gwei, 0.000000000999999999",
    "123456789, 0.123457 gwei, 0.123457 gwei, 0.000000000123456789",
    "-2000000000000000, -0.002 0G, -0.002 0G, -0.002",
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

  @ParameterizedTest
  @CsvSource({
    "0, 0 gwei, 0 gwei, 0",
    "4000000000, 4 gwei, 4 gwei, 4",
    "2000000007, 2 gwei, 2.00001 gwei, 2",
    "7, 0.000000007 gwei, 0.000000007 gwei, 0.000000007",
    "100000000001, 100 gwei, 100.001 gwei, 100",
    "281474976710655, 281475 gwei, 281475 gwei, 281475",
  })
  void gasIsPricedInGwei(BigInteger wei, String text, String atLeast, String forPrograms) {
    assertThat(TokenAmount.gasPrice(wei)).isEqualTo(text);
    assertThat(TokenAmount.gasPriceAtLeast(wei)).isEqualTo(atLeast);
    assertThat(TokenAmount.gwei(wei)).isEqualTo(forPrograms);
  }
}
