package io.inft.cli.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.DurableFiles;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.Profile;
import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.SecretFile;
import io.inft.jdbc.config.Settings;
import io.inft.jdbc.config.Surroundings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft init}. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = {
      "Write down the settings that the other commands shall start from.",
      "What the options do not say is asked for; an empty answer leaves it out. Secrets stay in"
          + " files of their own, of which only the names are written."
    },
    footer = {
      "",
      "The file is <name>.properties in $INFT_PROFILES, or in inft in $XDG_CONFIG_HOME or"
          + " ~/.config.",
      "Applications do not read it.",
      "",
      "Examples:",
      "  inft init",
      "  inft init --profile work --network galileo -P contract=0x1234… \\",
      "    --password-file ~/agent.password --private-key-file ~/agent.key --no-questions"
    })
public final class InitCommand implements Callable<Integer> {
  private static final Surroundings NOTHING =
      new Surroundings(none -> Optional.empty(), none -> Optional.empty());

  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions network = new NetworkOptions();

  @Option(names = "--no-questions", description = "Write what the options say, and ask nothing.")
  private boolean silent;

  @Option(names = "--force", description = "Replace a profile that is there.")
  private boolean force;

  @Mixin private Output output = new Output();

  @Override
  public Integer call() throws Exception {
    String name = network.profileName().orElse(Profile.DEFAULT);
    try {
      Path file = Profile.file(Profile.folder(Surroundings.ofThisProcess()), name);
      if (Files.exists(file) && !force) {
        throw new ParameterException(
            spec.commandLine(), file + " is there already; --force replaces it");
      }
      Properties settings = network.given();
      if (!silent) {
        ask(settings);
      }
      absolute(settings);
      Settings.resolve(Map.of(), settings, NOTHING); // refuses what cannot be
      write(file, settings);
      report(name, file, settings);
      return 0;
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }

  private void ask(Properties settings) throws IOException {
    Questions questions =
        new Questions(
            new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())),
            spec.commandLine().getErr());
    questions.ask(settings, InftProperty.NETWORK, "Network: embedded, galileo, mainnet or custom");
    String chosen = settings.getProperty(InftProperty.NETWORK.propertyName(), "");
    if (!chosen.equals("embedded")) {
      if (!chosen.equals("galileo") && !chosen.equals("mainnet")) {
        questions.ask(settings, InftProperty.RPC, "URL of the chain (JSON-RPC)");
        questions.ask(settings, InftProperty.INDEXER, "URL of the 0G Storage indexer");
      }
      questions.ask(settings, InftProperty.CONTRACT, "Address of the registry contract");
      questions.ask(
          settings, InftProperty.PRIVATE_KEY_FILE, "File with the key that signs and pays");
    }
    questions.ask(settings, InftProperty.PASSWORD_FILE, "File with the password of your databases");
    questions.ask(settings, InftProperty.HOME, "Folder of working copies (~/.inft)");
    if (questions.ended() && settings.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "nobody answered; name the settings as options, with --no-questions");
    }
  }

  /** A command is run from many folders. */
  private static void absolute(Properties settings) {
    for (String name : settings.stringPropertyNames()) {
      String value = settings.getProperty(name);
      boolean path =
          InftProperty.of(name).filter(known -> known.kind() == InftProperty.Kind.PATH).isPresent();
      if (path && !value.startsWith("~")) {
        settings.setProperty(name, Path.of(value).toAbsolutePath().normalize().toString());
      }
    }
  }

  private void write(Path file, Properties settings) throws InftException, IOException {
    StringWriter lines = new StringWriter();
    for (String setting : new TreeSet<>(settings.stringPropertyNames())) {
      Properties one = new Properties();
      one.setProperty(setting, settings.getProperty(setting));
      StringWriter text = new StringWriter();
      one.store(text, null);
      text.toString().lines().filter(l -> !l.startsWith("#")).forEach(l -> lines.write(l + "\n"));
    }
    String text = "# Settings of the command line; 'inft config' shows what counts.\n" + lines;
    if (force) {
      DurableFiles.createFolders(Profile.folder(Surroundings.ofThisProcess()));
      DurableFiles.replace(file, text.getBytes(StandardCharsets.UTF_8));
    } else if (!SecretFile.create(file, text.stripTrailing())) {
      throw new ParameterException(
          spec.commandLine(), file + " is there already; --force replaces it");
    }
  }

  private void report(String name, Path file, Properties settings) throws IOException {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("profile", name).put("file", file.toString());
    if (output.asJson()) {
      ObjectNode values = json.putObject("settings");
      new TreeSet<>(settings.stringPropertyNames())
          .forEach(setting -> values.put(setting, settings.getProperty(setting)));
    }
    output.object(spec.commandLine().getOut(), json);
    if (!output.asJson()) {
      String option = name.equals(Profile.DEFAULT) ? "" : " --profile " + name;
      spec.commandLine().getOut().println("Look through it with 'inft doctor" + option + "'.");
    }
  }
}
