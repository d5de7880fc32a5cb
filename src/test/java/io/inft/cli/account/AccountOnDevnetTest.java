package io.inft.cli.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.cli.CommandRun;
import io.inft.cli.JsonPage;
import io.inft.devnet.Anvil;
import io.inft.devnet.TestPackages;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inft account} on a development chain. */
class AccountOnDevnetTest {
  @TempDir Path folder;

  private final CommandRun ran = new CommandRun();

  @Test
  void fundsAndShowsAnAccount() throws Exception {
    String key = folder.resolve("agent.key").toString();
    assertThat(ran.run("account", "new", key, "--json")).as(ran.err()).isZero();
    String account = ran.json().path("account").asText();
    try (Anvil anvil = TestPackages.anvil()) {
      String rpc = anvil.address().toString();
      assertThat(ran.run("account", "fund", account, "--amount", "1.5", "--rpc", rpc))
          .as(ran.err())
          .isZero();
      assertThat(ran.out()).contains("1.5 0G");
      assertThat(ran.run("account", "show", "--private-key-file", key, "--rpc", rpc, "--json"))
          .as(ran.err())
          .isZero();
      assertThat(JsonPage.unnamed("inft account show, fund", ran.json())).isEmpty();
      assertThat(ran.json().path("balanceWei").asText()).isEqualTo("1500000000000000000");
      assertThat(ran.json().path("smallPublishes").asLong()).isPositive();
      assertThat(ran.run("account", "show", "--private-key-file", key, "--rpc", rpc)).isZero();
      assertThat(ran.out()).contains(account).contains("gwei");
    }
  }
}
