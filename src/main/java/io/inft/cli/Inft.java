package io.inft.cli;

import io.inft.cli.account.AccountCommand;
import io.inft.cli.config.ConfigCommand;
import io.inft.cli.config.InitCommand;
import io.inft.cli.console.Judging;
import io.inft.cli.console.Output;
import io.inft.cli.console.Suggestions;
import io.inft.cli.console.TransferBar;
import io.inft.cli.database.DiffCommand;
import io.inft.cli.database.Events;
import io.inft.cli.database.ForksCommand;
import io.inft.cli.database.History;
import io.inft.cli.database.ImportFiles;
import io.inft.cli.database.ListCommand;
import io.inft.cli.database.Outbox;
import io.inft.cli.database.Pull;
import io.inft.cli.database.Push;
import io.inft.cli.database.Renew;
import io.inft.cli.database.RestoreVersion;
import io.inft.cli.database.SqlCommand;
import io.inft.cli.database.Status;
import io.inft.cli.database.Sync;
import io.inft.cli.database.Verify;
import io.inft.cli.handover.HandOverCommand;
import io.inft.cli.keys.KeysCommand;
import io.inft.cli.mcp.McpCommand;
import io.inft.cli.proof.CheckProof;
import io.inft.cli.proof.ProveCommand;
import io.inft.cli.proof.ReceiptCommand;
import io.inft.cli.registry.RegistryCommand;
import io.inft.cli.report.ReportCommand;
import io.inft.cli.storage.StorageCommand;
import io.inft.cli.watch.WatchCommand;
import io.inft.failure.InftException;
import io.inft.failure.InvalidIdException;
import io.inft.failure.SettingException;
import io.inft.jdbc.Target;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The program {@code inft}. */
@Command(
    name = "inft",
    mixinStandardHelpOptions = true,
    versionProvider = Inft.Release.class,
    description = "SQLite databases whose durable home is 0G Storage.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed (verify, check-proof: something contradicts the chain, the pin or itself; diff: "
          + "the two differ)",
      "2:no verdict is possible, or somebody must say yes first and nothing was changed",
      "64:wrong usage: an option, a setting or an id that cannot be"
    },
    footer = {
      "",
      "Settings come from the options, then from system properties (inft.<name>), then from the"
          + " environment (INFT_NETWORK, INFT_HOME, INFT_ENCRYPTION_PASSWORD, ZERO_G_RPC …), then"
          + " from a profile ('inft init' writes one, 'inft config' shows what counts).",
      "INFT_DEBUG=1 or --debug shows what happens inside.",
      "",
      "Begin with:  java -jar inft-jdbc-all.jar demo"
    })
public final class Inft implements Runnable {
  private static final List<Class<?>> COMMANDS =
      List.of(
          Demo.class,
          Status.class,
          History.class,
          DiffCommand.class,
          ImportFiles.class,
          Push.class,
          Pull.class,
          RestoreVersion.class,
          Events.class,
          ReceiptCommand.class,
          ProveCommand.class,
          CheckProof.class,
          ForksCommand.class,
          Sync.class,
          Outbox.class,
          Renew.class,
          KeysCommand.class,
          HandOverCommand.class,
          RunDevnet.class,
          StorageCommand.class,
          Verify.class,
          RegistryCommand.class,
          DoctorCommand.class,
          ListCommand.class,
          WatchCommand.class,
          ReportCommand.class,
          SqlCommand.class,
          McpCommand.class,
          AccountCommand.class,
          InitCommand.class,
          ConfigCommand.class,
          CompletionCommand.class,
          CommandLine.HelpCommand.class);

  @CommandLine.Spec private CommandSpec spec;

