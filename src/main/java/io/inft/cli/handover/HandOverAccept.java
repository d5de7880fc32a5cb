package io.inft.cli.handover;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.jdbc.Target;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft hand-over accept}. */
@Command(
    name = "accept",
    mixinStandardHelpOptions = true,
    description = {
      "The buyer: become the owner of what was inspected, and begin a key epoch of his own.",
      "",
      "Gives: your account is the only way in to what is written from then on (add others with inft"
          + " keys add and inft keys backup), and nobody the seller granted a right can publish.",
      "Does not give: secrecy of what was there before. Who had a way in reads that for ever.",
      "Exit code 2 if it has to be called again: the owner of an NFT is observed twice, two blocks"
          + " apart, and can begin a key epoch an hour later. Write nothing until then: the seller"
          + " could read it."
    },
    footer = {"", "Example:", "  inft hand-over accept agent-1 --root 0x… --control-hash 0x…"})
final class HandOverAccept implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--root",
      required = true,
      paramLabel = "<hash>",
      description = "The root that inft hand-over inspect showed.")
  private String root = "";

  @Option(
      names = "--control-hash",
      required = true,
      paramLabel = "<hash>",
      description = "The control hash that inft hand-over inspect showed.")
  private String controlHash = "";

  @Override
  public Integer call() throws Exception {
    Digest expectedRoot = digest("--root", root);
    Digest expectedControl = digest("--control-hash", controlHash);
    Target given = database.target(false);
    SigningKey key = Target.wallet(database.properties());
    Target target = given.with(HandOverJson.secretOf(given, key));
    List<SlotRequest> slots = List.of(target.settings().slotFor(Secret.wallet(key)));
    ObjectNode json =
        HandOverJson.perform(
            target, handOver -> handOver.accept(expectedRoot, expectedControl, slots));
    boolean mine = json.path("owner").asText().equals(account(target));
    boolean finished = mine && !json.path("needsRotation").asBoolean();
    output.object(spec.commandLine().getOut(), json.put("finished", finished));
    if (!finished) {
      spec.commandLine()
          .getErr()
          .println(
              "inft: not finished: run it again "
                  + (json.has("rotationFrom")
                      ? "after " + json.path("rotationFrom").asText()
                      : "two blocks later")
                  + "; until then the seller can read what is written");
    }
    return finished ? 0 : Output.OPEN;
  }

  private static String account(Target target) {
    return target.network().registry().account().map(Object::toString).orElse("");
  }

  private Digest digest(String option, String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
    }
  }
}
