package io.inft.cli.account;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Address;
import io.inft.cli.console.Accounts;
import io.inft.cli.console.Output;
import io.inft.failure.InftException;
import io.inft.failure.TokenAmount;
import io.inft.jdbc.Target;
import io.inft.jdbc.network.PayingAccount;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft account show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "What an account has, and for how many publishes that is enough.",
    footer = {
      "",
      "Examples:",
      "  inft account show --private-key-file agent.key",
      "  inft account show 0x1234… --network galileo"
    })
final class AccountShow implements Callable<Integer> {
  /** A row that goes along with its anchor, as {@code costs.md} has it. */
  private static final BigInteger PUBLISH_GAS = BigInteger.valueOf(92_000);

  @Spec private CommandSpec spec;
  @Mixin private AccountOptions options = new AccountOptions();
  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    PayingAccount target = options.target();
    Address account = options.account(target);
    PayingAccount.Standing standing = standing(target, account);
    BigInteger publishWei = PUBLISH_GAS.multiply(standing.gasPriceWei()).max(BigInteger.ONE);
    ObjectNode json =
        new ObjectMapper()
            .createObjectNode()
            .put("account", "0x" + Accounts.checksummed(account))
            .put("chainId", standing.chainId())
            .put("balance", TokenAmount.text(standing.balanceWei()))
            .put("gasPrice", TokenAmount.gasPrice(standing.gasPriceWei()))
            .put("smallPublishes", standing.balanceWei().divide(publishWei));
    if (output.asJson()) {
      json.put("balanceWei", standing.balanceWei().toString());
      json.put("gasPriceWei", standing.gasPriceWei().toString());
    }
    output.object(spec.commandLine().getOut(), json);
    return 0;
  }

  private static PayingAccount.Standing standing(PayingAccount target, Address account)
      throws SQLException {
    try {
      return target.standing(account);
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }
}
