package io.inft.cli.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.inft.cli.CommandRun;
import io.inft.cli.JsonPage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inft account}, without a chain; with one in {@link AccountOnDevnetTest}. */
class AccountTest {
  @TempDir Path folder;

  private final CommandRun ran = new CommandRun();

  @Test
  void makesAKeyThatOnlyItsOwnerMayReadAndOverwritesNone() throws Exception {
    Path key = folder.resolve("agent.key");
    assertThat(ran.run("account", "new", key.toString(), "--json")).as(ran.err()).isZero();
    assertThat(JsonPage.unnamed("inft account new", ran.json())).isEmpty();
    String account = ran.json().path("account").asText();
    assertThat(account).matches("0x[0-9a-fA-F]{40}");
    assertThat(Files.readString(key).strip()).matches("[0-9a-f]{64}");
    assertThat(ran.out()).doesNotContain(Files.readString(key).strip());
    assertThat(Files.getPosixFilePermissions(key))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    String before = Files.readString(key);
    assertThat(ran.run("account", "new", key.toString())).isEqualTo(1);
    assertThat(ran.err()).contains("never overwritten");
    assertThat(Files.readString(key)).isEqualTo(before);
  }

  @Test
  void aKeystoreOpensWithItsPassword() throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "correct horse\n");
    Path key = folder.resolve("agent.json");
    assertThat(
            ran.run(
                "account",
                "new",
                key.toString(),
                "--keystore-password-file",
                password.toString(),
                "--json"))
        .as(ran.err())
        .isZero();
    String account = ran.json().path("account").asText();
    assertThat(Files.readString(key)).contains("\"scrypt\"").doesNotContain("correct");
    // The name of the account is asked of the key, which only the password opens.
    System.setProperty("inft.privateKeyPassword", "correct horse");
    try {
      assertThat(
              ran.run(
                  "account",
                  "fund",
                  "--private-key-file",
                  key.toString(),
                  "--rpc",
                  "http://127.0.0.1:1",
                  "--network",
                  "custom"))
          .isEqualTo(1); // nobody listens there
      assertThat(ran.err()).contains("127.0.0.1:1");
    } finally {
      System.clearProperty("inft.privateKeyPassword");
    }
    assertThat(account).hasSize(42);
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(ran.run("account", "show", "--network", "galileo")).isEqualTo(64);
    assertThat(ran.err()).contains("which account?");
    assertThat(ran.run("account", "show", "0x12", "--network", "galileo")).isEqualTo(64);
    assertThat(ran.run("account", "fund", "0x" + "1".repeat(40), "--amount", "0")).isEqualTo(64);
    assertThat(ran.run("account")).isZero();
    assertThat(ran.out()).contains("fund");
  }

  @Test
  void onlyADevelopmentChainGivesMoneyAway() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] answer =
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"Geth/v1\"}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      String rpc = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThat(
              ran.run(
                  "account", "fund", "0x" + "1".repeat(40), "--rpc", rpc, "--network", "custom"))
          .isEqualTo(64);
      assertThat(ran.err()).contains("Geth/v1").contains("faucet");
    } finally {
      server.stop(0);
    }
  }
}
