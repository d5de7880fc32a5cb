package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.cli.CommandCall;
import io.inft.replica.Engines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inft import}. */
class ImportFilesTest {
  private static final Path VECTORS = Path.of("src/test/resources/vectors/guide");
  private static final String KEY = "SdScJfWXhGIJ8Nkud3CrZOHHXpS0zmxQkmXuZxddKh4=";
  private static final String PASSWORD = "correct horse battery staple";
  private static final String EVENT =
      "{\"timestamp\": \"2026-11-23T03:38:01.741130\", \"event\": {\"action\": \"decided\"}}\n";

  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private CommandCall inft(String... arguments) {
    CommandCall call =
        CommandCall.of(
            List.of(
                "--network",
                "embedded",
                "--home",
                folder.resolve("home").toString(),
                "--embedded-dir",
                folder.resolve("network").toString()),
            arguments);
    assertThat(call.toString()).doesNotContain(KEY, PASSWORD, "\tat ");
    return call;
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void aSqliteFileBecomesADatabaseAndIsRefusedTheSecondTime() throws Exception {
    String plain = VECTORS.resolve("plain.db").toString();
    CommandCall first = inft("import", plain, "--as", "notes", "--json");
    assertThat(first.code()).as("%s", first).isZero();
    JsonNode json = new ObjectMapper().readTree(first.out());
    assertThat(json.path("version").asInt()).isEqualTo(1);
    assertThat(json.path("format").asText()).isEqualTo("sqlite");
    assertThat(json.has("events")).isFalse();

    CommandCall second = inft("import", plain, "--as", "notes");
    assertThat(second.code()).isEqualTo(1);
    assertThat(second.err())
        .contains("'notes' exists in version 1", "inft push notes <file> --network embedded")
        .contains("SQLSTATE 42P04");
    assertThat(inft("history", "notes").out()).contains("import");
  }

  @Test
  void aSnapshotAndItsLogsByAKeyInAFile() throws Exception {
    CommandCall call =
        inft(
            "import",
            VECTORS.resolve("py_fernet.bin").toString(),
            file("inft_1_events.jsonl", EVENT).toString(),
            "--as",
            "agent",
            "--guide-key-file",
            file("key", KEY).toString(),
            "--event-zone",
            "Europe/Vienna");
    assertThat(call.code()).as("%s", call).isZero();
    assertThat(call.out()).contains("fernet").containsPattern("events +1");
    CommandCall events = inft("events", "agent");
    assertThat(events.out()).contains("decided", "2026-11-23T02:38:01", "inft.imported");
    CommandCall pulled = inft("pull", "agent", folder.resolve("out.db").toString());
    assertThat(pulled.code()).as("%s", pulled).isZero();
  }

  @Test
  void aPasswordNeedsItsSalt() throws Exception {
    String snapshot = VECTORS.resolve("ts_gcm.bin").toString();
    String password = file("password", PASSWORD + "\n").toString();
    CommandCall lost = inft("import", snapshot, "--as", "agent", "--guide-password-file", password);
    assertThat(lost.code()).isEqualTo(1);
    assertThat(lost.err()).contains("the salt of", "SQLSTATE 28000");

    CommandCall kept =
        inft(
            "import",
            snapshot,
            "--as",
            "agent",
            "--guide-password-file",
            password,
            "--guide-salt",
            "AAECAwQFBgcICQoLDA0ODw==");
    assertThat(kept.code()).as("%s", kept).isZero();
    assertThat(kept.out()).contains("aes-gcm", "guesses its");
  }

  @Test
  void whatCannotBeIsWrongUsage() throws Exception {
    String plain = VECTORS.resolve("plain.db").toString();
    assertThat(inft("import", plain).code()).isEqualTo(64);
    assertThat(inft("import", "--as", "x").code()).isEqualTo(64);
    CommandCall zone = inft("import", plain, "--as", "x", "--event-zone", "Mars/Olympus");
    assertThat(zone.code()).isEqualTo(64);
    assertThat(zone.err()).contains("Mars/Olympus");
    String key = file("key", "no key, and not to be shown").toString();
    CommandCall wrong = inft("import", plain, "--as", "x", "--guide-key-file", key);
    assertThat(wrong.code()).isEqualTo(64);
    assertThat(wrong.err()).contains("44 characters").doesNotContain("not to be shown");
    CommandCall two =
        inft(
            "import",
            plain,
            "--as",
            "x",
            "--guide-key-file",
            file("k", KEY).toString(),
            "--guide-password-file",
            file("p", "x").toString());
    assertThat(two.code()).isEqualTo(64);
    assertThat(inft("import", plain, "--as", "../x/../../etc").code()).isIn(1, 64);
    assertThat(folder.resolve("home")).doesNotExist();
  }

  @Test
  void aLineThatIsNoEventIsNamed() throws Exception {
    String log = file("e.jsonl", EVENT + "nonsense\n" + EVENT).toString();
    CommandCall strict = inft("import", log, "--as", "agent");
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.err()).contains("e.jsonl:2: it is not JSON", "--lenient");
    CommandCall lenient = inft("import", log, "--as", "agent", "--lenient", "--json");
    assertThat(lenient.code()).as("%s", lenient).isZero();
    JsonNode json = new ObjectMapper().readTree(lenient.out());
    assertThat(json.path("events").asInt()).isEqualTo(2);
    assertThat(json.path("keptAside").asInt()).isEqualTo(1);
    assertThat(json.path("zoneAssumed").asInt()).isEqualTo(2);
  }
}
