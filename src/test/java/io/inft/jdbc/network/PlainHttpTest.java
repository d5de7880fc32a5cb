package io.inft.jdbc.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.jdbc.config.Settings;
import io.inft.jdbc.config.Surroundings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that is asked in the clear, beyond this machine, is told of. */
class PlainHttpTest {
  @TempDir Path folder;

  private List<String> warnings(String property, String value) throws Exception {
    Properties properties = new Properties();
    properties.setProperty(property, value);
    return PlainHttp.warnings(
        new NetworkRequest(
            Settings.resolve(Map.of(), properties, Surroundings.ofThisProcess()),
            folder,
            folder,
            Optional.empty(),
            false));
  }

  @ParameterizedTest
  @CsvSource({
    "rpc, http://rpc.example/secret-key, rpc.example",
    "indexer, HTTP://user:word@10.0.0.7:8545, 10.0.0.7",
    "nodes, 'https://a.example,http://b.example:5678', b.example"
  })
  void isToldOf(String property, String value, String host) throws Exception {
    assertThat(warnings(property, value))
        .singleElement()
        .satisfies(
            warning ->
                assertThat(warning)
                    .startsWith(property + " asks " + host + " over http://")
                    .doesNotContain("secret-key", "word"));
  }

  @Test
  void aPlainWebSocketIsToldOfToo() throws Exception {
    assertThat(warnings("rpc", "https://rpc.example,ws://push.example/secret-key"))
        .containsExactly(
            "rpc asks push.example over ws://: whoever is on the way reads what is asked and can"
                + " answer in its place; use wss://");
    assertThat(warnings("rpc", "http://127.0.0.1:8545,ws://127.0.0.1:8545,wss://push.example"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "rpc, https://rpc.example",
    "rpc, http://127.0.0.1:8545",
    "indexer, http://localhost:8545",
    "nodes, 'http://[::1]:5678,http://node.localhost'",
    "rpc, ':no url:'"
  })
  void isNotToldOf(String property, String value) throws Exception {
    assertThat(warnings(property, value)).isEmpty();
  }

  @Test
  void asksNothingOfAnEmptyRequest() throws Exception {
    assertThat(warnings("mode", "ro")).isEmpty();
  }
}
