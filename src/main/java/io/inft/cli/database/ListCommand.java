package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Address;
import io.inft.cli.console.Accounts;
import io.inft.cli.console.ByteText;
import io.inft.cli.console.CommandHome;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.Output;
import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.InftProperty;
import io.inft.registry.Head;
import io.inft.replica.Databases;
import io.inft.replica.local.KnownDatabase;
import io.inft.replica.local.LocalStatus;
import io.inft.upkeep.Needed;
import io.inft.upkeep.Upkeep;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "The databases that have a working copy on this machine.",
      "The registry is asked for those that are on the network that the options and the profile"
          + " name; of the others only what lies here is shown."
    },
    footer = {"", "Examples:", "  inft list", "  inft list --profile work --paid"})
public final class ListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Output output = new Output();

  @Option(names = "--offline", description = "Ask no registry.")
  private boolean offline;

  @Option(names = "--paid", description = "Also until when each is paid; asks the store.")
  private boolean paid;

  @Option(
      names = "--owner",
      paramLabel = "<account>",
      description = "Only those that the registry says this account owns.")
  private @Nullable String owner;

  @Override
  public Integer call() throws Exception {
    Optional<Address> only = only();
    Properties properties = network.reading();
    String home = properties.getProperty(InftProperty.HOME.propertyName());
    Path folder = home == null ? CommandHome.folder() : Path.of(home).toAbsolutePath();
    ArrayNode rows = new ObjectMapper().createArrayNode();
    try {
      for (KnownDatabase one : KnownDatabase.in(folder)) {
        ObjectNode row = row(one, properties);
        if (only.isEmpty() || row.path("owner").asText().equals(only.get().toString())) {
          rows.add(row);
        }
      }
    } catch (InftException e) {
      throw Target.failure(e);
    }
    if (rows.isEmpty() && !output.asJson()) {
      spec.commandLine().getOut().println("none in " + folder);
      return 0;
    }
    List<String> columns =
        new ArrayList<>(List.of("id", "network", "head", "local", "unpublished"));
    columns.add("size");
    columns.addAll(paid ? List.of("paidUntil", "note") : List.of("note"));
    output.array(spec.commandLine().getOut(), rows, columns);
    return 0;
  }

  private Optional<Address> only() {
    try {
      return Optional.ofNullable(owner).map(Accounts::parse);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--owner: " + e.getMessage());
    }
  }

  private ObjectNode row(KnownDatabase one, Properties properties) throws InftException {
    ObjectNode row = new ObjectMapper().createObjectNode();
    row.put("id", one.id()).put("network", one.network()).put("registry", one.registry());
    row.put("folder", one.folder().toString());
    List<String> notes = new ArrayList<>();
    try {
      LocalStatus local = LocalStatus.of(one.folder());
      row.put("local", local.version());
      row.put(
          "unpublished",
          local.unpublished().isNothing() ? "none" : local.unpublished().commits() + " commits");
      local.unpublished().since().ifPresent(since -> row.put("unpublishedSince", since.toString()));
      if (!local.pending().isEmpty()) {
        notes.add(local.pending().size() + " forks, see 'inft forks " + one.id() + "'");
      }
    } catch (InftException e) {
      notes.add(String.valueOf(e.getMessage()));
    }
    row.put("size", ByteText.of(one.diskBytes())).put("diskBytes", one.diskBytes());
    if (!offline) {
      ask(one, properties, row, notes);
    }
    row.put("note", String.join("; ", notes));
    return row;
  }

  /** What cannot be had of one database keeps nobody from seeing the others. */
  private void ask(KnownDatabase one, Properties properties, ObjectNode row, List<String> notes) {
    try {
      Target target = Target.of(one.id(), properties, false);
      if (!Databases.folderOf(target.settings(), target.network()).equals(one.folder())) {
        return; // on another network
      }
      Head head = target.network().registry().head(target.settings().id());
      row.put("head", head.version()).put("owner", head.owner().toString());
      if (head.status() == Head.FROZEN) {
        notes.add("frozen");
      }
      if (paid && head.newest().isPresent()) {
        Upkeep upkeep = target.upkeep();
        Needed needed = upkeep.needed(Upkeep.Reach.HEAD);
        upkeep.paidUntil(needed).map(found -> found.until()).ifPresent(until -> put(row, until));
      }
    } catch (InftException | SQLException e) {
      notes.add(String.valueOf(e.getMessage()));
    }
  }

  private static void put(ObjectNode row, Instant until) {
    row.put("paidUntil", until.toString());
  }
}
