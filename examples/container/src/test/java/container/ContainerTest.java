package container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipe's steps without an engine: its files are laid out in a folder that only the builder
 * may write to, its commands are run there, and its entry point starts as the recipe's user (by
 * {@code setpriv}, where the tests run as root) with nothing of this environment. Where an engine
 * answers, the image is built and run too.
 */
class ContainerTest {
  private static final Path TARGET = Path.of("target/image");

  @TempDir private Path root;
  private Recipe recipe;

  @BeforeEach
  void build() throws Exception {
    recipe = Recipe.read(Path.of("Dockerfile"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(TARGET);
    Files.copy(jar(), TARGET.resolve("inft-jdbc-all.jar"), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(launcher(), TARGET.resolve("inft"), StandardCopyOption.REPLACE_EXISTING);
    for (Map.Entry<String, List<String>> copy : recipe.copies().entrySet()) {
      Path folder = Files.createDirectories(inRoot(copy.getKey()));
      for (String file : copy.getValue()) {
        Path to = Files.copy(TARGET.resolve(file), folder.resolve(file));
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
    Path tmp = Files.createDirectories(inRoot("/tmp"));
    Files.setPosixFilePermissions(tmp, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (String run : recipe.runs()) {
      Ran ran = run(List.of("sh", "-c", mapped(run)), Map.of());
      assertThat(ran.code).as(run + "\n" + ran.said).isZero();
    }
  }

  private static Path jar() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.getFileName().toString().matches("inft-jdbc-.*all\\.jar"))
        .findFirst()
        .orElseThrow();
  }

  /** In the build that this project is part of, wherever it was copied to. */
  private static Path launcher() {
    for (Path folder = Path.of("").toAbsolutePath(); ; folder = folder.getParent()) {
      Path launcher = folder.resolve("src/main/launcher/inft");
      if (Files.exists(launcher)) {
        return launcher;
      }
    }
  }

  private Path inRoot(String path) {
    return root.resolve(path.substring(1));
  }

  /** With the recipe's absolute paths as those of the folder that plays the root. */
  private String mapped(String text) {
    return text.replaceAll("(^|[ =\"])/(opt|data|tmp)\\b", "$1" + root + "/$2");
  }

  private record Ran(int code, String said) {}

  private Ran run(List<String> command, Map<String, String> environment) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    Path java = Path.of(System.getProperty("java.home"), "bin");
    builder.environment().put("PATH", java + ":/usr/bin:/bin");
    builder.environment().putAll(environment);
    builder.directory(root.toFile());
    Path said = Files.createTempFile("said", ".txt");
    builder.redirectOutput(said.toFile());
    Process process = builder.start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    return new Ran(process.waitFor(), Files.readString(said));
  }

  private Ran asUser(String user, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      String[] ids = user.split(":");
      command.addAll(
          List.of("setpriv", "--reuid=" + ids[0], "--regid=" + ids[1], "--clear-groups", "--"));
    }
    recipe.entry().stream().map(this::mapped).forEach(command::add);
    command.addAll(arguments.length == 0 ? recipe.arguments() : List.of(arguments));
    Map<String, String> environment = new java.util.LinkedHashMap<>();
    recipe.environment().forEach((name, value) -> environment.put(name, mapped(value)));
    String temporary = "-Djava.io.tmpdir=" + inRoot("/tmp");
    environment.merge("INFT_JAVA_OPTIONS", temporary, (before, more) -> before + " " + more);
    return run(command, environment);
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private List<String> writtenOutside() throws IOException {
    try (Stream<Path> all = Files.walk(inRoot("/opt"))) {
      return all.map(path -> root.relativize(path).toString()).sorted().toList();
    }
  }

  @Test
  void showsItsHelpWithoutArguments() throws Exception {
    Ran ran = asUser(recipe.user());
    assertThat(ran.said).contains("Usage: inft").doesNotContain("Warning", "warning");
    assertThat(ran.code).isZero();
  }

  @Test
  void keepsADatabaseAsAnyUserOfTheGroup() throws Exception {
    List<String> before = writtenOutside();
    String[] users = {recipe.user(), recipe.user()};
    String create = "CREATE TABLE note(text TEXT); INSERT INTO note VALUES ('kept')";
    Path script = Files.writeString(inRoot("/tmp").resolve("create.sql"), create);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
    Ran written =
        asUser(
            users[0],
            "sql",
            "notes",
            "--network",
            "embedded",
            "--write",
            "--file",
            script.toString());
    assertThat(written.code).as(written.said).isZero();

    Ran read = asUser(users[1], "sql", "notes", "--network", "embedded", "SELECT text FROM note");
    assertThat(read.said).contains("kept");
    assertThat(read.code).isZero();
    assertThat(writtenOutside()).isEqualTo(before);
  }

  @Test
  void aUserWithoutANameBeginsInAFolderOfTheGroup() throws Exception {
    Ran written =
        asUser(
            "47110815:0", "sql", "notes", "--network", "embedded", "--write", "CREATE TABLE t(x)");
    assertThat(written.code).as(written.said).isZero();
    try (Stream<Path> home = Files.list(inRoot("/data"))) {
      assertThat(home).isNotEmpty();
    }
  }

  @Test
  void isBuiltAndRunWhereAnEngineAnswers() throws Exception {
    Ran engine =
        run(
            List.of("sh", "-c", "command -v docker >/dev/null && docker info >/dev/null 2>&1"),
            Map.of());
    if (engine.code != 0) {
      System.out.println("no container engine answers: the image itself was not built");
      return;
    }
    Ran built =
        run(
            List.of(
                "docker",
                "build",
                "-f",
                Path.of("Dockerfile").toAbsolutePath().toString(),
                "-t",
                "inft-recipe-test",
                TARGET.toAbsolutePath().toString()),
            Map.of());
    assertThat(built.code).as(built.said).isZero();
    Ran ran =
        run(
            List.of(
                "docker",
                "run",
                "--rm",
                "--read-only",
                "--tmpfs",
                "/tmp:exec",
                "inft-recipe-test",
                "--version"),
            Map.of());
    assertThat(ran.code).as(ran.said).isZero();
  }
}
