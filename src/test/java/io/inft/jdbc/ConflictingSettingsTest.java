package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.SettingsConflictException;
import io.inft.jdbc.config.InftProperty;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two connections to one database that want its engine differently. */
class ConflictingSettingsTest {
  /** Those that one engine can have in one way only. */
  private static final Set<InftProperty> SHARED =
      EnumSet.of(
          InftProperty.PRIVATE_KEY,
          InftProperty.SYNC_INTERVAL,
          InftProperty.EVENT_BATCH,
          InftProperty.MAX_LAG,
          InftProperty.ON_LAG,
          InftProperty.ON_CLOSE,
          InftProperty.CLOSE_TIMEOUT,
          InftProperty.LINGER,
          InftProperty.RENEW_AFTER,
          InftProperty.PADDING,
          InftProperty.INLINE,
          InftProperty.INLINE_MAX_AGE,
          InftProperty.TRUST,
          InftProperty.QUORUM,
          InftProperty.GAS_LIMIT,
          InftProperty.CONFIRMATIONS,
          InftProperty.BUDGET,
          InftProperty.MAX_FEE_PER_HOUR,
          InftProperty.MAX_GAS_PRICE,
          InftProperty.MAX_STORAGE_PRICE);

  /** Those that each connection may have for itself. */
  private static final Set<InftProperty> OF_THE_CONNECTION =
      EnumSet.of(
          InftProperty.CREATE,
          InftProperty.DURABILITY,
          InftProperty.ANCHOR_TIMEOUT,
          InftProperty.MODE,
          InftProperty.REFRESH,
          InftProperty.FOLLOW,
          InftProperty.AT,
          InftProperty.OPEN,
          InftProperty.HYDRATE,
          InftProperty.PAGE_TIMEOUT,
          InftProperty.EXTENSIONS,
          InftProperty.SUBJECT_KEYS,
          InftProperty.KDF,
          InftProperty.ALLOW_WEAK_PASSWORD,
          InftProperty.USER);

  /** Those that count for a database that is not there yet. */
  private static final Set<InftProperty> OF_THE_BEGINNING = EnumSet.of(InftProperty.IMPORT_FROM);

  /** Other ways to give a key or password; what they give is compared or proven. */
  private static final Set<InftProperty> SECRETS =
      EnumSet.of(
          InftProperty.PRIVATE_KEY_FILE,
          InftProperty.PRIVATE_KEY_PASSWORD,
          InftProperty.PASSWORD,
          InftProperty.PASSWORD_FILE,
          InftProperty.ENCRYPTION_KEY,
          InftProperty.ENCRYPTION_KEY_FILE,
          InftProperty.WALLET_KEY,
          InftProperty.WALLET_KEY_FILE,
          InftProperty.WALLET_KEY_PASSWORD,
          InftProperty.SEALED_KEY,
          InftProperty.KEY_SERVICE,
          InftProperty.KEY_SERVICE_PASSWORD,
          InftProperty.KEY_SERVICE_PASSWORD_FILE);

  /** Those that say which engine it is, or by which ways its network is reached. */
  private static final Set<InftProperty> WHICH_ENGINE =
      EnumSet.of(
          InftProperty.NETWORK,
          InftProperty.STORE,
          InftProperty.REGISTRY,
          InftProperty.RPC,
          InftProperty.INDEXER,
          InftProperty.NODES,
          InftProperty.FLOW,
          InftProperty.CONTRACT,
          InftProperty.CHAIN_ID,
          InftProperty.HOME,
          InftProperty.EMBEDDED_DIR);

  @TempDir Path folder;
  private final Properties properties = new Properties();

