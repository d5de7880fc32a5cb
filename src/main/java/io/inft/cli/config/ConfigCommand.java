package io.inft.cli.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.Profile;
import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.Settings;
import io.inft.jdbc.config.Surroundings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code inft config}. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = {
      "The settings that count here, and where each comes from.",
      "Nothing is asked of the network, and no secret is shown."
    },
    footer = {"", "Examples:", "  inft config", "  inft config --profile work --all"})
public final class ConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Output output = new Output();

  @Option(names = "--all", description = "Also settings that nobody set, with what then counts.")
  private boolean all;

  @Override
  public Integer call() throws Exception {
    Surroundings surroundings = Surroundings.ofThisProcess();
    Properties given = network.given();
    Optional<Profile> profile = network.profile();
    Properties fromProfile =
        profile.map(found -> found.beside(given, surroundings)).orElseGet(Properties::new);
    Properties together = new Properties();
    together.putAll(given);
    together.putAll(fromProfile);
    Settings settings;
    try {
      settings = Settings.resolve(Map.of(), together, surroundings);
    } catch (InftException e) {
      throw Target.failure(e);
    }
    ArrayNode rows = new ObjectMapper().createArrayNode();
    for (InftProperty property : InftProperty.values()) {
      Optional<String> value = settings.text(property);
      String from = from(property, settings, fromProfile, profile);
      if (all || settings.source(property) != Settings.Source.DEFAULT) {
        ObjectNode row = rows.addObject().put("property", property.propertyName());
        row.put("value", value.map(text -> shown(property, text)).orElse(property.defaultText()));
        row.put("from", from);
      }
    }
    settings
        .pragmas()
        .forEach(
            (name, value) ->
                rows.addObject().put("property", name).put("value", value).put("from", "SQLite's"));
    if (rows.isEmpty() && !output.asJson()) {
      spec.commandLine()
          .getOut()
          .println("nothing is set; 'inft init' asks for what is needed and writes it down");
      return 0;
    }
    output.array(spec.commandLine().getOut(), rows, List.of("property", "value", "from"));
    return 0;
  }

  private static String shown(InftProperty property, String value) {
    if (property.secret()) {
      return "(secret)";
    }
    return property.unit().isEmpty() ? value : value + " " + property.unit();
  }

  private static String from(
      InftProperty property, Settings settings, Properties fromProfile, Optional<Profile> profile) {
    if (fromProfile.containsKey(property.propertyName()) && profile.isPresent()) {
      return "profile " + profile.get().name() + ": " + profile.get().file();
    }
    return switch (settings.source(property)) {
      case PROPERTIES, URL -> "option";
      case SYSTEM_PROPERTY -> "system property " + property.systemProperty();
      case ENVIRONMENT -> "environment " + property.environment().orElse("");
      case DEFAULT -> "default";
    };
  }
}
