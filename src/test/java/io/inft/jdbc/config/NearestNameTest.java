package io.inft.jdbc.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
  private static final List<String> NAMES =
      List.of("home", "network", "privateKey", "privateKeyFile", "rpc", "at");

  @ParameterizedTest
  @CsvSource({
    "hoem, home",
    "netwrok, network",
    "NETWORK, network",
    "private_key, privateKey",
    "private-key-file, privateKeyFile",
    "privatekey, privateKey",
    "rcp, rpc",
    "zzzzzzzz, ",
    "embeddedDirectory, "
  })
  void findsWhatSomebodyProbablyMeantOrNothing(String typed, String meant) {
    assertThat(NearestName.to(typed, NAMES)).isEqualTo(Optional.ofNullable(meant));
  }
}
