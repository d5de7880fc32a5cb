package io.inft.cli.account;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.Address;
import io.inft.cli.console.Accounts;
import io.inft.cli.console.Output;
import io.inft.devnet.PlayMoney;
import io.inft.failure.InftException;
import io.inft.failure.TokenAmount;
import io.inft.jdbc.Target;
import io.inft.jdbc.network.PayingAccount;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft account fund}. */
@Command(
    name = "fund",
    mixinStandardHelpOptions = true,
    description = {
      "Give an account money on a development chain ('inft devnet --help').",
      "On a chain where money is worth something this is refused, with where to get some."
    },
    footer = {
      "",
      "Example:",
      "  inft account fund 0x1234… --amount 10 --rpc http://127.0.0.1:8545"
    })
final class AccountFund implements Callable<Integer> {
  private static final int TOKEN_DIGITS = 18;
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000);

  @Spec private CommandSpec spec;
  @Mixin private AccountOptions options = new AccountOptions();

  @Option(
      names = "--amount",
      paramLabel = "<0G>",
      defaultValue = "100",
      description = "How much more than it has, in whole tokens (${DEFAULT-VALUE}).")
  private BigDecimal amount = BigDecimal.ZERO;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    if (amount.signum() <= 0 || amount.compareTo(MOST) > 0 || amount.scale() > TOKEN_DIGITS) {
      throw new ParameterException(
          spec.commandLine(), "--amount " + amount + ": more than 0 and at most " + MOST);
    }
    PayingAccount target = options.target();
    Address account = options.account(target);
    BigInteger wei = amount.scaleByPowerOfTen(TOKEN_DIGITS).toBigIntegerExact();
    try {
      BigInteger has = PlayMoney.give(target.rpc(), account, wei);
      output.object(
          spec.commandLine().getOut(),
          new ObjectMapper()
              .createObjectNode()
              .put("account", "0x" + Accounts.checksummed(account))
              .put("balance", TokenAmount.text(has)));
      return 0;
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }
}
