package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.inft.imports.GuideKey;
import io.inft.imports.Import;
import io.inft.jdbc.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Python's cryptography and json write is read. Installs the first into a venv of its own. */
class PythonFilesTest {
  private static final String CRYPTOGRAPHY = "cryptography==48.0.0";
  private static final int ROWS = 5000;
  private static final String SCRIPT =
      """
      import base64, datetime, json, sqlite3, sys
      from cryptography.fernet import Fernet
      from cryptography.hazmat.primitives.hashes import SHA256
      from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
      folder = sys.argv[1]
      db = sqlite3.connect(folder + '/agent.db')
      db.execute('CREATE TABLE memory(n INTEGER, text TEXT)')
      db.executemany('INSERT INTO memory VALUES (?, ?)', ((n, 'row %d \u00e9' % n) for n in range(5000)))
      db.commit()
      db.close()
      salt = bytes(range(16))
      kdf = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=salt, iterations=100000)
      key = base64.urlsafe_b64encode(kdf.derive('p\u00e4ssword of a test'.encode()))
      with open(folder + '/agent.db', 'rb') as plain, open(folder + '/agent.db.encrypted', 'wb') as out:
          out.write(Fernet(key).encrypt(plain.read()))
      with open(folder + '/key', 'wb') as out:
          out.write(key)
      with open(folder + '/agent_events.jsonl', 'w') as log:
          for n in range(3):
              at = datetime.datetime(2026, 11, 23, 3, 38, n, 741130 if n else 0)
              event = {'action': 'decided', 'n': n, 'text': 'caf\u00e9', 'confidence': 0.95}
              log.write(json.dumps({'timestamp': at.isoformat(), 'event': event}) + '\\n')
      """;

  @TempDir Path folder;

  private static String run(String... command) throws Exception {
    Path said = Files.createTempFile("said", ".txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    boolean ended = process.waitFor(300, TimeUnit.SECONDS);
    String text = Files.readString(said, StandardCharsets.UTF_8);
    Files.delete(said);
    assertThat(ended).as(text).isTrue();
    assertThat(process.exitValue()).as("%s: %s", List.of(command), text).isZero();
    return text;
  }

  private static boolean hasPython() throws InterruptedException {
    try {
      Process help =
          new ProcessBuilder("python3", "-m", "venv", "--help")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return help.waitFor(60, TimeUnit.SECONDS) && help.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Properties properties(String machine) {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("linger", "0s");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    return properties;
  }

  private String ask(String id, String sql) throws Exception {
    try (Connection inft = DriverManager.getConnection("jdbc:inft:" + id, properties("home"));
        Statement statement = inft.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.getString(1);
    }
  }

  @Test
  void aSnapshotAndALogOfPythonBeginADatabase() throws Exception {
    assumeTrue(hasPython(), "there is no python3 with venv");
    Path venv = folder.resolve("venv");
    run("python3", "-m", "venv", venv.toString());
    String python = venv.resolve("bin/python").toString();
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", CRYPTOGRAPHY);
    Path script = Files.writeString(folder.resolve("write.py"), SCRIPT);
    run(python, script.toString(), folder.toString());
    List<Path> files =
        List.of(folder.resolve("agent.db.encrypted"), folder.resolve("agent_events.jsonl"));

    Import.Result byKey =
        new Import(Target.of("by-key", properties("home"), true))
            .key(GuideKey.read(folder.resolve("key"), "the key"))
            .files(files);
    GuideKey derived =
        GuideKey.derived(
            "p\u00e4ssword of a test".toCharArray(),
            GuideKey.parseSalt("000102030405060708090a0b0c0d0e0f", "the salt"),
            GuideKey.ITERATIONS);
    new Import(Target.of("by-password", properties("home"), true)).key(derived).files(files);

    assertThat(byKey.format()).hasValue("fernet");
    assertThat(byKey.events()).isEqualTo(3);
    assertThat(byKey.assumed()).isEqualTo(3);
    for (String id : List.of("by-key", "by-password")) {
      assertThat(ask(id, "SELECT count(*) || max(text) FROM memory")).isEqualTo(ROWS + "row 999 é");
      assertThat(ask(id, "SELECT group_concat(time) FROM inft_events"))
          .isEqualTo("1795405080000,1795405081741,1795405082741");
    }
    System.out.println(
        "read " + ROWS + " rows and 3 events that Python wrote, with " + CRYPTOGRAPHY + ", twice");
  }
}
