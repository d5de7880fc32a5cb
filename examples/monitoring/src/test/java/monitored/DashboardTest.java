package monitored;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every query of the dashboard and of the alerts, run by Prometheus on what it scraped here. */
class DashboardTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final JsonMapper JSON = new JsonMapper();

  /** What nothing is known of here: the embedded network costs nothing, nobody was first. */
  private static final List<String> EMPTY_HERE = List.of("inft_paid_left_seconds");

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  private static Optional<String> program(String name) {
    for (String place : System.getenv("PATH").split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(place, name))) {
        return Optional.of(place + "/" + name);
      }
    }
    if ("required".equals(System.getenv("INFT_TOOLS"))) {
      throw new AssertionError(name + " is missing: apt-get install prometheus");
    }
    return Optional.empty();
  }

  private JsonNode get(String url) throws IOException, InterruptedException {
    return JSON.readTree(
        client
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }

  private void post(String url, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(200);
  }

  private static List<String> queries() throws IOException {
    List<String> found = new ArrayList<>();
    for (JsonNode panel : JSON.readTree(new File("dashboard.json")).path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        found.add(target.path("expr").asString());
      }
    }
    return found;
  }

  @Test
  void theDashboardIsWholeAndNamesItsSourceAndItsDatabase() throws Exception {
    JsonNode dashboard = JSON.readTree(new File("dashboard.json"));
    assertThat(dashboard.path("panels").size()).isGreaterThan(10);
    for (JsonNode panel : dashboard.path("panels")) {
      assertThat(panel.path("datasource").path("uid").asString()).isEqualTo("${source}");
      assertThat(panel.path("targets").size()).isPositive();
    }
    assertThat(queries()).allMatch(query -> query.contains("{database=~\"$database\"}"));
  }

  @Test
  void everyQueryHasAnAnswer() throws Exception {
    Optional<String> prometheus = program("prometheus");
    Assumptions.assumeTrue(prometheus.isPresent(), "no prometheus here; INFT_TOOLS=required fails");
    try (ConfigurableApplicationContext app =
        SpringApplication.run(
            Main.class,
            "--server.port=0",
            "--spring.datasource.url=jdbc:inft:watched-diary?network=embedded&linger=0&home="
                + folder.resolve("home"))) {
      String port = app.getEnvironment().getProperty("local.server.port");
      String url = "http://localhost:" + port;
      post(url + "/entries", "first");
      int web = free();
      Path settings = folder.resolve("prometheus.yml");
      Files.writeString(
          settings,
          Files.readString(Path.of("prometheus.yml"))
              .replace("15s", "1s")
              .replace("alerts.yml", Path.of("alerts.yml").toAbsolutePath().toString())
              .replace("localhost:8080", "localhost:" + port));
      Process process =
          new ProcessBuilder(
                  prometheus.get(),
                  "--config.file=" + settings,
                  "--storage.tsdb.path=" + folder.resolve("tsdb"),
                  "--web.listen-address=127.0.0.1:" + web)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("prometheus.log").toFile())
              .start();
      try {
        scrape(url, "http://127.0.0.1:" + web);
        ask("http://127.0.0.1:" + web);
      } finally {
        process.destroy();
        process.waitFor(20, TimeUnit.SECONDS);
      }
      JsonNode health = get(url + "/actuator/health");
      assertThat(health.path("components").path("inft").path("status").asString()).isEqualTo("UP");
      JsonNode figures = get(url + "/actuator/inft").path("watched-diary");
      assertThat(figures.path("inft.anchor.count").asLong()).isPositive();
    }
  }

  /** Until it has seen some publishes, with something between them. */
  private void scrape(String app, String prometheus) throws Exception {
    long end = System.nanoTime() + PATIENCE_NANOS;
    double seen = 0;
    while (seen < 4) {
      assertThat(System.nanoTime())
          .as(Files.readString(folder.resolve("prometheus.log")))
          .isLessThan(end);
      post(app + "/entries", "more");
      Thread.sleep(1000);
      try {
        JsonNode result =
            query(prometheus, "max(count_over_time(inft_head_version[1m]))").path("data");
        seen = result.path("result").path(0).path("value").path(1).asDouble(0);
      } catch (IOException notYet) {
        seen = 0;
      }
    }
  }

  private JsonNode query(String prometheus, String expression)
      throws IOException, InterruptedException {
    return get(
        prometheus
            + "/api/v1/query?query="
            + URLEncoder.encode(expression, StandardCharsets.UTF_8));
  }

  private void ask(String prometheus) throws Exception {
    for (String query : queries()) {
      String plain = query.replace("$database", ".*").replace("$__rate_interval", "1m");
      JsonNode answer = query(prometheus, plain);
      assertThat(answer.path("status").asString()).as("%s: %s", plain, answer).isEqualTo("success");
      if (EMPTY_HERE.stream().noneMatch(query::contains)) {
        assertThat(answer.path("data").path("result").size()).as(plain).isPositive();
      }
    }
    JsonNode rules = get(prometheus + "/api/v1/rules").path("data").path("groups").path(0);
    assertThat(rules.path("rules").size()).isEqualTo(4);
    for (JsonNode rule : rules.path("rules")) {
      assertThat(rule.path("lastError").asString("")).as(rule.toString()).isEmpty();
    }
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
