package io.inft.cli.handover;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.PublicKey;
import io.inft.cli.console.Consent;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.TypedText;
import io.inft.jdbc.Target;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft hand-over offer}. */
@Command(
    name = "offer",
    mixinStandardHelpOptions = true,
    description = {
      "The seller: let the buyer's account in, lock the database, offer it.",
      "",
      "From the first step on the buyer reads everything that was ever published here; that cannot"
          + " be taken back. While it is locked nobody publishes, also not you: what you write"
          + " stays on this machine. The lock ends by itself, or when the buyer accepts; it cannot"
          + " be made shorter.",
      "Of an NFT's database nothing is offered: sell the token after this. The buyer gets a raw key"
          + " besides, sealed to his account as ERC-7857 has it (sealedKey), for contracts and"
          + " programs that hand over such keys."
    },
    footer = {"", "Example:", "  inft hand-over offer agent-1 --to 0x02… --lock 3d"})
final class HandOverOffer implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Consent consent = new Consent();
  @Mixin private Output output = new Output();

  @Option(
      names = "--to",
      paramLabel = "<public key>",
      required = true,
      description = "The buyer's public key, as 'inft keys wallet' shows it there.")
  private String to = "";

  @Option(
      names = "--lock",
      paramLabel = "<duration>",
      defaultValue = "3d",
      description = "How long the buyer has to look (default: ${DEFAULT-VALUE}).")
  private String lock = "3d";

  private static boolean isBound(Target target) {
    return target.settings().id().token().isPresent();
  }

  @Override
  public Integer call() throws Exception {
    PublicKey buyer;
    try {
      buyer = PublicKey.parse(to.strip());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--to: a public key is expected, as 'inft keys wallet' shows it; an address is not"
              + " enough");
    }
    Duration howLong = TypedText.duration(spec, "--lock", lock);
    Target target = database.target(true);
    target.requirePublished();
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "This lets "
            + buyer.address()
            + " read all of '"
            + database.id()
            + "' for ever, stops publishing for "
            + lock
            + (isBound(target)
                ? ", and publishes a key for that account. The token is yours to sell."
                : ", and offers it."));
    err.flush();
    if (!consent.given()) {
      err.println("inft: nothing was changed; add --yes to do it");
      return Output.OPEN;
    }
    ObjectNode json = HandOverJson.perform(target, handOver -> handOver.offer(buyer, howLong));
    HandOverJson.putSealedKey(target, buyer.address(), json);
    output.object(spec.commandLine().getOut(), json);
    return 0;
  }
}
