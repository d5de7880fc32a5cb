package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inft mcp} in a process of its own, and the official client. */
class MemoryServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();
  private static final String TOKEN = "5e1f7a1c0b2d4e6f8a9b";

  @TempDir Path folder;

  private List<String> command(String machine, String... options) {
    List<String> words = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-cp"));
    words.add(System.getProperty("java.class.path"));
    words.addAll(List.of("io.inft.cli.Inft", "mcp", "agent", "--network", "embedded"));
    words.addAll(List.of("--embedded-dir", folder.resolve("network").toString()));
    words.addAll(List.of("--home", folder.resolve(machine).toString()));
    words.addAll(List.of(options));
    return words;
  }

  private static McpJsonMapper json() {
    return new JacksonMcpJsonMapper(new ObjectMapper());
  }

  private McpSyncClient overStdio(String machine, String... options) {
    ServerParameters server =
        ServerParameters.builder(JAVA).args(command(machine, options)).build();
    return begun(new StdioClientTransport(server, json()));
  }

  private static McpSyncClient begun(McpClientTransport transport) {
    McpSyncClient client =
        McpClient.sync(transport)
            .requestTimeout(Duration.ofSeconds(60))
            .initializationTimeout(Duration.ofSeconds(60))
            .jsonSchemaValidator(
                new JsonSchemaValidator() {
                  @Override
                  public ValidationResponse validate(Map<String, Object> schema, Object value) {
                    return ValidationResponse.asValid("");
                  }
                })
            .build();
    client.initialize();
    return client;
  }

  private static String said(McpSyncClient client, String tool, Map<String, Object> arguments) {
    McpSchema.CallToolResult result =
        client.callTool(McpSchema.CallToolRequest.builder(tool).arguments(arguments).build());
    String text = ((McpSchema.TextContent) result.content().get(0)).text();
    return (Boolean.TRUE.equals(result.isError()) ? "ERROR " : "") + text;
  }

  private static JsonNode done(McpSyncClient client, String tool, Map<String, Object> arguments)
      throws Exception {
    String text = said(client, tool, arguments);
    assertThat(text).startsWith("{");
    return JSON.readTree(text);
  }

  /** What was said, without what differs from run to run. */
  private static String line(McpSyncClient client, String tool, Map<String, Object> arguments)
      throws Exception {
    String text = said(client, tool, arguments);
    return (tool + " -> " + text)
        .replaceAll("\"time\":\"[^\"]*\"", "\"time\":\"…\"")
        .replaceAll("\"score\":[0-9.E-]+", "\"score\":…");
  }

  @Test
  void aConversationIsAsItIsWrittenHere() throws Exception {
    List<String> heard = new ArrayList<>();
    try (McpSyncClient client = overStdio("laptop", "--durability", "anchored", "--space", "ada")) {
      heard.add(String.join(" ", client.listTools().tools().stream().map(t -> t.name()).toList()));
      heard.add(
          line(client, "remember", Map.of("key", "drink", "text", "Ada likes her tea strong")));
      heard.add(line(client, "correct", Map.of("key", "drink", "text", "Ada likes coffee")));
      heard.add(line(client, "recall", Map.of("question", "What does she like?")));
      heard.add(line(client, "forget", Map.of("key", "drink")));
      heard.add(line(client, "forget", Map.of("key", "drink")));
      heard.add(line(client, "list", Map.of()));
      heard.add(line(client, "undo", Map.of("version", 7)));
      heard.add(line(client, "undo", Map.of("version", 1)));
      heard.add(line(client, "list", Map.of()));
      heard.add(line(client, "remember", Map.of("txt", "x")));
    }
    assertThat(String.join("\n", heard))
        .isEqualTo(
            """
            remember recall list correct forget history diff undo receipt
            remember -> {"key":"drink","revision":1,"time":"…","version":1,"anchored":true}
            correct -> {"key":"drink","revision":2,"time":"…","version":2,"anchored":true}
            recall -> {"how":"full text","note":"full text only: there is no embedding model",\
            "memories":[{"key":"drink","text":"Ada likes coffee","revision":2,"time":"…",\
            "score":…}],"version":2,"anchored":true}
            forget -> {"key":"drink","erased":"not found any more; its history and older versions\
             still have it","version":3,"anchored":true}
            forget -> ERROR there is no memory with the key 'drink', or it was forgotten; list has\
             the keys
            list -> {"memories":[],"more":false,"version":3,"anchored":true}
            undo -> ERROR there is no version 7 to go back to: the newest is 3, history lists them
            undo -> {"restored":1,"newVersion":4,"version":4,"anchored":true}
            list -> {"memories":[{"key":"drink","text":"Ada likes her tea strong","revision":1,\
            "time":"…"}],"more":false,"version":4,"anchored":true}
            remember -> ERROR remember has no argument 'txt'; it has: text, key, subject, metadata\
            """);
  }

  /** A server under a process handle of ours, on HTTP. */
  private final class OverHttp implements AutoCloseable {
    private final Process process;
    private final String base;

    OverHttp(String machine, String... options) throws Exception {
      Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
      List<String> words = new ArrayList<>(List.of(JAVA));
      words.addAll(command(machine, options));
      words.addAll(List.of("--http", "0", "--token-file", token.toString()));
      process = new ProcessBuilder(words).redirectOutput(folder.resolve("out").toFile()).start();
      BufferedReader err =
          new BufferedReader(
              new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
      String line = err.readLine();
      while (line != null && !line.contains("http://")) {
        line = err.readLine();
      }
      assertThat(line).as("the server says where it is").isNotNull();
      base = line.substring(line.indexOf("http://"), line.lastIndexOf("/mcp"));
      Thread drain = new Thread(() -> err.lines().forEach(more -> {}));
      drain.setDaemon(true);
      drain.start();
    }

    McpSyncClient client() {
      return begun(
          HttpClientStreamableHttpTransport.builder(base)
              .jsonMapper(json())
              .addHttpRequestCustomizer(
                  (request, method, uri, body, context) ->
                      request.header("Authorization", "Bearer " + TOKEN))
              .build());
    }

    /** As {@code kill -9} does. */
    void kill() throws Exception {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws Exception {
      process.destroy();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        kill();
      }
    }
  }

  @Test
  void killedInMidSentenceItGoesOnAtAnotherMachine() throws Exception {
    List<String> promised = new ArrayList<>();
    try (OverHttp server = new OverHttp("laptop", "--durability", "anchored")) {
      McpSyncClient client = server.client();
      for (int i = 0; i < 5; i++) {
        assertThat(
                done(client, "remember", Map.of("key", "k" + i, "text", "fact " + i))
                    .path("anchored")
                    .asBoolean())
            .isTrue();
        promised.add("k" + i);
      }
      Thread talking =
          new Thread(
              () -> {
                for (int i = 5; ; i++) {
                  JsonNode answer;
                  try {
                    answer = done(client, "remember", Map.of("key", "k" + i, "text", "fact " + i));
                  } catch (Exception | AssertionError e) {
                    return; // nobody answers any more
                  }
                  if (answer.path("anchored").asBoolean()) {
                    synchronized (promised) {
                      promised.add("k" + i);
                    }
                  }
                }
              });
      talking.setDaemon(true);
      talking.start();
      Thread.sleep(1_500);
      server.kill();
    }
    // The machine is gone: its home folder is not used any more.
    try (McpSyncClient client = overStdio("other", "--durability", "anchored")) {
      List<String> keys = done(client, "list", Map.of("limit", 200)).findValuesAsText("key");
      synchronized (promised) {
        assertThat(promised).hasSizeGreaterThanOrEqualTo(5);
        assertThat(keys).containsAll(promised);
      }
      assertThat(
              done(client, "recall", Map.of("question", "fact 3")).at("/memories/0/text").asText())
          .isEqualTo("fact 3");
      done(client, "remember", Map.of("key", "after", "text", "it goes on"));
      String receipt = done(client, "receipt", Map.of("key", "after")).path("receipt").asText();
      Path file = Files.writeString(folder.resolve("receipt"), receipt);
      Process check =
          new ProcessBuilder(
                  JAVA,
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.inft.cli.Inft",
                  "check-proof",
                  file.toString(),
                  "--id",
                  "agent",
                  "--network",
                  "embedded",
                  "--embedded-dir",
                  folder.resolve("network").toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("checked").toFile())
              .start();
      assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(check.exitValue()).as(Files.readString(folder.resolve("checked"))).isZero();
    }
  }

  @Test
  void onlyTheProtocolIsOnStandardOutputAlsoWhenItLogs() throws Exception {
    List<String> words = new ArrayList<>(List.of(JAVA));
    words.addAll(command("laptop", "--debug"));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(
          """
          {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",\
          "capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
          {"jsonrpc":"2.0","method":"notifications/initialized"}
          {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"remember",\
          "arguments":{"text":"one"}}}
          no JSON at all
          """
              .getBytes(StandardCharsets.UTF_8));
      in.flush();
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!Files.readString(out).contains("\"id\":2") && System.nanoTime() < end) {
        Thread.sleep(100);
      }
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends with its input").isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(Files.readString(err)).contains("DEBUG");
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.toString()).contains("\"id\":1", "\"id\":2");
    for (String line : lines) {
      assertThat(JSON.readTree(line).path("jsonrpc").asText()).isEqualTo("2.0");
    }
  }

  @Test
  void aServerThatOnlyReadsFollowsOneThatWrites() throws Exception {
    try (McpSyncClient writer = overStdio("laptop", "--durability", "anchored")) {
      done(writer, "remember", Map.of("text", "the plants want water"));
      try (McpSyncClient reader =
          overStdio("other", "--read-only", "--sql", "read", "-P", "refresh=1s")) {
        assertThat(reader.listTools().tools().stream().map(McpSchema.Tool::name))
            .containsExactly("recall", "list", "history", "diff", "receipt", "query");
        assertThat(done(reader, "recall", Map.of("question", "plants")).path("memories"))
            .hasSize(1);
        assertThat(
                done(reader, "query", Map.of("sql", "SELECT count(*) FROM inft_memory"))
                    .path("rows"))
            .hasToString("[[1]]");
        assertThat(said(reader, "query", Map.of("sql", "DELETE FROM inft_memory")))
            .startsWith("ERROR");
      }
    }
  }
}
