package io.inft.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivateHostTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "localhost, true",
    "devnet, true",
    "[::1], true",
    "10.1.2.3, true",
    "172.16.0.9, true",
    "172.32.0.9, false",
    "192.168.1.1, true",
    "chain.internal, true",
    "evmrpc.0g.ai, false",
    "evmrpc-testnet.0g.ai, false",
    "8.8.8.8, false",
    "10.example.org, false",
  })
  void isToldByItsName(String host, boolean isPrivate) {
    assertThat(PrivateHost.is(host)).isEqualTo(isPrivate);
  }
}
