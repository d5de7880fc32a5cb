package io.inft.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.agents.search.Embedder;
import io.inft.agents.search.NewMemory;
import io.inft.cli.CommandRun;
import io.inft.jdbc.InftConnection;
import io.inft.replica.Engines;
import io.inft.replica.restore.LogEntry;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tools, called as a client calls them. */
class McpToolsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "0123456789abcdef0123";

  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Properties machine(String name) {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(name).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("durability", "anchored");
    return properties;
  }

  private MemoryHome home(String space) throws Exception {
    return new MemoryHome("a", machine("laptop"), space, Optional.empty());
  }

  private static ToolBox box(MemoryHome home, boolean readOnly) {
    List<Tool> tools = new ArrayList<>(new MemoryTools(home).all());
    tools.addAll(new VersionTools(home, false).all());
    tools.add(new QueryTool(home).tool());
    return new ToolBox(home, tools, readOnly);
  }

  private static McpSchema.CallToolResult call(ToolBox box, String name, Object... arguments) {
    Tool tool =
        box.tools().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    Map<String, Object> given = new java.util.HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      given.put((String) arguments[i], arguments[i + 1]);
    }
    return box.call(tool, given);
  }

  private static String text(McpSchema.CallToolResult result) {
    return ((McpSchema.TextContent) result.content().get(0)).text();
  }

  private static JsonNode done(ToolBox box, String name, Object... arguments) throws Exception {
    McpSchema.CallToolResult result = call(box, name, arguments);
    assertThat(result.isError()).as(text(result)).isFalse();
    return JSON.readTree(text(result));
  }

  private static String refused(ToolBox box, String name, Object... arguments) {
    McpSchema.CallToolResult result = call(box, name, arguments);
    assertThat(result.isError()).as(text(result)).isTrue();
    return text(result);
  }

  @Test
  void aMemoryIsCorrectedForgottenAndBroughtBack() throws Exception {
    try (MemoryHome home = home("ada")) {
      ToolBox box = box(home, false);
      JsonNode first = done(box, "remember", "text", "Ada likes her tea strong", "key", "drink");
      assertThat(first.path("version").asLong()).isEqualTo(1);
      assertThat(first.path("anchored").asBoolean()).isTrue();
      assertThat(done(box, "correct", "key", "drink", "text", "Ada likes coffee").path("revision"))
          .hasToString("2");
      JsonNode found = done(box, "recall", "question", "what does Ada like?");
      assertThat(found.path("how").asText()).isEqualTo("full text");
      assertThat(found.path("note").asText()).contains("no embedding model");
      assertThat(found.at("/memories/0/text").asText()).isEqualTo("Ada likes coffee");
      done(box, "forget", "key", "drink");
      assertThat(done(box, "list").path("memories")).isEmpty();
      assertThat(done(box, "history", "key", "drink").path("revisions")).hasSize(3);

      assertThat(done(box, "diff", "from", 1, "to", 3).path("memories").findValuesAsText("what"))
          .containsExactly("corrected", "forgotten");
      assertThat(refused(box, "undo", "version", 3)).contains("the newest is 3");
      JsonNode back = done(box, "undo", "version", 2);
      assertThat(back.path("version").asLong()).isEqualTo(4);
      assertThat(done(box, "list").at("/memories/0/text").asText()).isEqualTo("Ada likes coffee");
      assertThat(done(box, "history").path("versions")).hasSize(4);
      JsonNode receipt = done(box, "receipt", "event", 1);
      assertThat(receipt.path("receipt").asText())
          .startsWith("inft-proof 1 event")
          .doesNotContain("tea");
    }
  }

  @Test
  void whatASubjectSaidIsErasedAndStaysSo() throws Exception {
    try (MemoryHome home = home("ada")) {
      ToolBox box = box(home, false);
      done(box, "remember", "text", "Eve is allergic to walnut", "key", "eve", "subject", "eve");
      done(box, "remember", "text", "the sky is blue", "key", "sky");
      assertThat(done(box, "recall", "question", "walnut").path("memories")).hasSize(1);
      done(box, "forget", "subject", "eve");
      assertThat(done(box, "recall", "question", "walnut").path("memories")).isEmpty();
      done(box, "undo", "version", 2);
      assertThat(done(box, "list").path("memories").findValuesAsText("key")).containsExactly("sky");
      assertThat(done(box, "history", "key", "eve").at("/revisions/0/state").asText())
          .isEqualTo("forgotten");
      // Going back took the event of it away: the next call leaves it again.
      done(box, "forget", "subject", "eve");
      assertThat(refused(box, "forget", "subject", "eve")).contains("no key of the subject 'eve'");
    }
  }

  @Test
  void oneAgentsMemoriesAreNotAnothers() throws Exception {
    try (MemoryHome ada = home("ada");
        MemoryHome bob = home("bob")) {
      ToolBox hers = box(ada, false);
      ToolBox his = box(bob, false);
      done(hers, "remember", "text", "the code is 4711", "key", "code");
      done(his, "remember", "text", "bob was here", "key", "here");
      assertThat(done(his, "recall", "question", "code 4711").path("memories")).isEmpty();
      assertThat(done(his, "list").path("memories")).hasSize(1);
      assertThat(refused(his, "correct", "key", "code", "text", "0")).contains("list has the keys");
      assertThat(refused(his, "forget", "key", "code")).contains("no memory");
      assertThat(refused(his, "history", "key", "code")).contains("never was");
      assertThat(refused(his, "receipt", "key", "code")).contains("no published version");
      assertThat(done(his, "diff", "from", 1).path("memories").findValuesAsText("key"))
          .containsExactly("here");
    }
  }

  @Test
  void aSubjectIsOfOneSpace() throws Exception {
    try (MemoryHome ada = home("ada");
        MemoryHome bob = home("bob")) {
      ToolBox hers = box(ada, false);
      ToolBox his = box(bob, false);
      done(hers, "remember", "text", "Eve likes walnut", "key", "hers", "subject", "eve");
      done(his, "remember", "text", "Eve likes almond", "key", "his", "subject", "eve");
      ada.memories().remember(NewMemory.of("ada", "Eve paints").key("app").about("eve"));
      done(his, "forget", "subject", "eve");
      assertThat(done(his, "list").path("memories")).isEmpty();
      assertThat(done(hers, "list").path("memories").findValuesAsText("subject"))
          .containsExactly("eve", "eve");
      done(hers, "correct", "key", "hers", "text", "Eve likes hazelnut");
      done(hers, "forget", "subject", "eve");
      assertThat(done(hers, "list").path("memories").findValuesAsText("key"))
          .containsExactly("app");
    }
    // Neither is the end of a space's name the beginning of a subject's.
    try (MemoryHome one = home("a:b");
        MemoryHome other = home("a")) {
      assertThat(one.scoped("c")).isEqualTo("mcp:3:a:b:c").isNotEqualTo(other.scoped("b:c"));
      assertThat(one.unscoped(one.scoped("c"))).isEqualTo("c");
    }
  }

  @Test
  void aReceiptShowsNoEventOfAnother() throws Exception {
    try (MemoryHome ada = home("ada");
        MemoryHome bob = home("bob")) {
      done(box(ada, false), "remember", "text", "secret", "key", "the name of the ship");
      try (Connection connection = ada.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("INSERT INTO inft_events(type, payload) VALUES ('chat', '\"hello\"')");
      }
      List<LogEntry.Recorded> log = new ArrayList<>();
      try (Connection connection = bob.connect()) {
        for (LogEntry entry : connection.unwrap(InftConnection.class).log()) {
          log.add((LogEntry.Recorded) entry);
        }
      }
      assertThat(log).hasSizeGreaterThan(1);
      ToolBox all = new ToolBox(bob, new VersionTools(bob, true).all(), false);
      for (LogEntry.Recorded event : log) {
        assertThat(refused(box(bob, false), "receipt", "event", event.sequence()))
            .contains("in the space 'bob'")
            .doesNotContain("ship", "hello");
        assertThat(done(all, "receipt", "event", event.sequence()).path("payload").asText())
            .isEqualTo(event.payload());
        if (event.type().equals("memory.remembered")) {
          done(box(ada, false), "receipt", "event", event.sequence());
        } else {
          refused(box(ada, false), "receipt", "event", event.sequence());
        }
      }
    }
  }

  @Test
  void whatDiffersIsOfTheSpaceInEachVersion() throws Exception {
    try (MemoryHome ada = home("ada")) {
      ada.memories().remember(NewMemory.of("first", "the first"));
      done(box(ada, false), "remember", "text", "her text", "key", "hers");
      done(box(ada, false), "undo", "version", 1);
    }
    try (MemoryHome ada = home("ada");
        MemoryHome bob = home("bob")) {
      // The numbers of ada's space and memory are bob's now.
      List<NewMemory> many = new ArrayList<>();
      for (int i = 0; i < 900; i++) {
        many.add(NewMemory.of("bob", "his text " + i).key("his " + i));
      }
      bob.memories().remember(many);
      done(box(ada, false), "remember", "text", "hers again", "key", "again");
      JsonNode hers = done(box(ada, false), "diff", "from", 2);
      assertThat(hers.path("memories").findValuesAsText("key")).containsExactly("hers", "again");
      assertThat(hers.path("memories").findValuesAsText("what"))
          .containsExactly("undone", "remembered");
      assertThat(hers.path("more").asBoolean()).isFalse();
      JsonNode his = done(box(bob, false), "diff", "from", 2, "limit", 200);
      assertThat(his.path("memories").findValuesAsText("key")).hasSize(200).contains("his 0");
      assertThat(his.path("memories").toString()).doesNotContain("her");
      assertThat(his.path("more").asBoolean()).isTrue();
      assertThat(his.path("tables").findValuesAsText("table")).contains("inft_memory");
    }
  }

  @Test
  void aQueryReadsNoHoles() throws Exception {
    try (MemoryHome home = home("ada")) {
      done(box(home, false), "remember", "text", "long ".repeat(6_500));
    }
    Engines.endIdle();
    Properties reader = machine("reader");
    reader.remove("durability");
    reader.setProperty("mode", "ro");
    reader.setProperty("open", "lazy");
    reader.setProperty("hydrate", "false");
    try (MemoryHome partial = new MemoryHome("a", reader, "ada", Optional.empty())) {
      assertThat(refused(box(partial, true), "query", "sql", "SELECT text FROM inft_memory"))
          .contains("pages of the database are not here yet", "open=full");
    }
  }

  @Test
  void withAModelItIsFoundByMeaningToo() throws Exception {
    Embedder model =
        new Embedder() {
          @Override
          public float[] embed(String text) {
            return text.contains("tea") || text.contains("thirst")
                ? new float[] {1, 0.1f}
                : new float[] {0.1f, 1};
          }

          @Override
          public String model() {
            return "two";
          }
        };
    try (MemoryHome home = new MemoryHome("a", machine("laptop"), "ada", Optional.of(model))) {
      ToolBox box = box(home, false);
      done(box, "remember", "text", "the sky is blue");
      done(box, "remember", "text", "a cup of tea");
      JsonNode found = done(box, "recall", "question", "thirsty?", "limit", 1);
      assertThat(found.path("how").asText()).isEqualTo("hybrid");
      assertThat(found.at("/memories/0/text").asText()).isEqualTo("a cup of tea");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"",
        "tea\" OR *",
        "NEAR(a b)",
        "text : (x",
        "space:ada AND -tea",
        "^*(){}[]",
        "'; DROP TABLE inft_memory; --",
        "%_\\",
        "\u0001\u001b[31m",
        "😀 ـ\u202e"
      })
  void aTextIsATextWhateverIsInIt(String hostile) throws Exception {
    try (MemoryHome home = home(hostile)) {
      ToolBox box = box(home, false);
      done(box, "remember", "text", hostile, "key", hostile, "metadata", Map.of(hostile, hostile));
      done(box, "recall", "question", hostile);
      assertThat(done(box, "list").at("/memories/0/text").asText()).isEqualTo(hostile);
      done(box, "correct", "key", hostile, "text", hostile + hostile);
      assertThat(done(box, "history", "key", hostile).path("revisions")).hasSize(2);
    }
  }

  @Test
  void limitsAreSaidAndNothingIsDone() throws Exception {
    try (MemoryHome home = home("ada")) {
      ToolBox box = box(home, false);
      assertThat(refused(box, "remember", "text", "x".repeat(32_769))).contains("1 to 32768");
      assertThat(refused(box, "remember", "text", "x", "key", "k".repeat(257))).contains("256");
      assertThat(refused(box, "remember", "text", " ")).contains("from 1");
      assertThat(refused(box, "remember", "text", 7)).contains("must be a text");
      assertThat(refused(box, "remember", "text", "a\0b")).contains("code 0");
      assertThat(refused(box, "remember", "text", "x", "tags", "y")).contains("it has: text, key");
      assertThat(refused(box, "remember", "text", "x", "metadata", Map.of("a", 1))).contains("'a'");
      assertThat(refused(box, "recall", "question", "x", "limit", 51)).contains("1 to 50");
      assertThat(refused(box, "list", "limit", 1.5)).contains("whole number");
      assertThat(refused(box, "forget")).contains("a key or a subject");
      assertThat(refused(box, "undo", "version", -1)).contains("from 1");
      assertThat(refused(box, "undo", "version", 9)).contains("'a' is not registered");
      assertThat(refused(box, "diff", "from", 9)).contains("'a' is not registered");
      assertThat(refused(box, "receipt", "event", 9)).contains("event 9 is no");
      assertThat(done(box, "list").path("version").asLong()).isZero();
      for (int i = 0; i < 8; i++) {
        done(box, "remember", "text", "long ".repeat(6_500));
      }
      JsonNode cut = done(box, "list");
      assertThat(cut.path("memories")).hasSize(6);
      assertThat(cut.path("more").asBoolean()).isTrue();
      assertThat(done(box, "recall", "question", "long").path("cut").asText()).contains("fewer");
    }
  }

  @Test
  void aQueryCanOnlyRead() throws Exception {
    try (MemoryHome home = home("ada")) {
      ToolBox box = box(home, false);
      done(box, "remember", "text", "sealed words", "key", "eve", "subject", "eve");
      JsonNode rows = done(box, "query", "sql", "SELECT key, text, sealed FROM inft_memory");
      assertThat(rows.path("rows").toString()).contains("eve", "a blob of").doesNotContain("words");
      Path file = folder.resolve("made.db");
      for (String sql :
          List.of(
              "DELETE FROM inft_memory",
              "WITH x AS (SELECT 1) DELETE FROM inft_memory",
              "PRAGMA user_version = 7",
              "ATTACH '" + file + "' AS x",
              "VACUUM INTO '" + file + "'",
              "SELECT inft_forget('eve')",
              "SELECT load_extension('x')",
              "SELECT writefile('" + file + "', 'x')",
              "SELECT zeroblob(100000000)",
              "SELECT * FROM nothing")) {
        refused(box, "query", "sql", sql);
      }
      assertThat(file).doesNotExist();
      done(box, "query", "sql", "SELECT 1; DELETE FROM inft_memory");
      assertThat(done(box, "list").path("memories")).hasSize(1);
      assertThat(
              refused(
                  box,
                  "query",
                  "sql",
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n)"
                      + " SELECT max(i) FROM n"))
          .contains("longer than 5 seconds");
    }
  }

  @Test
  void aServerThatOnlyReadsHasNoToolThatWritesAndFollows() throws Exception {
    try (MemoryHome home = home("ada")) {
      ToolBox box = box(home, false);
      done(box, "remember", "text", "one");
      Properties reader = machine("reader");
      reader.remove("durability");
      reader.setProperty("mode", "ro");
      reader.setProperty("refresh", "0s");
      try (MemoryHome reads = new MemoryHome("a", reader, "ada", Optional.empty())) {
        ToolBox only = box(reads, true);
        assertThat(only.tools().stream().map(Tool::name))
            .containsExactly("recall", "list", "history", "diff", "receipt", "query");
        assertThat(done(only, "list").path("memories")).hasSize(1);
        done(box, "remember", "text", "two");
        JsonNode found = done(only, "recall", "question", "two");
        assertThat(found.path("memories")).hasSize(1);
        assertThat(found.path("version").asLong()).isEqualTo(2);
        assertThat(done(only, "query", "sql", "SELECT count(*) FROM inft_memory").path("rows"))
            .hasToString("[[2]]");
      }
    }
  }

  @Test
  void onStreamsEachLineIsAMessageOfTheProtocol() throws Exception {
    String in =
        """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",\
        "capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
        {"jsonrpc":"2.0","method":"notifications/initialized"}
        no JSON at all
        {"jsonrpc":"2.0"}

        [1]
        {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"remember",\
        "arguments":{"text":"one"}}}
        """;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MemoryHome home = home("ada")) {
      new Serving(box(home, false), "1")
          .onStreams(
              new ByteArrayInputStream((in + "x".repeat(2 << 20)).getBytes(StandardCharsets.UTF_8)),
              out);
      assertThat(done(box(home, false), "list").path("memories")).hasSizeLessThan(2);
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"id\":2");
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      assertThat(JSON.readTree(line).path("jsonrpc").asText()).isEqualTo("2.0");
    }
  }

  @Test
  void httpWantsTheTokenAndAPageThatWasNamed() throws Exception {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (MemoryHome home = home("ada");
        HttpServing http = new HttpServing(any, TOKEN, Set.of("https://good.example"))) {
      new Serving(box(home, false), "1").behind(http);
      http.start();
      String base = "http://127.0.0.1:" + http.address().getPort();
      String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
      assertThat(status(base + "/mcp", ping, "Authorization", "Bearer " + TOKEN)).isEqualTo(200);
      assertThat(status(base + "/mcp", ping)).isEqualTo(401);
      assertThat(status(base + "/mcp", ping, "Authorization", "Bearer " + TOKEN + "0"))
          .isEqualTo(401);
      String[] page = {"Authorization", "Bearer " + TOKEN, "Origin", "https://evil.example"};
      assertThat(status(base + "/mcp", ping, page)).isEqualTo(403);
      page[3] = "https://good.example";
      assertThat(status(base + "/mcp", ping, page)).isEqualTo(200);
      assertThat(status(base + "/other", ping, "Authorization", "Bearer " + TOKEN)).isEqualTo(404);
      assertThat(status(base + "/mcp", "{", "Authorization", "Bearer " + TOKEN)).isEqualTo(400);
      assertThat(
              status(
                  base + "/mcp",
                  "[" + " ".repeat(Serving.MAX_MESSAGE_BYTES) + "]",
                  "Authorization",
                  "Bearer " + TOKEN))
          .isEqualTo(413);

      HttpClientStreamableHttpTransport transport =
          HttpClientStreamableHttpTransport.builder(base)
              .jsonMapper(Serving.json())
              .addHttpRequestCustomizer(
                  (request, method, uri, body, context) ->
                      request.header("Authorization", "Bearer " + TOKEN))
              .build();
      try (McpSyncClient client =
          McpClient.sync(transport).jsonSchemaValidator(Serving.NOT_ASKED).build()) {
        client.initialize();
        assertThat(client.listTools().tools()).hasSize(10);
        McpSchema.CallToolResult result =
            client.callTool(
                McpSchema.CallToolRequest.builder("remember")
                    .arguments(Map.of("text", "over the wire"))
                    .build());
        assertThat(text(result)).contains("\"anchored\":true");
      }
    }
  }

  private static int status(String url, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void wrongUsageIsSaidBeforeAnythingIsOpened() {
    CommandRun run = new CommandRun();
    Path home = folder.resolve("home");
    Path network = folder.resolve("network");
    assertThat(run.runOn(home, network, List.of(), "mcp", "a", "--http", "0")).isEqualTo(64);
    assertThat(run.err()).contains("needs a token", "openssl rand -hex 32");
    assertThat(run.runOn(home, network, List.of(), "mcp", "a", "--sql", "write")).isEqualTo(64);
    String[] lazily = {"mcp", "a", "--sql", "read", "-P", "open=lazy"};
    assertThat(run.runOn(home, network, List.of(), lazily)).isEqualTo(64);
    assertThat(run.err()).contains("leave open=lazy away");
    assertThat(run.runOn(home, network, List.of(), "mcp", "a", "--model", "x")).isEqualTo(64);
    assertThat(run.runOn(home, network, List.of(), "mcp", "A B")).isEqualTo(64);
    assertThat(run.runOn(home, network, List.of(), "mcp", "nobody", "--read-only")).isEqualTo(1);
    assertThat(network).doesNotExist();
  }
}
