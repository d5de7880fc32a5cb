package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.SigningKey;
import io.inft.custody.CustodyReport;
import io.inft.custody.Verdict;
import io.inft.custody.Verification;
import io.inft.keystore.KeystoreKeyWrapperTest;
import io.inft.registry.Rights;
import io.inft.replica.Engines;
import io.inft.replica.publish.KeyChange;
import io.inft.seal.KeyDerivation;
import io.inft.seal.Secret;
import io.inft.seal.SlotInfo;
import io.inft.seal.SlotRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys change through a connection. */
class KeyRotationTest {
  private static final String OLD = "correct horse battery staple";
  private static final String NEW = "seven red lamps on a winter pier";

  @TempDir Path folder;

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Properties properties(String machine) {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    properties.setProperty("linger", "0");
    return properties;
  }

  private Connection open(String machine, String property, String value) throws SQLException {
    Properties properties = properties(machine);
    properties.setProperty(property, value);
    return DriverManager.getConnection("jdbc:inft:agent-1", properties);
  }

  private static void write(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS t(x)");
      statement.execute("INSERT INTO t VALUES ('" + text + "')");
    }
  }

  private static int rows(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
      return rows.getInt(1);
    }
  }

  private static void refused(ThrowingCallable call, String state) {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", state);
  }

  @Test
  void aNewPasswordOpensWhatComesAfterAndTheOldOneDoesNot() throws Exception {
    try (Connection connection = open("laptop", "password", OLD)) {
      write(connection, "one");
      InftConnection inft = connection.unwrap(InftConnection.class);

      InftConnection.Version version = inft.rotateKey(Secret.password(NEW.toCharArray()));

      assertThat(version.number()).isEqualTo(inft.version());
      assertThat(inft.keys().epoch()).isEqualTo(2);
      write(connection, "two");
    }
    refused(() -> open("laptop", "password", OLD), "28000");
    refused(() -> open("cloud", "password", OLD), "28000");
    try (Connection connection = open("cloud", "password", NEW)) {
      assertThat(rows(connection)).isEqualTo(2);
    }
  }

  @Test
  void theHistoryIsVerifiedThroughEveryKeyItHad() throws Exception {
    try (Connection connection = open("laptop", "password", OLD)) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      write(connection, "one");
      inft.rotateKey(Secret.password(NEW.toCharArray()));
      write(connection, "two");
      inft.rotateKey(Secret.parseKey("5a".repeat(32)));
      write(connection, "three");
      inft.sync(Duration.ofSeconds(30));

      CustodyReport report = inft.verify(Verification.Depth.FULL);

      assertThat(report.findings()).isEmpty();
      assertThat(report.verdict()).isEqualTo(Verdict.VALID);
      assertThat(report.sealed().firstEvent()).isEqualTo(1);
      assertThat(report.sealed().rebuilt()).isEqualTo(inft.version());
      assertThat(report.head().orElseThrow().keyEpoch()).isEqualTo(3);
    }
  }

  @Test
  void waysInComeAndGo() throws Exception {
    String rawKey = "5a".repeat(32);
    Path keyFile = Files.writeString(folder.resolve("raw.key"), rawKey + "\n");
    try (Connection connection = open("laptop", "password", OLD)) {
      write(connection, "one");
      InftConnection inft = connection.unwrap(InftConnection.class);
      inft.addKey(Secret.parseKey(rawKey));
      inft.replaceKey(Secret.password(NEW.toCharArray()));
      assertThat(inft.keys().slots())
          .extracting(SlotInfo::type)
          .containsExactly("raw key", "password");
    }
    refused(() -> open("cloud", "password", OLD), "28000");
    try (Connection connection = open("cloud", "encryptionKeyFile", keyFile.toString())) {
      assertThat(rows(connection)).isEqualTo(1);
      InftConnection inft = connection.unwrap(InftConnection.class);
      inft.removeKey(inft.keys().slots().get(1).id());
      refused(() -> inft.removeKey(inft.keys().slots().get(0).id()), "22023");
      refused(() -> inft.removeKey("nonsense"), "22023");
    }
    refused(() -> open("cloud", "password", NEW), "28000");
    open("cloud", "encryptionKey", rawKey).close();
  }

  @Test
  void aKeystoreOpensADatabase() throws Exception {
    Path keystore = KeystoreKeyWrapperTest.keystore(folder.resolve("keys.p12"), "agent", 32, 7);
    Path other = KeystoreKeyWrapperTest.keystore(folder.resolve("other.p12"), "agent", 32, 8);
    Path password = Files.writeString(folder.resolve("password"), "password of the keystore\n");
    try (Connection connection = keystore(keystore, password)) {
      write(connection, "one");
    }
    Engines.endIdle();
    try (Connection connection = keystore(keystore, password)) {
      assertThat(rows(connection)).isEqualTo(1);
      SlotInfo slot = connection.unwrap(InftConnection.class).keys().slots().get(0);
      assertThat(slot.type()).isEqualTo("key service");
      assertThat(slot.detail()).startsWith("pkcs12: agent/").doesNotContain(folder.toString());
    }
    refused(() -> keystore(other, password), "28000");
    refused(() -> open("laptop", "keyService", keystore + "#agent"), "HY024");
    refused(() -> open("laptop", "keyService", "vault:agent"), "HY024");
  }

  private Connection keystore(Path file, Path password) throws SQLException {
    Properties properties = properties("laptop");
    properties.setProperty("keyService", "pkcs12:" + file + "#agent");
    properties.setProperty("keyServicePasswordFile", password.toString());
    return DriverManager.getConnection("jdbc:inft:agent-1", properties);
  }

  @Test
  void aDatabaseBeginsWithAWeakPasswordOnlyIfToldOrIfNobodyElseHasIt() throws Exception {
    Properties asOnAChain = properties("laptop");
    asOnAChain.setProperty("password", "hunter2");
    asOnAChain.setProperty("allowWeakPassword", "false");
    assertThatThrownBy(() -> DriverManager.getConnection("jdbc:inft:agent-1", asOnAChain))
        .hasFieldOrPropertyWithValue("SQLState", "28000")
        .hasMessageContaining("fewer than 12 characters")
        .hasMessageContaining("public for ever")
        .hasMessageContaining("allowWeakPassword=true")
        .hasMessageNotContaining("hunter2");
    // On the embedded network it is a development password, and a warning says what it is.
    try (Connection connection = open("laptop", "password", "hunter2")) {
      write(connection, "one");
      assertThat(connection.getWarnings().getMessage())
          .contains("can be guessed", "allowWeakPassword")
          .doesNotContain("hunter2");
    }
    Engines.endIdle();
    // To open what is there already is no question of strength.
    try (Connection connection = DriverManager.getConnection("jdbc:inft:agent-1", asOnAChain)) {
      assertThat(rows(connection)).isEqualTo(1);
      refused(
          () ->
              connection
                  .unwrap(InftConnection.class)
                  .addKey(Secret.password("hunter3".toCharArray())),
          "28000");
    }
    try (Connection connection = open("cloud", "password", "hunter2")) {
      connection.unwrap(InftConnection.class).addKey(Secret.password("hunter3".toCharArray()));
      write(connection, "two");
      assertThat(connection.getWarnings().getMessage()).contains("can be guessed");
    }
  }

  @Test
  void refusesWhatMustNotBe() throws Exception {
    Properties strict = properties("laptop");
    strict.setProperty("password", OLD);
    strict.setProperty("allowWeakPassword", "false");
    try (Connection connection = DriverManager.getConnection("jdbc:inft:agent-1", strict)) {
      write(connection, "one");
      InftConnection inft = connection.unwrap(InftConnection.class);
      inft.sync(java.time.Duration.ofSeconds(60));
      Secret weak = Secret.password("password".toCharArray());
      refused(() -> inft.rotateKey(weak), "28000");
      refused(() -> inft.addKey(weak), "28000");
      connection.setAutoCommit(false);
      write(connection, "two");
      refused(() -> inft.rotateKey(Secret.password(NEW.toCharArray())), "25001");
      connection.commit();
      connection.setAutoCommit(true);
      assertThat(inft.keys().epoch()).isEqualTo(1);
      inft.rotateKey(
          new KeyChange.Add(
              SlotRequest.evenIfWeak(weak, KeyDerivation.parse("argon2id:m=19456,t=2,p=1"))));
    }
    open("cloud", "password", "password").close();
    Properties readOnly = properties("cloud");
    readOnly.setProperty("password", OLD);
    readOnly.setProperty("mode", "ro");
    try (Connection connection = DriverManager.getConnection("jdbc:inft:agent-1", readOnly)) {
      InftConnection inft = connection.unwrap(InftConnection.class);
      assertThat(inft.keys().slots()).hasSize(2);
      refused(() -> inft.addKey(Secret.password(NEW.toCharArray())), "25006");
    }
  }

  private static final SigningKey AGENT = SigningKey.parse("22".repeat(32));

  private void grant(int roles) throws Exception {
    Properties owner = properties("laptop");
    owner.setProperty("password", OLD);
    Target target = Target.of("agent-1", owner, true);
    target
        .network()
        .registry()
        .grant(target.settings().id(), AGENT.address(), roles, Instant.now().plusSeconds(600), 0);
  }

  private Connection openAsAgent(String password) throws SQLException {
    Properties properties = properties("agent");
    properties.setProperty("password", password);
    properties.setProperty("privateKey", AGENT.revealHex());
    return DriverManager.getConnection("jdbc:inft:agent-1", properties);
  }

  @Test
  void anAgentThatMayOnlyWriteIsRefused() throws Exception {
    try (Connection connection = open("laptop", "password", OLD)) {
      write(connection, "one");
    }
    grant(Rights.WRITER);
    try (Connection connection = openAsAgent(OLD)) {
      write(connection, "two");
      InftConnection inft = connection.unwrap(InftConnection.class);
      assertThatThrownBy(() -> inft.rotateKey(Secret.password(NEW.toCharArray())))
          .hasFieldOrPropertyWithValue("SQLState", "42501")
          .hasMessageContaining("it has no KEYADMIN right")
          .hasMessageContaining(
              "inft registry grant agent-1 " + AGENT.address() + " --role writer,key-admin");
      write(connection, "three");
      assertThat(rows(connection)).isEqualTo(3);
    }
  }

  @Test
  void aKeyAdminThatMayNotWriteReadsAndChangesKeys() throws Exception {
    try (Connection connection = open("laptop", "password", OLD)) {
      write(connection, "one");
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT inft_append('note', '{}')");
      }
    }
    grant(Rights.KEY_ADMIN);
    try (Connection connection = openAsAgent(OLD)) {
      assertThat(connection.isReadOnly()).isTrue();
      assertThat(rows(connection)).isEqualTo(1);
      assertThat(connection.getWarnings().getMessage()).contains("it has no WRITER right");
      assertThatThrownBy(() -> write(connection, "two"))
          .hasFieldOrPropertyWithValue("SQLState", "25006")
          .hasMessageContaining(
              "inft registry grant agent-1 " + AGENT.address() + " --role writer,key-admin");
      InftConnection inft = connection.unwrap(InftConnection.class);
      refused(() -> inft.appendEvent("note", "{}", false, 1), "25006");

      inft.rotateKey(Secret.password(NEW.toCharArray()));

      assertThat(inft.keys().epoch()).isEqualTo(2);
      assertThat(rows(connection)).isEqualTo(1);
      inft.sync(Duration.ofSeconds(30));
    }
    refused(() -> open("laptop", "password", OLD), "28000");
    try (Connection connection = open("laptop", "password", NEW)) {
      write(connection, "two");
      assertThat(connection.unwrap(InftConnection.class).verify(Verification.Depth.FULL).findings())
          .isEmpty();
    }
    grant(Rights.GUARDIAN);
    refused(() -> openAsAgent(NEW), "42501");
  }
}
