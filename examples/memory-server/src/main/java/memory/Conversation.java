package memory;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Plays a conversation with a memory server, kills it, and goes on with one elsewhere. */
public final class Conversation {
  private final Path folder;
  private final PrintStream out;

  /**
   * @param folder for the network and for the home folders of two machines
   */
  Conversation(Path folder, PrintStream out) {
    this.folder = folder;
    this.out = out;
  }

  public static void main(String[] arguments) throws Exception {
    new Conversation(Files.createTempDirectory("memory-server"), System.out).play();
  }

  void play() throws Exception {
    try (McpSyncClient laptop = server("laptop")) {
      say(laptop, "remember", Map.of("key", "drink", "text", "Ada likes her tea strong"));
      say(laptop, "remember", Map.of("text", "Ada is allergic to walnut", "subject", "ada"));
      say(laptop, "correct", Map.of("key", "drink", "text", "Ada likes coffee"));
      out.println("-- kill -9");
      ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
    }
    out.println("-- another machine");
    try (McpSyncClient other = server("other")) {
      say(other, "recall", Map.of("question", "What does Ada like?"));
      say(other, "history", Map.of("key", "drink"));
      say(other, "undo", Map.of("version", 1));
      say(other, "recall", Map.of("question", "What does Ada like?"));
      say(other, "receipt", Map.of("key", "drink"));
    }
  }

  private McpSyncClient server(String machine) {
    ServerParameters inft =
        ServerParameters.builder(Path.of(System.getProperty("java.home"), "bin/java").toString())
            .args(
                List.of(
                    "-cp",
                    classPath(),
                    "io.inft.cli.Inft",
                    "mcp",
                    "agent-1",
                    "--durability=anchored",
                    "--network=embedded",
                    "--embedded-dir=" + folder.resolve("network"),
                    "--home=" + folder.resolve(machine)))
            .build();
    McpSyncClient client =
        McpClient.sync(new StdioClientTransport(inft, new JacksonMcpJsonMapper(new ObjectMapper())))
            .requestTimeout(Duration.ofMinutes(1))
            .initializationTimeout(Duration.ofMinutes(1))
            .jsonSchemaValidator(new NoSchemas())
            .build();
    client.initialize();
    return client;
  }

  /** Of this program, also when Maven runs it inside its own. */
  private static String classPath() {
    ClassLoader loader = Conversation.class.getClassLoader();
    if (loader instanceof java.net.URLClassLoader urls) {
      StringBuilder path = new StringBuilder();
      for (java.net.URL url : urls.getURLs()) {
        path.append(Path.of(java.net.URI.create(url.toString())))
            .append(java.io.File.pathSeparatorChar);
      }
      return path.toString();
    }
    return System.getProperty("java.class.path");
  }

  private void say(McpSyncClient server, String tool, Map<String, Object> arguments) {
    out.println("> " + tool + " " + arguments);
    McpSchema.CallToolResult answer =
        server.callTool(McpSchema.CallToolRequest.builder(tool).arguments(arguments).build());
    out.println(((McpSchema.TextContent) answer.content().get(0)).text());
  }

  private static final class NoSchemas implements JsonSchemaValidator {
    @Override
    public ValidationResponse validate(Map<String, Object> schema, Object value) {
      return ValidationResponse.asValid("");
    }
  }
}
