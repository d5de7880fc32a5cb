package io.inft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.faults.ChildJvm;
import io.inft.faults.InMemory;
import io.inft.replica.Engines;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person gets wrong on the command line, and what the program says. */
class BadCommandLineTest {
  @TempDir(factory = InMemory.class)
  Path folder;

  private String out = "";
  private String err = "";
  private Path good;

  @BeforeEach
  void makeADatabase() throws Exception {
    good = folder.resolve("good.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + good);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(n)");
      statement.execute("INSERT INTO t VALUES (1)");
    }
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private int run(String... arguments) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(outText, true));
    line.setErr(new PrintWriter(errText, true));
    int code = line.execute(arguments);
    out = outText.toString();
    err = errText.toString();
    return code;
  }

  private List<String> embedded(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--network", "embedded", "--home", folder.resolve("home").toString()));
    return all;
  }

  private int onEmbedded(String... arguments) {
    return run(embedded(arguments).toArray(String[]::new));
  }

  @Test
  void pushSaysWhatIsWrongWithTheFile() throws Exception {
    assertThat(onEmbedded("push", "a", folder.resolve("nothing.db").toString())).isEqualTo(1);
    assertThat(err).contains("nothing.db").contains("there is no such file");
    assertThat(onEmbedded("push", "a", folder.toString())).isEqualTo(1);
    assertThat(err).contains(folder.toString()).contains("it is no file");
    Path empty = Files.createFile(folder.resolve("empty.db"));
    assertThat(onEmbedded("push", "a", empty.toString())).isEqualTo(1);
    assertThat(err).contains("empty.db").contains("is empty");
    assertThat(onEmbedded("status", "a", "--json")).isZero();
    assertThat(new ObjectMapper().readTree(out).path("version").asInt()).isZero();
    assertThat(filesIn(folder.resolve("home"))).noneMatch(name -> name.contains("push-"));
  }

  @Test
  void pullLeavesNothingHalfWrittenAndOverwritesNothing() throws Exception {
    assertThat(onEmbedded("push", "a", good.toString())).isZero();
    Path nowhere = folder.resolve("no-folder/out.db");
    assertThat(onEmbedded("pull", "a", nowhere.toString())).isEqualTo(1);
    assertThat(err).contains("a folder that is there").contains("no-folder");
    Path full = Files.createDirectories(folder.resolve("full"));
    Path kept = Files.writeString(full.resolve("out.db.part"), "precious");
    assertThat(onEmbedded("pull", "a", full.toString(), "--force")).isEqualTo(1);
    assertThat(err).contains("it is a folder");
    assertThat(onEmbedded("pull", "a", full.resolve("out.db").toString())).isZero();
    assertThat(kept).hasContent("precious");
    assertThat(filesIn(full)).containsExactlyInAnyOrder("out.db", "out.db.part");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(full.resolve("out.db"))))
        .as("what was decrypted is its owner's")
        .isEqualTo("rw-------");
    for (String at : List.of("99", "yesterday", "0x" + "ab".repeat(32))) {
      assertThat(onEmbedded("pull", "a", folder.resolve("past.db").toString(), "--at", at))
          .isEqualTo(1);
      assertThat(err).contains(at.substring(0, 2));
      assertThat(folder.resolve("past.db")).doesNotExist();
    }
  }

  private static List<String> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void aSecretOnTheCommandLineIsRefusedWithoutBeingRepeated() {
    assertThat(onEmbedded("status", "a", "-P", "password=hunter2hunter2")).isEqualTo(64);
    assertThat(err).contains("-P password").contains("file").doesNotContain("hunter2");
    assertThat(onEmbedded("status", "a", "-P", "pasword=hunter2hunter2")).isEqualTo(64);
    assertThat(err).contains("'password'").doesNotContain("hunter2");
    assertThat(onEmbedded("status", "a?password=hunter2hunter2")).isEqualTo(64);
    assertThat(err).contains("URL").doesNotContain("hunter2");
  }

  @Test
  void usageMistakesAre64AndFailuresAre1() {
    assertThat(run("status")).isEqualTo(64);
    assertThat(run("bogus")).isEqualTo(64);
    assertThat(run("status", "a", "--jsn")).isEqualTo(64);
    assertThat(run("status", "a", "-P", "nothing")).isEqualTo(64);
    assertThat(run("events", "a", "--to", "2026-01-01")).isEqualTo(64);
    assertThat(run("status", "a", "--network", "nowhere")).isEqualTo(64);
    assertThat(onEmbedded("history", "nobody", "--json")).isEqualTo(1);
    assertThat(err).contains("nobody");
    assertThat(out).isEmpty();
    assertThat(onEmbedded("events", "nobody", "--json")).isEqualTo(1);
    assertThat(onEmbedded("pull", "nobody", folder.resolve("x.db").toString())).isEqualTo(1);
    assertThat(onEmbedded("status", "a", "--password-file", "no-such-file")).isEqualTo(64);
    assertThat(err).contains("no-such-file").contains("cannot be read");
  }

  @Test
  void aHomeThatIsAFileIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    for (String command : List.of("status", "history", "events")) {
      assertThat(run(command, "a", "--network", "embedded", "--home", file.toString()))
          .isEqualTo(1);
      assertThat(err).contains("'" + file + "'").contains("a folder is expected");
    }
    assertThat(file).hasContent("precious");
  }

  @Test
  void everyJsonIsJson() throws Exception {
    assertThat(onEmbedded("push", "a", good.toString(), "--json")).isZero();
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(out).path("version").asInt()).isEqualTo(1);
    for (String command : List.of("status", "history", "events")) {
      assertThat(onEmbedded(command, "a", "--json")).as(command).isZero();
      assertThat(json.readTree(out).isEmpty()).as(out).isFalse();
    }
    assertThat(onEmbedded("pull", "a", folder.resolve("b.db").toString(), "--json")).isZero();
    assertThat(json.readTree(out).path("root").asText()).startsWith("0x");
  }

  @Test
  void debuggingShowsNoSecret() throws Exception {
    String password = "correct horse battery staple";
    String key = "0123456789abcdef".repeat(4);
    Map<String, String> secrets =
        Map.of("INFT_DEBUG", "1", "INFT_ENCRYPTION_PASSWORD", password, "ZERO_G_PRIVATE_KEY", key);
    Path other = Files.writeString(folder.resolve("password"), "another horse battery staple");
    List<List<String>> commands =
        List.of(
            embedded("push", "a", good.toString(), "-P", "kdf=argon2id:m=19456,t=2,p=1"),
            embedded("pull", "a", folder.resolve("c.db").toString()),
            embedded("pull", "a", folder.resolve("d.db").toString(), "-P", "passwordFile=" + other),
            List.of("status", "a", "--network", "nowhere", "--debug"));
    StringBuilder all = new StringBuilder();
    for (List<String> command : commands) {
      try (ChildJvm child =
          ChildJvm.start(List.of(), secrets, Inft.class, command.toArray(String[]::new))) {
        all.append(child.output());
      }
    }
    assertThat(all)
        .contains("INFO io.inft.")
        .contains("at io.inft.")
        .doesNotContain(password)
        .doesNotContain("another horse")
        .doesNotContainIgnoringCase(key);
  }

  @Test
  void theDemoLeavesNothingBehindWhenItIsStopped() throws Exception {
    try (ChildJvm demo = demo()) {
      demo.awaitLine("A laptop opens");
      demo.interrupt();
      assertThat(demo.exit()).isEqualTo(130);
      assertThat(demo.output()).doesNotContain("Exception").doesNotContain("did not stop");
      assertThat(filesIn(folder)).noneMatch(name -> name.startsWith("inft-demo"));
    }
  }

  @Test
  void theDemoLeavesNothingBehindWhenItFails() throws Exception {
    try (ChildJvm demo = demo()) {
      demo.awaitLine("A laptop opens");
      demo.limitFiles("200000:unlimited");
      assertThat(demo.output()).contains("inft: ").contains("SQLSTATE");
      assertThat(demo.exit()).isEqualTo(1);
      assertThat(filesIn(folder)).noneMatch(name -> name.startsWith("inft-demo"));
    }
  }

  @Test
  void aNativeLibraryThatCannotBeUnpackedIsToldWithTheWayOut() throws Exception {
    for (String libraries : List.of("org.sqlite.tmpdir", "ZstdTempFolder")) {
      Path file = Files.writeString(folder.resolve(libraries), "no folder");
      try (ChildJvm demo = demo("-D" + libraries + "=" + file)) {
        assertThat(demo.output())
            .contains("inft: a native library could not be loaded", "-Djava.io.tmpdir=", "58000");
        assertThat(demo.exit()).isEqualTo(1);
      }
    }
    assertThat(filesIn(folder)).noneMatch(name -> name.startsWith("inft-demo"));
  }

  private ChildJvm demo(String... more) throws IOException {
    List<String> flags = new ArrayList<>(List.of("-Djava.io.tmpdir=" + folder));
    flags.add("-Dorg.sqlite.tmpdir=/tmp");
    flags.addAll(List.of(more));
    return ChildJvm.start(flags, Inft.class, "demo");
  }
}
