package io.inft.cli.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Address;
import io.inft.bytes.UnixTime;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.TypedText;
import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft registry owner}. */
@Command(
    name = "owner",
    mixinStandardHelpOptions = true,
    customSynopsis = "inft registry owner (<id> | --nft <address>/<token>) [OPTIONS]",
    description = "Who owns an id, and what an account may do with it.",
    footer = {"", "Example:", "  inft registry owner agent-1 --account 0x1234…"})
final class RegistryOwner implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RecordOptions record = new RecordOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--account",
      paramLabel = "<address>",
      description = "Whose rights to show (default: the configured key's).")
  private @Nullable String account;

  @Override
  public Integer call() throws Exception {
    record.require();
    try {
      Registry registry = network.registry(false);
      output.object(spec.commandLine().getOut(), describe(registry));
      return 0;
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }

  private ObjectNode describe(Registry registry) throws InftException, SQLException {
    DatabaseId id = record.id(registry);
    Head head = registry.head(id);
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("id", id.toString())
        .put("idHash", id.hash().toString())
        .put("registry", registry.describe())
        .put("owner", head.owner().toString())
        .put("status", head.status() == Head.FROZEN ? "frozen" : "live")
        .put("version", head.version())
        .put("root", head.root().toString())
        .put("keyEpoch", head.keyEpoch())
        .put("controlSequence", head.controlSequence())
        .put("controlHash", head.controlHash().toString());
    Optional<Address> whose =
        account == null
            ? registry.account()
            : Optional.of(TypedText.account(spec, "--account", account));
    if (whose.isPresent()) {
      Rights rights = registry.rights(id, whose.get());
      json.put("account", whose.get().toString())
          .put("isOwner", rights.owner())
          .put("mayWrite", rights.writer())
          .put("mayRotate", rights.keyAdmin())
          .put("mayFreeze", rights.guardian());
      if (rights.expiresSeconds() > 0 && rights.expiresSeconds() < Long.MAX_VALUE) {
        json.put("until", UnixTime.instant(rights.expiresSeconds()).toString());
      }
    }
    return json;
  }
}