  @CommandLine.Option(
      names = "--debug",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show what happens inside, and where a failure comes from.")
  private boolean debug;

  public static void main(String[] arguments) {
    // Before the first logger is made.
    List<String> given = Arrays.asList(arguments);
    boolean debug = given.contains("--debug") || debugWanted();
    // The demo's network and keys are its own, and gone at its end.
    String level = debug ? "debug" : given.indexOf("demo") == 0 ? "error" : "warn";
    System.setProperty("org.slf4j.simpleLogger.log.io.inft", level);
    System.setProperty("org.slf4j.simpleLogger.showThreadName", Boolean.toString(debug));
    System.setProperty("org.slf4j.simpleLogger.showLogName", Boolean.toString(debug));
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.exit(commandLine(given).execute(arguments));
  }

  private static boolean debugWanted() {
    String wanted = System.getenv("INFT_DEBUG");
    return wanted != null && !wanted.isEmpty() && !wanted.equals("0");
  }

  /** The program with all its commands. */
  public static CommandLine commandLine() {
    return commandLine(COMMANDS.stream().map(Inft::about).map(Command::name).toList());
  }

  /**
   * The program as these arguments need it. Looking through the options of every command takes
   * longer than most commands do, so those that are not named have a name and a sentence only.
   */
  static CommandLine commandLine(Collection<String> arguments) {
    CommandLine line = new CommandLine(new Inft());
    for (Class<?> type : COMMANDS) {
      Command about = about(type);
      if (arguments.contains(about.name())) {
        line.addSubcommand(about.name(), type);
      } else {
        CommandSpec unread = CommandSpec.create().name(about.name());
        unread.usageMessage().description(about.description());
        line.addSubcommand(about.name(), new CommandLine(unread));
      }
    }
    line.setExecutionExceptionHandler(Inft::failed);
    line.setParameterExceptionHandler(Inft::misused);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  private static Command about(Class<?> type) {
    return Objects.requireNonNull(type.getAnnotation(Command.class));
  }

  private static int misused(CommandLine.ParameterException wrong, String[] arguments) {
    CommandLine line = wrong.getCommandLine();
    PrintWriter err = line.getErr();
    String message = String.valueOf(wrong.getMessage());
    err.println("inft: " + message);
    CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("(" + line.getCommandSpec().qualifiedName() + " --help shows what there is)");
    boolean json = Arrays.asList(arguments).contains("--json");
    if (json && line.getCommandSpec().userObject() instanceof Judging judging) {
      answer(judging, line, message, Optional.empty());
    }
    return Output.USAGE;
  }

  private static int failed(Exception thrown, CommandLine line, CommandLine.ParseResult unused) {
    PrintWriter err = line.getErr();
    // The same failure has the same state, whatever a command went through.
    Exception failure = thrown instanceof InftException ours ? Target.failure(ours) : thrown;
    String message = Suggestions.complete(words(failure), line);
    if (TransferBar.isOnTerminal()) {
      Output.sentence(err, "inft: ", message);
    } else {
      err.println("inft: " + message); // on one line, for whoever searches it
    }
    Optional<String> state =
        failure instanceof SQLException sql
            ? Optional.ofNullable(sql.getSQLState())
            : Optional.empty();
    state.ifPresent(known -> err.println("SQLSTATE " + known));
    boolean debug = line.getCommandSpec().root().userObject() instanceof Inft inft && inft.debug;
    if (debug || debugWanted()) {
      failure.printStackTrace(err);
    } else {
      err.println("(--debug shows more)");
    }
    if (!(line.getCommandSpec().userObject() instanceof Judging judging)) {
      return isMisuse(failure) ? Output.USAGE : Output.FAILED;
    }
    if (line.getParseResult().hasMatchedOption("--json")) {
      answer(judging, line, message, state);
    }
    return isMisuse(failure) ? Output.USAGE : judging.impossible();
  }

  /**
   * Of the JDK's failures about files the message is the file, and the class says what is wrong.
   */
  private static String words(Exception failure) {
    if (failure instanceof FileSystemException file && file.getReason() == null) {
      String what =
          failure instanceof NoSuchFileException
              ? "there is no such file or folder"
              : failure instanceof AccessDeniedException
                  ? "this account may not use it"
                  : failure instanceof FileAlreadyExistsException
                      ? "it exists already"
                      : "it cannot be used";
      return file.getFile() + ": " + what;
    }
    boolean speaks = failure instanceof SQLException || failure instanceof IOException;
    return speaks && failure.getMessage() != null ? failure.getMessage() : failure.toString();
  }

  /** Whether the caller must write something else: what was given can never be. */
  private static boolean isMisuse(Exception failure) {
    return failure.getCause() instanceof SettingException
        || failure.getCause() instanceof InvalidIdException;
  }

  private static void answer(
      Judging judging, CommandLine line, String why, Optional<String> state) {
    line.getOut().println(judging.impossible(why, state));
    line.getOut().flush();
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
