package io.inft.cli.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.Consent;
import io.inft.cli.console.DatabaseOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.OverUnreadable;
import io.inft.cli.database.RestoreVersion;
import io.inft.jdbc.Target;
import io.inft.replica.KeyringState;
import io.inft.replica.Recovery;
import io.inft.replica.publish.KeyChange;
import io.inft.seal.SlotInfo;
import io.inft.seal.SlotRequest;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft keys rotate}. */
@Command(
    name = "rotate",
    mixinStandardHelpOptions = true,
    description = {
      "Begin a new key epoch: a new data key, and a snapshot of the whole database under it.",
      "",
      "Who can open it then: the new secrets; without any, the one that opens it now. Every"
          + " wallet's slot is made anew by its public key, unless --without names it. Other ways"
          + " in (a colleague's password, a recovery key) cannot be taken over without their"
          + " secrets: each is named, and --yes is asked for; without it nothing is changed.",
      "",
      "Gives: whoever has only old secrets or the old data key cannot read what is written from"
          + " now on, nor the newest state.",
      "Does not give: back what was written before. Every version before this one stays readable"
          + " with the old secrets for ever, in full: its rows, its event log, and what of it"
          + " still stands in the newest state. It is public and cannot be recalled. Who was let"
          + " out also sees from outside when versions are published and how large they are.",
      "With --rewrap the data key stays and only your own secret is exchanged: quick and small,"
          + " enough for a password that nobody else knew."
    },
    footer = {
      "",
      "The guide advises a rotation each quarter. The new secret may be the old one.",
      "",
      "Example:",
      "  inft keys rotate agent-1 --without 5f0c9a11",
      "  inft keys rotate agent-1 --new-password-file new.password",
      "  inft keys rotate agent-1 --new-password-file new.password --over-unreadable 42"
    })
final class KeysRotate implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private NewSecretOptions secrets = new NewSecretOptions();
  @Mixin private OverUnreadable over = new OverUnreadable();
  @Mixin private Output output = new Output();

  @Option(
      names = "--rewrap",
      description = "Keep the data key; put the new secret in place of the one that opens.")
  private boolean rewrap;

  @Option(
      names = "--forget-history",
      description =
          "Do not link to the epoch before: the new secrets open neither past versions nor the"
              + " event log up to now.")
  private boolean forgetHistory;

  @Option(
      names = "--without",
      paramLabel = "<slot>",
      description = "Let the wallet of this slot out, as inft keys list shows it. Repeatable.")
  private Set<String> without = new LinkedHashSet<>();

  @Mixin private Consent consent = new Consent();

  @Override
  public Integer call() throws Exception {
    if (rewrap && forgetHistory) {
      throw new ParameterException(
          spec.commandLine(), "--forget-history needs a new epoch, --rewrap keeps the old one");
    }
    if (over.version().isPresent()) {
      output.object(spec.commandLine().getOut(), overUnreadable(over.version().getAsLong()));
      return 0;
    }
    Target target = database.target(true);
    if (rewrap) {
      output.object(
          spec.commandLine().getOut(),
          KeyringJson.change(
              target, session -> new KeyChange.Replace(secrets.slot(session, spec.commandLine()))));
      return 0;
    }
    return begin(target);
  }

  private int begin(Target target) throws Exception {
    KeyringState seen = target.keys();
    List<SlotRequest> slots =
        secrets.slotsOrOwn(target.settings()::slotFor, target.settings().secret().orElseThrow());
    RotationPlan plan = RotationPlan.of(seen, slots, without, target);
    List<String> tooDear = SmallHeaps.lockedOut(slots);
    if (!(plan.lost().isEmpty() && tooDear.isEmpty()) && !agreed(plan, tooDear)) {
      return Output.OPEN;
    }
    ObjectNode changed =
        KeyringJson.change(
            target,
            session -> {
              if (!session.keys().hash().equals(seen.hash())) {
                throw Target.refused("the keyring was changed meanwhile; look at it again");
              }
              return new KeyChange.NewEpoch(slots, !forgetHistory, plan.keptIds());
            });
    list(changed, "takenOver", plan.kept());
    list(changed, "leftOut", plan.leftOut());
    list(changed, "lockedOut", plan.lost());
    output.object(spec.commandLine().getOut(), changed);
    return 0;
  }

  private static void list(ObjectNode json, String name, List<SlotInfo> slots) {
    slots.forEach(slot -> json.withArray(name).add(slot.id()));
  }

  private boolean agreed(RotationPlan plan, List<String> tooDear) {
    PrintWriter err = spec.commandLine().getErr();
    if (!plan.lost().isEmpty()) {
      err.println("The new key epoch ends these ways in, with all that is written from then on:");
      plan.lost().forEach(slot -> err.println(RotationPlan.line(slot)));
      err.println(
          "They cannot be taken over without their secrets: give those as new secrets too, or add"
              + " them afterwards ('inft keys add "
              + database.id()
              + "', 'inft keys backup "
              + database.id()
              + " <file>').");
    }
    if (!plan.kept().isEmpty()) {
      err.println("Taken over:");
      plan.kept().forEach(slot -> err.println(RotationPlan.line(slot)));
    }
    tooDear.forEach(err::println);
    err.flush();
    boolean agreed = consent.given();
    if (!agreed) {
      err.println("inft: nothing was changed; add --yes to do it");
    }
    return agreed;
  }

  /** With the content of the newest version that can be read. */
  private ObjectNode overUnreadable(long version) throws Exception {
    if (rewrap) {
      throw new ParameterException(
          spec.commandLine(), "--rewrap needs a keyring that can be read; leave it out");
    }
    Target target = database.target(true);
    KeyChange.NewEpoch change =
        new KeyChange.NewEpoch(
            secrets.slots(target.settings()::slotFor, spec.commandLine()), !forgetHistory);
    Recovery.Restored restored =
        Recovery.rotate(target.settings(), target.network(), change, version);
    return RestoreVersion.json(restored);
  }
}
