package io.inft.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The 0G TypeScript SDK, unmodified, in a Node process. Installed from the lock file in {@code
 * src/test/npm} into {@code target} at the first use.
 */
public final class TypeScriptPeer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SOURCES = Path.of("src", "test", "npm").toAbsolutePath();
  private static final Path FOLDER = Path.of("target", "npm-peer").toAbsolutePath();
  private static final int INSTALL_MINUTES = 5;
  private static final int JOBS_MINUTES = 30;

  private TypeScriptPeer() {}

  /**
   * Runs jobs, some side by side, in one process.
   *
   * @return results by the jobs' ids
   */
  public static Map<String, JsonNode> run(int parallel, List<Map<String, Object>> jobs)
      throws Exception {
    install();
    Path input = Files.createTempFile("peer", ".json");
    Path output = Files.createTempFile("peer", ".json");
    try {
      JSON.writeValue(input.toFile(), Map.of("parallel", parallel, "jobs", jobs));
      command(JOBS_MINUTES, "node", "peer.mjs", input.toString(), output.toString());
      Map<String, JsonNode> results = new HashMap<>();
      for (JsonNode result : JSON.readTree(output.toFile())) {
        assertThat(result.path("error").asText())
            .as("what the TypeScript SDK says to %s", result.get("id"))
            .isEmpty();
        results.put(result.get("id").asText(), result);
      }
      assertThat(results).hasSize(jobs.size());
      return results;
    } finally {
      Files.delete(input);
      Files.delete(output);
    }
  }

  /** Makes the guide's calls with ethers; see {@code guide.mjs} for input and results. */
  public static JsonNode guide(Map<String, Object> input) throws Exception {
    install();
    Path from = Files.createTempFile("guide", ".json");
    Path to = Files.createTempFile("guide", ".json");
    try {
      JSON.writeValue(from.toFile(), input);
      command(INSTALL_MINUTES, "node", "guide.mjs", from.toString(), to.toString());
      return JSON.readTree(to.toFile());
    } finally {
      Files.delete(from);
      Files.delete(to);
    }
  }

  private static synchronized void install() throws Exception {
    Files.createDirectories(FOLDER);
    for (String name : List.of("package.json", "package-lock.json", "peer.mjs", "guide.mjs")) {
      Files.copy(SOURCES.resolve(name), FOLDER.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.isDirectory(FOLDER.resolve("node_modules"))) {
      boolean isWindows = java.io.File.separatorChar == '\\';
      command(
          INSTALL_MINUTES,
          isWindows ? "npm.cmd" : "npm",
          "ci",
          "--ignore-scripts",
          "--no-audit",
          "--no-fund");
    }
  }

  private static void command(int minutes, String... command) throws Exception {
    Path log = Files.createTempFile("peer", ".log");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      fail(command[0] + " is missing: install Node.js 20 or newer from nodejs.org", e);
      return;
    }
    try {
      boolean ended = process.waitFor(minutes, TimeUnit.MINUTES);
      assertThat(ended && process.exitValue() == 0)
          .as(
              "%s in %s %s: %s",
              String.join(" ", command),
              FOLDER,
              ended ? "failed" : "did not end within " + minutes + " minutes",
              Files.readString(log))
          .isTrue();
    } finally {
      process.destroyForcibly();
      Files.delete(log);
    }
  }
}