  @BeforeEach
  void configure() {
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Connection open(String property, String value) throws SQLException {
    Properties all = new Properties();
    all.putAll(properties);
    all.setProperty(property, value);
    return DriverManager.getConnection("jdbc:inft:notes", all);
  }

  @ParameterizedTest
  @CsvSource({
    "syncInterval, 7s, 90s",
    "syncInterval, 0s, 1500ms",
    "eventBatch, 100, 7",
    "maxLag, 5m, 2h",
    "onLag, warn, fail",
    "onClose, publish, background",
    "closeTimeout, 1m, 61s",
    "linger, 30s, 0s",
    "renewAfter, 180d, 7d",
    "padding, padme, none",
    "inline, never, always",
    "inlineMaxAge, 30m, 10m",
    "trust, one, quorum",
    "quorum, 2, 3",
    "gasLimit, 500000, 1000000",
    "confirmations, 1, 3",
    "budget, 0.05/day, 0.05/hour",
    "maxFeePerHour, 0.5, 1.25",
    "maxGasPrice, 50, 60",
    "maxStoragePrice, 0.5, 1.25",
  })
  void theSecondConnectionIsToldBothValues(String property, String first, String second)
      throws Exception {
    try (Connection open = open(property, first)) {
      assertThatThrownBy(() -> open(property, second).close())
          .hasFieldOrPropertyWithValue("SQLState", "HY024")
          .hasCauseInstanceOf(SettingsConflictException.class)
          .hasMessageContaining(property + "=" + first + ", not " + second);

      assertThat(open.isValid(1)).isTrue();
      assertThatCode(() -> open(property, first).close()).doesNotThrowAnyException();
    }
    assertThatCode(() -> open(property, second).close())
        .as("nobody wants it the first way any more")
        .doesNotThrowAnyException();
  }

  @Test
  void theSecondConnectionCannotPublishWithAnotherAccount() throws Exception {
    String one = "11".repeat(32);
    String other = "22".repeat(32);
    try (Connection open = open("privateKey", one)) {
      assertThatThrownBy(() -> open("privateKey", other).close())
          .hasFieldOrPropertyWithValue("SQLState", "HY024")
          .hasMessageContaining("privateKey=(that of 0x")
          .message()
          .doesNotContain(one, other);
      assertThat(open.isValid(1)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "durability, local, anchored",
    "anchorTimeout, 5s, 7s",
    "mode, rw, ro",
    "refresh, 1s, 2s",
    "follow, auto, poll",
    "at, '', 1",
    "open, full, auto",
    "hydrate, true, false",
    "pageTimeout, 2m, 5s",
    "extensions, '', vec",
    "subjectKeys, '', target/no-subjects",
    "create, true, false",
    "kdf, 'argon2id:m=65536,t=3,p=1', 'argon2id:m=65536,t=4,p=1'",
    "allowWeakPassword, true, false",
    "user, alice, bob",
  })
  void whatBelongsToAConnectionMayDiffer(String property, String first, String second)
      throws Exception {
    try (Connection open = open("durability", "anchored");
        Statement statement = open.createStatement()) {
      statement.execute("create table t(x)");
    }
    try (Connection one = open(property, first);
        Connection two = open(property, second)) {
      assertThat(one.isValid(1)).isTrue();
      assertThat(two.isValid(1)).isTrue();
    }
  }

  @Test
  void everyPropertyIsDecided() {
    Set<InftProperty> decided = EnumSet.copyOf(SHARED);
    decided.addAll(OF_THE_CONNECTION);
    decided.addAll(OF_THE_BEGINNING);
    decided.addAll(SECRETS);
    decided.addAll(WHICH_ENGINE);
    assertThat(decided).isEqualTo(EnumSet.allOf(InftProperty.class));
    assertThat(tested("theSecondConnectionIsToldBothValues"))
        .containsExactlyInAnyOrderElementsOf(
            SHARED.stream()
                .filter(property -> property != InftProperty.PRIVATE_KEY)
                .map(InftProperty::propertyName)
                .toList());
    assertThat(tested("whatBelongsToAConnectionMayDiffer"))
        .containsExactlyInAnyOrderElementsOf(
            OF_THE_CONNECTION.stream().map(InftProperty::propertyName).toList());
  }

  /** Properties in the rows of a test. */
  private static Set<String> tested(String method) {
    return Arrays.stream(ConflictingSettingsTest.class.getDeclaredMethods())
        .filter(found -> found.getName().equals(method))
        .flatMap(found -> Arrays.stream(found.getAnnotation(CsvSource.class).value()))
        .map(row -> row.substring(0, row.indexOf(',')))
        .collect(Collectors.toSet());
  }

  @Test
  void anEngineThatLingersTakesTheSettingsOfWhoComesNext() throws Exception {
    open("syncInterval", "1h").close();
    try (Connection next = open("syncInterval", "0s");
        Statement statement = next.createStatement()) {
      statement.execute("create table t(x)");
      long before = next.unwrap(InftConnection.class).version();
      for (int i = 0; i < 600 && next.unwrap(InftConnection.class).version() == before; i++) {
        Thread.sleep(50);
      }
      assertThat(next.unwrap(InftConnection.class).version()).isGreaterThan(before);
    }
  }
}
