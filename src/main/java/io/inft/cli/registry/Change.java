package io.inft.cli.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Address;
import io.inft.cli.console.Consent;
import io.inft.cli.console.Output;
import io.inft.failure.InftException;
import io.inft.failure.TokenAmount;
import io.inft.jdbc.Target;
import io.inft.registry.PaidRegistry;
import io.inft.registry.PaidRegistry.Mined;
import io.inft.registry.PaidRegistry.Operation;
import io.inft.registry.PaidRegistry.Price;
import io.inft.registry.Registry;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/**
 * Changes a registry the way every command does: says what it will do and what that costs, asks,
 * does it, and shows the transactions. A mixin.
 */
final class Change {
  @Mixin private Consent consent = new Consent();

  @Mixin private Output output = new Output();

  /** What is to be done. */
  interface Doing {
    /** Where, for people. */
    String where();

    long chainId();

    /** Whether others can look at the chain, so that its explorer knows the transactions. */
    boolean isPublic();

    Optional<Address> account();

    /** Empty where nothing costs anything. */
    Optional<Price> price() throws InftException;

    /**
     * Does it.
     *
     * @return what came of it, names and values
     */
    Map<String, String> perform(Consumer<Mined> listener) throws InftException;
  }

  /**
   * Runs one operation on a registry.
   *
   * @param name of the operation, for JSON
   * @param text what will be done, a sentence without its end
   * @return the exit code: 0 if it was done
   */
  int run(CommandLine line, Registry registry, String name, String text, Operation operation)
      throws Exception {
    return run(
        line,
        name,
        text,
        new Doing() {
          @Override
          public String where() {
            return registry.describe();
          }

          @Override
          public long chainId() {
            return registry.chainId();
          }

          @Override
          public boolean isPublic() {
            return registry instanceof PaidRegistry paid && paid.isPublic();
          }

          @Override
          public Optional<Address> account() {
            return registry.account();
          }

          @Override
          public Optional<Price> price() throws InftException {
            return registry instanceof PaidRegistry paid
                ? Optional.of(paid.price(operation))
                : Optional.empty();
          }

          @Override
          public Map<String, String> perform(Consumer<Mined> listener) throws InftException {
            operation.on(registry instanceof PaidRegistry paid ? paid.telling(listener) : registry);
            return Map.of();
          }
        });
  }

  /** Says, asks, does and reports. */
  int run(CommandLine line, String name, String text, Doing doing) throws Exception {
    try {
      return attempt(line, name, text, doing);
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }

  private int attempt(CommandLine line, String name, String text, Doing doing)
      throws InftException, IOException {
    PrintWriter out = line.getOut();
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("operation", name).put("what", text).put("registry", doing.where());
    doing.account().ifPresent(account -> json.put("account", account.toString()));
    Optional<Price> price = doing.price();
    price.ifPresent(found -> price(json.putObject("price"), found));
    if (!output.asJson()) {
      Output.sentence(out, "", "This will " + text + ".");
      Output.sentence(out, "  registry  ", doing.where());
      doing.account().ifPresent(account -> out.println("  account   " + account));
      Output.sentence(
          out, "  cost      ", price.map(Change::words).orElse("nothing on this network"));
      out.flush();
    }
    if (!consent.given()) {
      json.put("done", false);
      if (output.asJson()) {
        output.object(out, json);
      }
      line.getErr().println("inft: nothing was done; add --yes to do it");
      return Output.FAILED;
    }
    List<Mined> mined = new ArrayList<>();
    Map<String, String> results;
    try {
      results = doing.perform(mined::add);
    } finally {
      // Paid for is paid for, also if what followed failed.
      report(out, doing, json.putArray("transactions"), mined);
    }
    results.forEach(json::put);
    json.put("done", true);
    if (output.asJson()) {
      output.object(out, json);
    } else {
      results.forEach((key, value) -> out.println("  " + key + "  " + value));
      out.println("Done.");
    }
    return 0;
  }

  private void report(PrintWriter out, Doing doing, ArrayNode json, List<Mined> mined) {
    for (Mined one : mined) {
      Optional<String> link =
          doing.isPublic() ? Target.explorerLink(doing.chainId(), one.hash()) : Optional.empty();
      ObjectNode node = json.addObject();
      node.put("hash", one.hash().toString())
          .put("block", one.block())
          .put("gas", one.gas())
          .put("gasPriceGwei", TokenAmount.gwei(each(one.feeWei(), one.gas())))
          .put("fee0G", TokenAmount.exact(one.feeWei()));
      link.ifPresent(url -> node.put("link", url));
      if (!output.asJson()) {
        out.println("  transaction " + one.hash());
        out.println(
            "    in block "
                + one.block()
                + ", "
                + one.gas()
                + " gas at "
                + TokenAmount.gasPrice(each(one.feeWei(), one.gas()))
                + ", fee "
                + TokenAmount.text(one.feeWei()));
        link.ifPresent(url -> out.println("  " + url));
      }
    }
  }

  private static void price(ObjectNode json, Price price) {
    json.put("gas", price.gas())
        .put("gasPriceGwei", TokenAmount.gwei(each(price.likelyWei(), price.gas())))
        .put("likely0G", TokenAmount.exact(price.likelyWei()))
        .put("atMost0G", TokenAmount.exact(price.maxWei()))
        .put("balance0G", TokenAmount.exact(price.balanceWei()));
  }

  private static BigInteger each(BigInteger wei, BigInteger gas) {
    return gas.signum() == 0 ? BigInteger.ZERO : wei.divide(gas);
  }

  private static String words(Price price) {
    return "about "
        + TokenAmount.text(price.likelyWei())
        + " ("
        + price.gas()
        + " gas at "
        + TokenAmount.gasPrice(each(price.likelyWei(), price.gas()))
        + "), at most "
        + TokenAmount.text(price.maxWei())
        + "; the account has "
        + TokenAmount.text(price.balanceWei());
  }
}
