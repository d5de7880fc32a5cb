package io.inft.jdbc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.SettingException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcAddressesTest {
  @Test
  void socketsAreToldFromServersWhateverTheirOrder() throws Exception {
    RpcAddresses found =
        RpcAddresses.parse(
            "wss://push.example/key, https://a.example,ws://127.0.0.1:8545,http://b");

    assertThat(found.servers())
        .containsExactly(URI.create("https://a.example"), URI.create("http://b"));
    assertThat(found.sockets())
        .containsExactly(URI.create("wss://push.example/key"), URI.create("ws://127.0.0.1:8545"));
  }

  @Test
  void aSocketAloneIsNotEnough() {
    assertThatThrownBy(() -> RpcAddresses.parse("wss://push.example/key"))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("name an http or https URL")
        .hasMessageNotContaining("key");
  }

  /** Whoever connects to it would be told of all of it in the failure. */
  @Test
  void aSocketWithAFragmentIsRefusedWithoutItsKey() {
    assertThatThrownBy(() -> RpcAddresses.parse("https://a.example,wss://push.example/key#part"))
        .isInstanceOf(SettingException.class)
        .hasMessageNotContaining("key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ws:", "ftp://a.example", "https://a.example,", ":no url:"})
  void whatIsNoAddressIsRefused(String text) {
    assertThatThrownBy(() -> RpcAddresses.parse(text)).isInstanceOf(SettingException.class);
  }
}
