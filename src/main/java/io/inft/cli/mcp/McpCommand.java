package io.inft.cli.mcp;

import io.inft.cli.console.DatabaseOptions;
import io.inft.jdbc.config.InftProperty;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code inft mcp}. */
@Command(
    name = "mcp",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Serve a database as the memory of agents over the Model Context Protocol (MCP).",
      "On standard input and output, as a client starts it, or on HTTP with a token."
    },
    footer = {
      "",
      "Tools: remember, recall, list, correct, forget, history, diff, undo, receipt.",
      "Ends when standard input does, or at Ctrl-C, and publishes what is left. The",
      "token of --http stands in the file or in INFT_MCP_TOKEN; it goes over the wire",
      "as it is, so put what ends TLS in front of anything but loopback.",
      "",
      "Examples:",
      "  inft mcp agent-1 --durability anchored",
      "  inft mcp agent-1 --read-only --sql read",
      "  inft mcp agent-1 --http 8765 --token-file token --space ada"
    })
public final class McpCommand implements Callable<Integer> {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MOST_PORT = 65_535;
  private static final String TOKEN = "INFT_MCP_TOKEN";

  @Spec private CommandSpec spec;
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(
      names = "--space",
      defaultValue = "main",
      paramLabel = "<name>",
      description = "Whose memories these are; other spaces are not seen (${DEFAULT-VALUE}).")
  private String space = "";

  @Option(names = "--read-only", description = "Only the tools that read.")
  private boolean readOnly;

  @Option(
      names = "--durability",
      paramLabel = "<what>",
      description = "local, or anchored: an answer waits until it is published.")
  private @Nullable String durability;

  @Option(
      names = "--sql",
      paramLabel = "read",
      description = "A tool query too, for SELECT over all spaces and tables.")
  private @Nullable String sql;

  @Option(
      names = "--model",
      paramLabel = "<name>",
      description = "Which of the embedding models on the class path, if there are several.")
  private @Nullable String model;

  @Option(
      names = "--http",
      paramLabel = "<port>",
      description = "Serve http://127.0.0.1:<port>/mcp instead; 0 takes a free port.")
  private @Nullable Integer port;

  @Option(
      names = "--bind",
      defaultValue = LOOPBACK,
      paramLabel = "<address>",
      description = "With --http: the address to listen on (${DEFAULT-VALUE}).")
  private String bind = LOOPBACK;

  @Option(
      names = "--token-file",
      paramLabel = "<file>",
      description = "With --http: its first line is what a client must show.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--origin",
      paramLabel = "<origin>",
      description = "With --http: a web page that may call, may be given often (none).")
  private List<String> origins = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    // Before anything opens: whatever is printed here from now on goes to standard error.
    PrintStream protocol = System.out;
    if (port == null) {
      System.setOut(System.err);
    }
    try {
      return serve(protocol);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    } catch (NoClassDefFoundError e) {
      throw wrong(
          "mcp needs the jar of agents and io.modelcontextprotocol.sdk:mcp-json-jackson2 on the"
              + " class path, as jars.md has it: "
              + e.getMessage());
    } finally {
      System.setOut(protocol);
    }
  }

  private int serve(PrintStream protocol) throws Exception {
    String token = port == null ? "" : token();
    Properties properties = properties();
    try (MemoryHome home = MemoryHome.open(database.id(), properties, space, model)) {
      Serving serving = new Serving(box(home), release());
      if (port == null) {
        say("serving '" + home.id() + "' on standard input and output");
        serving.onStreams(System.in, protocol);
      } else {
        overHttp(serving, home, token);
      }
    }
    return 0;
  }

  private void say(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), why);
  }

  private Properties properties() throws Exception {
    if (space.isBlank() || space.length() > ToolArguments.MOST_NAME) {
      throw wrong("--space has from 1 to " + ToolArguments.MOST_NAME + " characters");
    }
    if (sql != null && !sql.equals("read")) {
      throw wrong("--sql '" + sql + "' is not possible; there is only --sql read");
    }
    Properties properties = readOnly ? database.readingProperties() : database.properties();
    if (durability != null) {
      properties.setProperty(InftProperty.DURABILITY.propertyName(), durability);
    }
    if (sql != null) {
      whole(properties);
    }
    return properties;
  }

  /** A query reads the file itself, so all pages must be in it. */
  private void whole(Properties properties) {
    String open = InftProperty.OPEN.propertyName();
    if ("lazy".equals(properties.getProperty(open))) {
      throw wrong("--sql read needs all pages of the database: leave " + open + "=lazy away");
    }
    properties.setProperty(open, "full");
  }

  private ToolBox box(MemoryHome home) {
    List<Tool> tools = new ArrayList<>(new MemoryTools(home).all());
    tools.addAll(new VersionTools(home, sql != null).all());
    if (sql != null) {
      tools.add(new QueryTool(home).tool());
    }
    return new ToolBox(home, tools, readOnly);
  }

  private static String release() {
    String version = McpCommand.class.getPackage().getImplementationVersion();
    return version == null ? "source" : version;
  }

  private String token() throws IOException {
    String token =
        tokenFile == null
            ? System.getenv(TOKEN)
            : Files.readString(tokenFile).lines().findFirst().orElse("");
    if (token == null || token.strip().length() < HttpServing.LEAST_TOKEN) {
      throw wrong(
          "--http needs a token of at least "
              + HttpServing.LEAST_TOKEN
              + " characters, in --token-file or "
              + TOKEN
              + "; 'openssl rand -hex 32' makes one");
    }
    return token.strip();
  }

  /** Names nothing of the SDK, so that the other commands go without it. */
  private void overHttp(Serving serving, MemoryHome home, String token) throws Exception {
    int wanted = port == null ? 0 : port;
    if (wanted < 0 || wanted > MOST_PORT) {
      throw wrong("--http " + wanted + " is no port; expected 0 to " + MOST_PORT);
    }
    InetAddress address = InetAddress.getByName(bind);
    Set<String> pages = new LinkedHashSet<>();
    origins.forEach(origin -> pages.add(origin.toLowerCase(Locale.ROOT)));
    String host = address.getHostAddress();
    serving.overHttp(
        new InetSocketAddress(address, wanted),
        token,
        pages,
        listening ->
            say(
                "serving '"
                    + home.id()
                    + "' on http://"
                    + (host.contains(":") ? "[" + host + "]" : host)
                    + ":"
                    + listening
                    + HttpServing.PATH));
  }
}
