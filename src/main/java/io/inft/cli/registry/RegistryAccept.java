package io.inft.cli.registry;

import io.inft.bytes.Digest;
import io.inft.cli.console.NetworkOptions;
import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft registry accept}. */
@Command(
    name = "accept",
    mixinStandardHelpOptions = true,
    customSynopsis = "inft registry accept (<id> | --nft <address>/<token>) [OPTIONS]",
    description = {
      "Become the owner of an id that was offered, or be observed as the owner of an NFT.",
      "Run 'inft verify <id>' first, and give the root and control hash it shows: if anything"
          + " changed since, nothing is accepted."
    },
    footer = {"", "Example:", "  inft registry accept agent-1 --root 0x… --control-hash 0x…"})
final class RegistryAccept implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RecordOptions record = new RecordOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Change change = new Change();

  @Option(names = "--root", description = "The root that was inspected (default: the present one).")
  private @Nullable String root;

  @Option(
      names = "--control-hash",
      description = "The control hash that was inspected (default: the present one).")
  private @Nullable String controlHash;

  @Override
  public Integer call() throws Exception {
    record.require();
    Registry registry = network.registry(true);
    DatabaseId id = record.id(registry);
    if (id.namespace() == DatabaseId.Namespace.BOUND) {
      return change.run(
          spec.commandLine(),
          registry,
          "observeOwner",
          "let the registry observe the owner of '"
              + id
              + "'; run it again two blocks later to make it final",
          acting -> acting.observeOwner(id));
    }
    Head head;
    try {
      head = registry.head(id);
    } catch (InftException e) {
      throw Target.failure(e);
    }
    Digest expectedRoot = root == null ? head.root() : digest("--root", root);
    Digest expectedControl =
        controlHash == null ? head.controlHash() : digest("--control-hash", controlHash);
    return change.run(
        spec.commandLine(),
        registry,
        "acceptOwner",
        "make this account the owner of '"
            + id
            + "', if its root is still "
            + expectedRoot
            + " and its control hash "
            + expectedControl,
        acting -> acting.acceptOwner(id, expectedRoot, expectedControl));
  }

  private Digest digest(String option, String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
    }
  }
}
