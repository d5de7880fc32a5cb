package io.inft.cli.account;

import io.inft.bytes.Address;
import io.inft.cli.console.Accounts;
import io.inft.cli.console.NetworkOptions;
import io.inft.failure.SettingException;
import io.inft.jdbc.AccountTarget;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.InftProperty;
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

  AccountTarget target() throws SQLException {
    Properties properties = network.readingFrom(rpc, null);
    return AccountTarget.of(properties);
  }

  /** The account that was named, or the configured one. */
  Address account(AccountTarget target) throws SQLException {
    if (account != null) {
      try {
        return Accounts.parse(account);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(command.commandLine(), "<account>: " + e.getMessage());
      }
    }
    Optional<Address> configured = target.configured();
    return configured.orElseThrow(
        () ->
            new ParameterException(
                command.commandLine(),
                "which account? Name it, or set privateKeyFile or "
                    + InftProperty.PRIVATE_KEY.environment().orElse("privateKey")));
  }

  /** The first address of the chain. */
  String rpc(AccountTarget target) throws SQLException {
    return target
        .request()
        .text(InftProperty.RPC)
        .map(all -> all.split(",", -1)[0].strip())
        .orElseThrow(
            () ->
                Target.failure(
                    new SettingException("rpc", "no chain is named; set --rpc or ZERO_G_RPC")));
  }
}
