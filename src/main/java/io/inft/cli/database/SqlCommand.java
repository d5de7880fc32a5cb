package io.inft.cli.database;

import io.inft.cli.console.ByteText;
import io.inft.cli.console.DatabaseOptions;
import io.inft.failure.SettingException;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.Target;
import io.inft.jdbc.sql.Script;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft sql}. */
@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    description = {
      "Run one statement, or those of a file, and print what it gives.",
      "Only reads unless --write is given; then it is published before the command ends."
    },
    footer = {
      "",
      "Examples:",
      "  inft sql agent-1 'SELECT * FROM memory LIMIT 5'",
      "  inft sql agent-1 'SELECT * FROM memory' --format csv > memory.csv",
      "  inft sql agent-1 --write --file schema.sql"
    })
public final class SqlCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MAX_SCRIPT_BYTES = 64 << 20;

  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Parameters(index = "1", arity = "0..1", paramLabel = "<sql>", description = "The statement.")
  private @Nullable String sql;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "<file>",
      description = "A file of statements instead; - is standard input.")
  private @Nullable String file;

  @Option(names = "--write", description = "Also statements that change something.")
  private boolean write;

  @Option(
      names = "--format",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private ResultText format = ResultText.TABLE;

  @Option(names = "--json", description = "The same as --format json.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    String text = text();
    PrintWriter out = spec.commandLine().getOut();
    try (Connection connection = database.connect(!write);
        Statement statement = connection.createStatement()) {
      ResultText shown = json ? ResultText.JSON : format;
      if (file != null) {
        statement.executeUpdate(text); // the whole script
      } else if (statement.execute(text)) {
        shown.print(out, statement.getResultSet());
      }
      if (write) {
        long version = connection.unwrap(InftConnection.class).sync(PATIENCE).number();
        spec.commandLine().getErr().println("published: version " + version);
      }
      out.flush();
    }
    return 0;
  }

  private String text() throws IOException, SQLException {
    if ((sql == null) == (file == null)) {
      throw new ParameterException(
          spec.commandLine(), "a statement or --file, " + (sql == null ? "not none" : "not both"));
    }
    if (sql != null) {
      if (Script.of(sql).many()) {
        throw new ParameterException(
            spec.commandLine(),
            "these are several statements; give them with --file (- for input)");
      }
      return sql;
    }
    byte[] bytes;
    if ("-".equals(file)) {
      bytes = System.in.readNBytes(MAX_SCRIPT_BYTES + 1);
    } else {
      Path path = Path.of(String.valueOf(file));
      bytes = read(path);
    }
    if (bytes.length > MAX_SCRIPT_BYTES) {
      throw Target.failure(
          new SettingException("--file", "it is longer than " + ByteText.of(MAX_SCRIPT_BYTES)));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] read(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(MAX_SCRIPT_BYTES + 1);
    }
  }
}
