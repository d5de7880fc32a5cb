package io.inft.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.inft.cli.CommandRun;
import io.inft.registry.DatabaseId;
import io.inft.replica.Engines;
import io.inft.replica.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WatchCommandTest {
  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private final CommandRun run = new CommandRun();
  private int tables;

  private int watch(String... arguments) {
    return run.runOn(folder.resolve("watcher"), folder.resolve("network"), List.of(), arguments);
  }

  private void write() throws Exception {
    assertThat(
            run.runOn(
                folder.resolve("writer"),
                folder.resolve("network"),
                List.of(),
                "sql",
                "a",
                "CREATE TABLE t" + ++tables + "(n)",
                "--write"))
        .as(run.err())
        .isZero();
  }

  @Test
  void lookingOnceSaysByItsExitCodeWhatWasFound() throws Exception {
    assertThat(watch("watch", "a", "--once")).as("nobody knows it").isEqualTo(2);
    assertThat(run.out()).contains("WARNING", "unregistered:");
    write();
    Path state = folder.resolve("seen.json");
    assertThat(watch("watch", "a", "--once", "--state", state.toString())).isZero();
    assertThat(run.out()).isEmpty();
    write();
    assertThat(watch("watch", "a", "--once", "--state", state.toString(), "--json")).isZero();
    JsonNode news = new ObjectMapper().readTree(run.out());
    assertThat(news.path("kind").asText()).isEqualTo("version");
    assertThat(news.path("level").asText()).isEqualTo("news");
    assertThat(news.path("id").asText()).isEqualTo("a");
    assertThat(watch("watch", "a", "--once", "--writer", "0x" + "12".repeat(20))).isZero();
    write();
    assertThat(
            watch("watch", "a", "--once", "--owner", "0x" + "12".repeat(20), "--quiet", "--json"))
        .isEqualTo(1);
    assertThat(new ObjectMapper().readTree(run.out()).path("kind").asText()).isEqualTo("owner");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aCommandIsRunWithTheWarningAndNeverMadeOfIt() throws Exception {
    Path told = folder.resolve("told");
    Path pwned = folder.resolve("pwned");
    String keeps =
        "cat >> '"
            + told
            + "'; printf '%s\\n' \"$INFT_KIND of $INFT_ID: $INFT_MESSAGE\" >> '"
            + told
            + "'";
    String attack = "$(touch '" + pwned + "') `touch '" + pwned + "'` '; touch '" + pwned + "'; \"";
    try (Rude endpoint = new Rude(attack)) {
      assertThat(
              run.run(
                  "watch",
                  "nobody",
                  "--once",
                  "--exec",
                  keeps,
                  "-P",
                  "network=custom",
                  "-P",
                  "rpc=" + endpoint.url(),
                  "-P",
                  "indexer=" + endpoint.url(),
                  "-P",
                  "chainId=31337",
                  "-P",
                  "contract=0x" + "12".repeat(20),
                  "--home",
                  folder.resolve("watcher").toString()))
          .as(run.err())
          .isEqualTo(2);
    }
    List<String> lines = Files.readAllLines(told);
    assertThat(lines).hasSize(2);
    JsonNode notice = new ObjectMapper().readTree(lines.get(0));
    assertThat(notice.path("message").asText()).contains(attack);
    assertThat(lines.get(1)).isEqualTo("unreachable of nobody: " + notice.path("message").asText());
    assertThat(pwned).doesNotExist();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aCommandThatFailsIsSaidAndNobodyIsKeptFromWatching() {
    assertThat(watch("watch", "nobody", "--once", "--exec", "exit 3")).isEqualTo(2);
    assertThat(run.err()).contains("ended with 3");
  }

  /** An id is looked at before anything is asked or run. */
  @Test
  void anIdThatIsNoneRunsNothing() {
    Path ran = folder.resolve("ran");
    assertThat(watch("watch", "x$(touch it)", "--once", "--exec", "touch '" + ran + "'"))
        .isEqualTo(64);
    assertThat(run.err()).contains("x$(touch it)", "only letters, digits");
    assertThat(ran).doesNotExist();
  }

  @Test
  void wrongUsageIsSaidBeforeAnythingIsAsked() throws Exception {
    assertThat(watch("watch", "a", "--once", "--lag", "soon")).isEqualTo(64);
    assertThat(run.err()).contains("--lag: 'soon' is no time");
    assertThat(watch("watch", "a", "--once", "--writer", "0x12")).isEqualTo(64);
    assertThat(watch("watch")).isEqualTo(64);
    Path other = Files.writeString(folder.resolve("other.json"), "[1]");
    assertThat(watch("watch", "a", "--once", "--state", other.toString())).isEqualTo(1);
    assertThat(run.err()).contains("is no file of inft watch");
  }

  @Test
  void aLineIsOneLineWhateverAnEndpointSays() {
    Notice notice =
        new Notice(
            Instant.EPOCH,
            "a",
            Notice.Level.WARNING,
            Notice.Kind.UNREACHABLE,
            0,
            "502 \u001b[31m\r\n2026-01-01  NEWS  b  version: forged");
    assertThat(notice.line()).doesNotContain("\n", "\u001b").startsWith("1970-01-01T00:00:00Z");
  }

  @Test
  void itGoesOnUntilItIsInterrupted() throws Exception {
    try (World world = new World(folder)) {
      world.network().registry().register(DatabaseId.parse("a"));
      Thread watching = new Thread(() -> watch("watch", "a", "--interval", "100ms", "--json"));
      watching.start();
      Thread.sleep(1000);
      assertThat(watching.isAlive()).isTrue();
      watching.interrupt();
      watching.join(30_000);
      assertThat(watching.isAlive()).isFalse();
    }
  }

  /** An endpoint of a chain whose every answer is an error in words of its own. */
  private static final class Rude implements AutoCloseable {
    private final HttpServer server;

    Rude(String words) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            JsonNode asked = new ObjectMapper().readTree(exchange.getRequestBody());
            ObjectNode answer = new ObjectMapper().createObjectNode().put("jsonrpc", "2.0");
            answer.set("id", asked.path("id"));
            answer.putObject("error").put("code", -32000).put("message", words);
            byte[] bytes = answer.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
