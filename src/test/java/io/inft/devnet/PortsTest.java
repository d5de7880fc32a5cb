package io.inft.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.SettingException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
  @Test
  void aWishThatIsTakenIsRefusedAndOneOfLastTimeIsGivenUp() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> Ports.choose("rpc-port", port, ""))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("rpc-port")
          .hasMessageContaining(port + " is taken");
      assertThat(Ports.choose("rpc-port", 0, String.valueOf(port))).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "70000", "-1", "no port", "999999999999"})
  void whatWasWrittenDownAndIsNoPortMeansAnyPort(String before) throws Exception {
    assertThat(Ports.choose("rpc-port", 0, before)).isZero();
  }
}
