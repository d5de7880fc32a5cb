package io.inft.cli;

import io.inft.cli.console.Output;
import io.inft.cli.database.Events;
import io.inft.cli.database.Forks;
import io.inft.cli.database.History;
import io.inft.cli.database.Pull;
import io.inft.cli.database.Push;
import io.inft.cli.database.RestoreVersion;
import io.inft.cli.database.Status;
import io.inft.cli.database.Sync;
import io.inft.cli.database.Verify;
import io.inft.cli.keys.Keys;
import io.inft.cli.registry.RegistryCommand;
import io.inft.cli.storage.StorageCommand;
import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code inft}. */
@Command(
    name = "inft",
    mixinStandardHelpOptions = true,
    versionProvider = Inft.Release.class,
    description = "SQLite databases whose durable home is 0G Storage.",
    subcommands = {
      Demo.class,
      Status.class,
      History.class,
      Push.class,
      Pull.class,
      RestoreVersion.class,
      Events.class,
      Forks.class,
      Sync.class,
      Keys.class,
      RunDevnet.class,
      StorageCommand.class,
      Verify.class,
      RegistryCommand.class,
      DoctorCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Settings come from the options, then from system properties (inft.<name>), then from the",
      "environment (INFT_NETWORK, INFT_HOME, INFT_ENCRYPTION_PASSWORD, ZERO_G_RPC …).",
      "INFT_DEBUG=1 or --debug shows what happens inside. Exit codes: 0 done, 1 failed, 2 usage.",
      "",
      "Begin with:  java -jar inft-jdbc-all.jar demo"
    })
public final class Inft implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @CommandLine.Option(
      names = "--debug",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show what happens inside, and where a failure comes from.")
  private boolean debug;

  public static void main(String[] arguments) {
    // Before the first logger is made.
    boolean debug = java.util.Arrays.asList(arguments).contains("--debug") || debugWanted();
    System.setProperty("org.slf4j.simpleLogger.log.io.inft", debug ? "debug" : "warn");
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.exit(commandLine().execute(arguments));
  }

  private static boolean debugWanted() {
    String wanted = System.getenv("INFT_DEBUG");
    return wanted != null && !wanted.isEmpty() && !wanted.equals("0");
  }

  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Inft());
    line.setExecutionExceptionHandler(Inft::failed);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  private static int failed(Exception thrown, CommandLine line, CommandLine.ParseResult unused) {
    PrintWriter err = line.getErr();
    // The same failure has the same state, whatever a command went through.
    Exception failure = thrown instanceof InftException ours ? Target.failure(ours) : thrown;
    // An IOException of our own says all; of the JDK's, the class says what is wrong with the file.
    boolean speaks = failure instanceof SQLException || failure.getClass() == IOException.class;
    err.println("inft: " + (speaks ? failure.getMessage() : failure.toString()));
    if (failure instanceof SQLException sql && sql.getSQLState() != null) {
      err.println("SQLSTATE " + sql.getSQLState());
    }
    boolean debug = line.getCommandSpec().root().userObject() instanceof Inft inft && inft.debug;
    if (debug || debugWanted()) {
      failure.printStackTrace(err);
    } else {
      err.println("(--debug shows more)");
    }
    return Output.FAILED;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The release, from the jar's manifest. */
  static final class Release implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Inft.class.getPackage().getImplementationVersion();
      return new String[] {"inft " + (version == null ? "(from source)" : version)};
    }
  }
}
