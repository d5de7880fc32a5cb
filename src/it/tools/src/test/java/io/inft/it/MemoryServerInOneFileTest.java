package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar … mcp}: the one file has all that a memory server needs. */
class MemoryServerInOneFileTest {
  @TempDir Path folder;

  private static String said(Writer in, BufferedReader out, int id, String method, String params)
      throws Exception {
    in.write(
        "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}\n"
            .formatted(id, method, params));
    in.flush();
    return String.valueOf(out.readLine());
  }

  @Test
  void aConversation() throws Exception {
    Path log = folder.resolve("log");
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Jars.all().toString(),
                "mcp",
                "agent",
                "--network=embedded",
                "--embedded-dir=" + folder.resolve("network"),
                "--home=" + folder.resolve("home"))
            .redirectError(log.toFile())
            .start();
    try (Writer in = server.outputWriter(StandardCharsets.UTF_8);
        BufferedReader out =
            new BufferedReader(
                new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      String begun =
          said(
              in,
              out,
              1,
              "initialize",
              "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},"
                  + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}");
      assertThat(begun).as(Files.readString(log)).contains("\"id\":1", "protocolVersion");
      in.write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n");
      assertThat(said(in, out, 2, "tools/list", "{}")).contains("\"remember\"", "\"receipt\"");
      said(
          in,
          out,
          3,
          "tools/call",
          "{\"name\":\"remember\",\"arguments\":{\"text\":\"Ada likes tea\"}}");
      assertThat(
              said(
                  in,
                  out,
                  4,
                  "tools/call",
                  "{\"name\":\"recall\",\"arguments\":{\"question\":\"what does Ada like\"}}"))
          .contains("Ada likes tea");
    } finally {
      if (!server.waitFor(60, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    }
    assertThat(server.exitValue()).as(Files.readString(log)).isZero();
  }
}
