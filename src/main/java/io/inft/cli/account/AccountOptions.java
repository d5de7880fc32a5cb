package io.inft.cli.account;

import io.inft.bytes.Address;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.TypedText;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.network.PayingAccount;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which account, on which chain. A mixin. */
final class AccountOptions {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "<account>",
      description = "0x and 40 hex digits (default: the configured key's).")
  private @Nullable String account;

  @Option(
      names = "--rpc",
      paramLabel = "<url>",
      description = "JSON-RPC of the chain (ZERO_G_RPC).")
  private @Nullable String rpc;

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  PayingAccount target() throws SQLException {
    Properties properties = network.readingFrom(rpc, null);
    return Target.account(properties);
  }

  /** The account that was named, or the configured one. */
  Address account(PayingAccount target) {
    if (account != null) {
      return TypedText.account(command, "<account>", account);
    }
    Optional<Address> configured = target.configured();
    return configured.orElseThrow(
        () ->
            new ParameterException(
                command.commandLine(),
                "which account? Name it, or set privateKeyFile or "
                    + InftProperty.PRIVATE_KEY.environment().orElse("privateKey")));
  }
}
