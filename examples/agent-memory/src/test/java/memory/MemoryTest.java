package memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.devnet.Devnet;
import io.inft.devnet.DevnetOptions;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agents as processes of their own, which are killed with SIGKILL. */
@Timeout(600)
class MemoryTest {
  @TempDir Path folder;

  /** A process on a machine; nothing but the network is shared between machines. */
  private final class Running implements AutoCloseable {
    private final Process process;
    private final BufferedWriter in;
    private final BufferedReader out;

    Running(String machine, String framework, Map<String, String> environment) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add("-Dinft.home=" + folder.resolve(machine));
      command.add("-Dinft.create=true");
      command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
      command.add(Main.class.getName());
      command.add(framework);
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      process = builder.start();
      in =
          new BufferedWriter(
              new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
      out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    String hear() throws IOException {
      return out.readLine();
    }

    void write(String text) throws IOException {
      in.write(text);
      in.newLine();
      in.flush();
    }

    String say(String text) throws IOException {
      write(text);
      return hear();
    }

    @Override
    public void close() throws Exception {
      process.destroyForcibly();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      in.close();
      out.close();
    }
  }

  private void dieHereAndGoOnThere(String framework, Map<String, String> network) throws Exception {
    try (Running here = new Running("here", framework, network)) {
      assertThat(here.hear()).isEqualTo("I know 0 messages.");
      assertThat(here.say("My name is Ada."))
          .endsWith("thing 1. The first one was: My name is Ada.");
      assertThat(here.say("Nice weather.")).contains("thing 2.");
      here.write("And this is said while it dies.");
    }
    try (Running there = new Running("there", framework, network)) {
      // What it answered it knows; the last line came through or not.
      assertThat(there.hear()).matches("I know [456] messages\\.");
      assertThat(there.say("Who am I?")).endsWith("The first one was: My name is Ada.");
    }
    try (Running elsewhere = new Running("elsewhere", framework, network)) {
      assertThat(elsewhere.hear()).matches("I know [678] messages\\.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"spring", "adk", "graph"})
  void killedOnOneMachineItGoesOnAtAnother(String framework) throws Exception {
    dieHereAndGoOnThere(
        framework,
        Map.of(
            "INFT_NETWORK", "embedded", "INFT_EMBEDDED_DIR", folder.resolve("network").toString()));
  }

  @Test
  void theSameOnStorageAndChain() throws Exception {
    try (Devnet devnet =
        Devnet.open(folder.resolve("devnet"), DevnetOptions.standard(packages()), line -> {})) {
      for (String framework : List.of("spring", "adk", "graph")) {
        dieHereAndGoOnThere(framework, devnet.environment());
      }
    }
  }

  /** Where the chain program is kept once it was fetched: by the build, or by inft devnet. */
  private static Path packages() {
    Path ofTheBuild = Path.of("..", "..", "..", "npm-packages").toAbsolutePath().normalize();
    return Files.isDirectory(ofTheBuild)
        ? ofTheBuild
        : Path.of(System.getProperty("user.home"), ".inft", "packages");
  }
}
