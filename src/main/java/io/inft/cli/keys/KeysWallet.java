package io.inft.cli.keys;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.PublicKey;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft keys wallet}. */
@Command(
    name = "wallet",
    mixinStandardHelpOptions = true,
    description = {
      "Show the public key of an account: of walletKey or walletKeyFile, or of the signing key.",
      "",
      "Gives: what somebody else needs to let this account in (inft keys add --new-wallet), or to"
          + " hand a database over to it. Nothing of it is secret, and nothing is asked of any"
          + " network.",
      "Does not give: access. An address alone is not enough for that, since it is a hash."
    },
    footer = {"", "Example:", "  inft keys wallet --wallet-key-file agent.json"})
final class KeysWallet implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    PublicKey key = Target.wallet(network.reading()).publicKey();
    output.object(
        spec.commandLine().getOut(),
        new ObjectMapper()
            .createObjectNode()
            .put("account", key.address().toString())
            .put("publicKey", key.toString()));
    return 0;
  }
}
