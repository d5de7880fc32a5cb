package io.inft.cli.registry;

import io.inft.bytes.Address;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.TypedText;
import io.inft.registry.DatabaseId;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft registry grant}. */
@Command(
    name = "grant",
    mixinStandardHelpOptions = true,
    customSynopsis = "inft registry grant (<id> | --nft <address>/<token>) <account> [OPTIONS]",
    description = "Let another account write, until a time.",
    footer = {"", "Example:", "  inft registry grant agent-1 0x1234… --for 30d"})
final class RegistryGrant implements Callable<Integer> {
  /** What can be granted. */
  enum Role {
    WRITER(Rights.WRITER, "write to"),
    KEY_ADMIN(Rights.KEY_ADMIN, "rotate the key of"),
    GUARDIAN(Rights.GUARDIAN, "freeze");

    private final int bit;
    private final String words;

    Role(int bit, String words) {
      this.bit = bit;
      this.words = words;
    }

    /** As it is typed: {@code key-admin}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private RecordOptions record = new RecordOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Change change = new Change();

  @Option(
      names = "--role",
      split = ",",
      paramLabel = "<role>",
      description = "${COMPLETION-CANDIDATES}; several with commas (default: writer).")
  private Set<Role> roles = new LinkedHashSet<>(Set.of(Role.WRITER));

  @Option(
      names = "--for",
      paramLabel = "<duration>",
      description = "How long, for example 30d (default: ${DEFAULT-VALUE}).",
      defaultValue = "90d")
  private String howLong = "90d";

  @Option(
      names = "--every",
      paramLabel = "<duration>",
      description = "At most one version in this time (default: no such limit).",
      defaultValue = "0")
  private String every = "0";

  @Override
  public Integer call() throws Exception {
    record.require("<account>");
    Registry registry = network.registry(true);
    DatabaseId id = record.id(registry);
    Address who = record.account();
    Instant until =
        Instant.now()
            .plus(TypedText.duration(spec, "--for", howLong))
            .truncatedTo(ChronoUnit.SECONDS);
    long seconds = TypedText.duration(spec, "--every", every).toSeconds();
    int bits = roles.stream().mapToInt(role -> role.bit).sum();
    String what = roles.stream().map(role -> role.words).collect(Collectors.joining(" and "));
    return change.run(
        spec.commandLine(),
        registry,
        "grant",
        "let "
            + who
            + " "
            + what
            + " '"
            + id
            + "' until "
            + until
            + (seconds == 0 ? "" : ", one version in " + seconds + " seconds"),
        acting -> acting.grant(id, who, bits, until, seconds));
  }
}
