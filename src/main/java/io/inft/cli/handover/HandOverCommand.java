package io.inft.cli.handover;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft hand-over}. */
@Command(
    name = "hand-over",
    mixinStandardHelpOptions = true,
    description = {
      "Give a database to another account, with its key.",
      "",
      "The seller offers it: the buyer's account can read it, nobody publishes for a while. The"
          + " buyer inspects it and accepts what he saw, and a new key epoch begins in which his"
          + " account is the only way in. Whoever is interrupted does the same again.",
      "",
      "Gives: the seller and everybody he let in publish nothing any more, and read nothing that is"
          + " written from then on.",
      "Does not give: secrecy of what was there. The seller reads every version up to the hand-over"
          + " for ever, and so does whoever else had a way in. Passwords and tokens that the"
          + " database holds are to be changed.",
      "The database of an NFT goes with the token: the seller offers it, sells the token, and the"
          + " buyer accepts."
    },
    subcommands = {
      HandOverOffer.class,
      HandOverInspect.class,
      HandOverAccept.class,
      HandOverCancel.class
    },
    footer = {
      "",
      "Example:",
      "  inft keys wallet                                 # the buyer: his public key",
      "  inft hand-over offer agent-1 --to 0x02…          # the seller",
      "  inft hand-over inspect agent-1                   # the buyer",
      "  inft hand-over accept agent-1 --root 0x… --control-hash 0x…"
    })
public final class HandOverCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
