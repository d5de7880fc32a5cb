package io.inft.subjects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.keystore.KeystoreKeyWrapper;
import io.inft.seal.KeyWrapper;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectFunctionsTest {
  private static final Digest CONTEXT = Digest.sha256(new byte[] {1});

  @TempDir Path folder;
  private final List<String> failures = new ArrayList<>();
  private final SubjectFunctions.Failures told =
      new SubjectFunctions.Failures() {
        @Override
        public void failed(InftException failure) {
          failures.add(failure.getClass().getSimpleName());
        }

        @Override
        public void refused(String reason) {
          failures.add(reason);
        }
      };
  private Connection connection;
  private boolean reading;

  @BeforeEach
  void open() throws Exception {
    connection = on("keys", CONTEXT, Optional.empty());
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE v(id INTEGER PRIMARY KEY, sealed BLOB)");
    }
  }

  private Connection on(String keys, Digest context, Optional<SubjectKeys.Service> service)
      throws Exception {
    Connection opened = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("a.db"));
    SubjectFunctions.register(
        opened, new SubjectKeys(folder.resolve(keys), context, service), () -> reading, told);
    return opened;
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
  }

  private static Object one(Connection on, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = on.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getObject(1) : null;
      }
    }
  }

  private void put(String subject, Object value) throws SQLException {
    one(connection, "INSERT INTO v(sealed) VALUES (inft_seal(?, ?)) RETURNING id", subject, value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'text \u00e9'",
        "''",
        "42",
        "-1",
        "9223372036854775807",
        "2.5",
        "-0.0",
        "x'00ff'",
        "x''",
        "NULL"
      })
  void givesBackWhatWasSealed(String value) throws Exception {
    String both = "typeof(%1$s) || ':' || quote(%1$s)";

    assertThat(
            one(connection, "SELECT " + both.formatted("inft_open(inft_seal('a', " + value + "))")))
        .isEqualTo(one(connection, "SELECT " + both.formatted(value)));
  }

  @Test
  void forgetsOneSubjectAndNoOther() throws Exception {
    put("ada", "tea");
    put("bob", "beer");

    assertThat(one(connection, "SELECT inft_forget('ada')")).isEqualTo(1);

    String all =
        "SELECT group_concat(ifnull(inft_open(sealed), '-') || inft_sealed_state(sealed)) FROM v";
    assertThat(one(connection, all)).isEqualTo("-forgotten,beerreadable");
    assertThat(one(connection, "SELECT inft_forget('ada')")).isEqualTo(0);
    try (Connection elsewhere = on("other machine", CONTEXT, Optional.empty())) {
      assertThat(one(elsewhere, all)).isEqualTo("-no key,-no key");
    }
  }

  /** An agent that may ask anything in SQL, and change nothing, must not destroy a key. */
  @Test
  void forgetsNothingWhereOneMayOnlyRead() throws Exception {
    put("ada", "tea");
    reading = true;

    assertThatThrownBy(() -> one(connection, "SELECT inft_forget('ada')"))
        .hasMessageContaining("this connection is read-only");
    assertThat(one(connection, "SELECT inft_open(sealed) FROM v")).isEqualTo("tea");
  }

  @Test
  void beginsAnewWithAnotherKeyAfterForgetting() throws Exception {
    put("ada", "tea");
    one(connection, "SELECT inft_forget('ada')");
    put("ada", "coffee");

    assertThat(
            one(
                connection,
                "SELECT group_concat(ifnull(inft_open(sealed), '-') || inft_sealed_state(sealed))"
                    + " FROM v"))
        .isEqualTo("-forgotten,coffeereadable");
  }

  @Test
  void seesAtOnceWhatAnotherConnectionForgot() throws Exception {
    put("ada", "tea");
    try (Connection other = on("keys", CONTEXT, Optional.empty())) {
      assertThat(one(other, "SELECT inft_open(sealed) FROM v")).isEqualTo("tea");
      one(connection, "SELECT inft_forget('ada')");

      assertThat(one(other, "SELECT inft_open(sealed) FROM v")).isNull();
    }
  }

  @Test
  void namesNoSubjectInFilesAndValues() throws Exception {
    put("ada@example.org", "tea");
    one(connection, "SELECT inft_forget('ada@example.org')");
    put("ada@example.org", "tea");

    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file.toString()).doesNotContain("ada@example");
        assertThat(
                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain("ada@example", "tea");
      }
    }
  }

  private Path keyFile() throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("keys"))) {
      return files.filter(file -> file.toString().endsWith(".key")).findFirst().orElseThrow();
    }
  }

  /** What a process left that was killed after it had overwritten a key. */
  @Test
  void takesAnErasedKeyForAForgottenOne() throws Exception {
    put("ada", "tea");
    Files.write(keyFile(), new byte[(int) Files.size(keyFile())]);
    String all =
        "SELECT group_concat(ifnull(inft_open(sealed), '-') || inft_sealed_state(sealed)) FROM v";

    assertThat(one(connection, all)).isEqualTo("-forgotten");
    put("ada", "coffee");
    assertThat(one(connection, all)).isEqualTo("-forgotten,coffeereadable");
    assertThat(one(connection, "SELECT inft_forget('ada')")).isEqualTo(1);
    assertThat(one(connection, all)).isEqualTo("-forgotten,-forgotten");
  }

  /** What a process left that was killed before it had overwritten a key. */
  @Test
  void erasesWhatAnotherProcessLeft() throws Exception {
    put("ada", "tea");
    Path left = folder.resolve("keys").resolve("left.gone");
    Path linked = folder.resolve("same bytes");
    Files.copy(keyFile(), left);
    Files.createLink(linked, left);

    one(connection, "SELECT inft_forget('bob')");

    assertThat(left).doesNotExist();
    assertThat(Files.readAllBytes(linked)).containsOnly(0);
    assertThat(one(connection, "SELECT inft_open(sealed) FROM v")).isEqualTo("tea");
  }

  @Test
  void readersNeverSeeAKeyHalfDestroyed() throws Exception {
    put("ada", "tea");
    java.util.concurrent.atomic.AtomicBoolean ends =
        new java.util.concurrent.atomic.AtomicBoolean();
    byte[] sealed = (byte[]) one(connection, "SELECT sealed FROM v");
    try (Connection other = on("keys", CONTEXT, Optional.empty())) {
      var reader =
          java.util.concurrent.CompletableFuture.supplyAsync(
              () -> {
                int reads = 0;
                try {
                  while (!ends.get()) {
                    one(other, "SELECT inft_open(?)", (Object) sealed);
                    reads++;
                  }
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
                return reads;
              });
      for (int i = 0; i < 100; i++) {
        one(connection, "SELECT inft_forget('ada')");
        one(connection, "SELECT length(inft_seal('ada', 'tea'))");
      }
      ends.set(true);
      assertThat(reader.get()).isPositive();
    }
  }

  @Test
  void refusesValuesThatWereChangedMovedOrNeverSealed() throws Exception {
    put("ada", "tea");
    byte[] sealed = (byte[]) one(connection, "SELECT sealed FROM v");
    byte[] flipped = sealed.clone();
    flipped[sealed.length - 1] ^= 1;

    assertThatThrownBy(() -> one(connection, "SELECT inft_open(?)", (Object) flipped))
        .hasMessageContaining("not as it was sealed");
    assertThat(one(connection, "SELECT inft_sealed_state(?)", (Object) flipped))
        .isEqualTo("damaged");
    assertThatThrownBy(() -> one(connection, "SELECT inft_open(x'00')"))
        .hasMessageContaining("this blob of 1 bytes is none");
    assertThatThrownBy(() -> one(connection, "SELECT inft_open('tea')"))
        .hasMessageContaining("a sealed value is a BLOB");
    assertThatThrownBy(() -> one(connection, "SELECT inft_seal('', 1)"))
        .hasMessageContaining("a subject is a text");
    assertThatThrownBy(() -> one(connection, "SELECT inft_seal(NULL, 1)"))
        .hasMessageContaining("a subject is a text");
    assertThat(failures)
        .containsExactly(
            "CorruptObjectException",
            "CorruptObjectException",
            "inft_open: a sealed value is a BLOB",
            "inft_seal: a subject is a text that is not empty",
            "inft_seal: a subject is a text that is not empty");
    try (Connection other = on("keys", Digest.sha256(new byte[] {2}), Optional.empty())) {
      assertThatThrownBy(() -> one(other, "SELECT inft_open(sealed) FROM v"))
          .hasMessageContaining("of another database");
    }
  }

  /** Else a schema could write down what it opens. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE VIEW w AS SELECT inft_open(sealed) FROM v; SELECT * FROM w",
        "CREATE TRIGGER t AFTER INSERT ON v BEGIN UPDATE v SET sealed = inft_open(sealed); END;"
            + " INSERT INTO v(sealed) VALUES (NULL)",
        "CREATE INDEX i ON v(inft_open(sealed))",
        "ALTER TABLE v ADD COLUMN plain AS (inft_open(sealed))"
      })
  void isNoPartOfASchema(String script) throws Exception {
    assertThatThrownBy(
            () -> {
              try (Statement statement = connection.createStatement()) {
                for (String sql : script.split("; ?(?=SELECT|INSERT)", -1)) {
                  statement.execute(sql);
                }
              }
            })
        .isInstanceOf(SQLException.class);
  }

  private SubjectKeys.Service keystore() throws Exception {
    Path file = folder.resolve("keys.p12");
    char[] password = "keystore password".toCharArray();
    if (!Files.exists(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      store.setEntry(
          "subjects",
          new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[32], "AES")),
          new KeyStore.PasswordProtection(password));
      try (OutputStream out = Files.newOutputStream(file)) {
        store.store(out, password);
      }
    }
    return new SubjectKeys.Service(
        new KeystoreKeyWrapper(),
        new KeyWrapper.Key(file + "#subjects", Optional.of(new String(password))));
  }

  @Test
  void keepsKeysThatAKeyServiceWraps() throws Exception {
    try (Connection with = on("wrapped", CONTEXT, Optional.of(keystore()))) {
      one(with, "INSERT INTO v(sealed) VALUES (inft_seal('ada', 'tea')) RETURNING id");
      assertThat(one(with, "SELECT inft_open(sealed) FROM v")).isEqualTo("tea");
    }
    try (Connection without = on("wrapped", CONTEXT, Optional.empty())) {
      assertThatThrownBy(() -> one(without, "SELECT inft_open(sealed) FROM v"))
          .hasMessageContaining("wrapped by a key service");
      assertThat(one(without, "SELECT inft_forget('ada')")).isEqualTo(1);
    }
    try (Connection again = on("wrapped", CONTEXT, Optional.of(keystore()))) {
      assertThat(one(again, "SELECT inft_sealed_state(sealed) FROM v")).isEqualTo("forgotten");
    }
  }
}
