package io.inft.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The contract: its sources compile to the checked-in bytecode, and its own tests pass, among them
 * the replay of a long random script that the Java ledger went through. Works on a copy in {@code
 * target}, with pinned npm packages.
 */
@Execution(ExecutionMode.SAME_THREAD)
class ContractsTest {
  private static final Path SOURCE = Path.of("contracts");
  private static final Path COPY = Path.of("target", "contracts");
  private static final String LOCK = "package-lock.json";
  private static final boolean WINDOWS = File.separatorChar == '\\';
  private static final long SEED = 20261123;
  private static final int STEPS = 800;

  @BeforeAll
  static void copyAndInstall() throws Exception {
    Path installed = COPY.resolve("node_modules").resolve(LOCK);
    copy();
    if (Files.exists(installed) && Files.mismatch(installed, SOURCE.resolve(LOCK)) == -1) {
      return;
    }
    String npm = WINDOWS ? "npm.cmd" : "npm";
    Run install =
        start(
            "npm-ci",
            List.of(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"));
    install.requireSuccess(
        "check the network and 'npm config get registry'; on a platform that "
            + LOCK
            + " does not know, run 'npm install' in contracts/ once");
    Files.copy(SOURCE.resolve(LOCK), installed);
  }

  private static void copy() throws IOException {
    Set<String> made = Set.of("node_modules", "target");
    Files.walkFileTree(
        SOURCE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (made.contains(folder.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(COPY.resolve(SOURCE.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                file,
                COPY.resolve(SOURCE.relativize(file)),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Test
  void theContractIsWhatItsSourcesSayAndDoesWhatItsTestsSayWithScriptOfSeed20261123()
      throws Exception {
    Files.writeString(COPY.resolve("test").resolve("vectors.json"), LedgerScript.json(SEED, STEPS));

    Run tests = start("forge", List.of("node", "tools/forge.js", "test"));
    Run compilation = start("build", List.of("node", "tools/build.js", "--check"));

    compilation.requireSuccess("run 'npm run build' in contracts/ and check in out/");
    tests.requireSuccess("run 'npm test' in contracts/");
    assertThat(tests.output())
        .contains("testTheJavaLedgerAndTheContractAgree")
        .contains("invariantBothHashesReplayFromTheEvents");
  }

  @Test
  void theLockFileNamesNoMachineOfOurs() throws Exception {
    assertThat(Files.readAllLines(SOURCE.resolve(LOCK)))
        .filteredOn(line -> line.contains("\"resolved\""))
        .allSatisfy(line -> assertThat(line).contains("https://registry.npmjs.org/"));
  }

  /** A program in the copy, its output going to a file so that it never has to wait for us. */
  private record Run(List<String> command, Process process, Path log) {
    private static final int TIMEOUT_MINUTES = 4;

    void requireSuccess(String hint) throws Exception {
      boolean ended = process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly();
      }
      if (!ended || process.exitValue() != 0) {
        fail(String.join(" ", command) + " failed; " + hint + "\n" + output());
      }
    }

    String output() throws IOException {
      return Files.readString(log, StandardCharsets.UTF_8);
    }
  }

  private static Run start(String name, List<String> command) throws IOException {
    Path log = COPY.resolve(name + ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(COPY.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new Run(command, process, log);
    } catch (IOException e) {
      throw new IOException(
          command.get(0) + " could not be started: install Node.js 20 or newer with npm", e);
    }
  }
}
