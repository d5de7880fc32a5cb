package io.inft.jdbc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.SettingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
  private final Map<String, String> url = new HashMap<>();
  private final Properties properties = new Properties();
  private final Map<String, String> system = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  private Settings resolve() throws SettingException {
    return Settings.resolve(
        url,
        properties,
        new Surroundings(
            name -> Optional.ofNullable(system.get(name)),
            name -> Optional.ofNullable(environment.get(name))));
  }

  @Test
  void propertiesWinOverUrlOverSystemPropertyOverEnvironmentOverDefault() throws Exception {
    assertThat(resolve().text(InftProperty.GAS_LIMIT)).contains("500000");
    assertThat(resolve().source(InftProperty.GAS_LIMIT)).isEqualTo(Settings.Source.DEFAULT);
    environment.put("ZERO_G_GAS_LIMIT", "1");
    assertThat(resolve().number(InftProperty.GAS_LIMIT)).contains(1L);
    assertThat(resolve().source(InftProperty.GAS_LIMIT)).isEqualTo(Settings.Source.ENVIRONMENT);
    system.put("inft.gasLimit", "2");
    assertThat(resolve().number(InftProperty.GAS_LIMIT)).contains(2L);
    assertThat(resolve().source(InftProperty.GAS_LIMIT)).isEqualTo(Settings.Source.SYSTEM_PROPERTY);
    url.put("gasLimit", "3");
    assertThat(resolve().number(InftProperty.GAS_LIMIT)).contains(3L);
    assertThat(resolve().source(InftProperty.GAS_LIMIT)).isEqualTo(Settings.Source.URL);
    properties.setProperty("gasLimit", "4");
    assertThat(resolve().number(InftProperty.GAS_LIMIT)).contains(4L);
    assertThat(resolve().source(InftProperty.GAS_LIMIT)).isEqualTo(Settings.Source.PROPERTIES);
  }

  @Test
  void anEmptyValueMeansNotSet() throws Exception {
    properties.setProperty("password", "");
    properties.setProperty("network", "");
    environment.put("INFT_NETWORK", "");
    system.put("inft.network", "embedded");

    assertThat(resolve().text(InftProperty.PASSWORD)).isEmpty();
    assertThat(resolve().text(InftProperty.NETWORK)).contains("embedded");
  }

  @Test
  void readsDefaultsOfPropertiesAndValuesThatAreNoStrings() throws Exception {
    Properties defaults = new Properties();
    defaults.setProperty("mode", "ro");
    Properties given = new Properties(defaults);
    given.put("eventBatch", 7);
    given.put("password", "correct horse battery".toCharArray());

    Settings settings =
        Settings.resolve(
            url, given, new Surroundings(name -> Optional.empty(), name -> Optional.empty()));

    assertThat(settings.choice(InftProperty.MODE)).contains("ro");
    assertThat(settings.number(InftProperty.EVENT_BATCH)).contains(7L);
    assertThat(settings.text(InftProperty.PASSWORD)).contains("correct horse battery");
  }

  @ParameterizedTest
  @CsvSource({
    "netwrok, network",
    "privatekey, privateKey",
    "private_key, privateKey",
    "sync_interval, syncInterval",
    "pasword, password",
    "cachesize, cache_size",
    "journalmode, journal_mode",
    "foreign_key, foreign_keys",
    "autovacuum, auto_vacuum",
  })
  void anUnknownPropertyIsAnErrorThatNamesTheNearestKnownOne(String typed, String meant) {
    properties.setProperty(typed, "secret value");

    assertThatThrownBy(this::resolve)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("'" + typed + "'")
        .hasMessageContaining("'" + meant + "'")
        .hasMessageNotContaining("secret value");
  }

  @Test
  void anUnknownPropertyFarFromAllNamesIsAnErrorToo() {
    url.put("zzzzzzzzzzzz", "1");

    assertThatThrownBy(this::resolve)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("no such property")
        .hasMessageNotContaining("did you mean");
  }

  @ParameterizedTest
  @EnumSource(InftProperty.class)
  void refusesSecretsInTheUrlWithoutRepeatingThem(InftProperty property) throws Exception {
    if (property.secret()) {
      url.put(property.propertyName(), "hunter2");
      assertThatThrownBy(this::resolve)
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("URL")
          .hasMessageNotContaining("hunter2");
    } else {
      assertThat(property.allowedInUrl()).isTrue();
    }
  }

  @Test
  void refusesASecretInTheUrlAlsoInAnotherSpelling() {
    url.put("PRIVATEKEY", "ab".repeat(32));

    assertThatThrownBy(this::resolve).hasMessageContaining("URL").hasMessageNotContaining("abab");
  }

  @Test
  void showsNoSecretAsText() throws Exception {
    properties.setProperty("password", "hunter2 hunter2");
    environment.put("ZERO_G_PRIVATE_KEY", "cd".repeat(32));
    environment.put("INFT_ENCRYPTION_KEY", "ef".repeat(32));

    assertThat(resolve().toString())
        .contains("password=***")
        .doesNotContain("hunter2")
        .doesNotContain("cdcd")
        .doesNotContain("efef");
  }

  @ParameterizedTest
  @CsvSource({
    "durability, eventually",
    "onLag, panic",
    "create, maybe",
    "mode, write",
    "chainId, 0x40da",
    "gasLimit, -1",
    "eventBatch, 0",
    "eventBatch, 00",
    "linger, soon",
    "closeTimeout, -5s",
    "maxFeePerHour, lots",
    "budget, 0.05",
    "budget, 0/day",
    "budget, 0.000/hour",
    "budget, -1/day",
    "budget, 1e-3/day",
    "budget, 0.05/week",
    "budget, 0.05 0G/day",
    "budget, 0.0000000000000000001/day",
    "budget, 1234567890/day",
    "journal_mode, delete",
    "locking_mode, exclusive",
    "shared_cache, true",
    "page_size, 1000",
    "page_size, 131072",
    "encoding, latin1",
    "auto_vacuum, sometimes",
    "hexkey_mode, sse",
    "open_mode, 134",
  })
  void refusesAValueOfTheWrongForm(String name, String value) {
    properties.setProperty(name, value);

    assertThatThrownBy(this::resolve)
        .isInstanceOfSatisfying(
            SettingException.class, failure -> assertThat(failure.setting()).isEqualTo(name));
  }

  @Test
  void acceptsChoicesInAnyCase() throws Exception {
    url.put("durability", "ANCHORED");
    url.put("create", "True");

    assertThat(resolve().choice(InftProperty.DURABILITY)).contains("anchored");
    assertThat(resolve().flag(InftProperty.CREATE)).contains(true);
  }

  @Test
  void expandsTheUsersHomeInPaths() throws Exception {
    url.put("home", "~/x");

    assertThat(resolve().path(InftProperty.HOME))
        .contains(Path.of(System.getProperty("user.home"), "x"));
  }

  @Test
  void readsDurations() throws Exception {
    url.put("linger", "500ms");

    assertThat(resolve().duration(InftProperty.LINGER)).contains(Duration.ofMillis(500));
    assertThat(resolve().duration(InftProperty.MAX_LAG)).contains(Duration.ofMinutes(5));
    assertThat(resolve().duration(InftProperty.SYNC_INTERVAL)).isEmpty();
  }

  @Test
  void handsPragmasToSqliteButNeverAPasswordOrAReservedOne() throws Exception {
    properties.putAll(new org.sqlite.SQLiteConfig().toProperties());
    properties.setProperty("foreign_keys", "true");
    properties.setProperty("journal_mode", "WAL");
    properties.setProperty("page_size", "8192");
    properties.setProperty("encoding", "'UTF-16le'");
    properties.setProperty("auto_vacuum", "FULL");
    properties.setProperty("password", "correct horse battery");
    properties.setProperty("user", "alice");
    url.put("CACHE_SIZE", "-4000");

    Map<String, String> pragmas = resolve().pragmas();
    Properties handed = SqlitePragma.forSqlite(pragmas, false);

    assertThat(handed)
        .containsEntry("foreign_keys", "true")
        .containsEntry("cache_size", "-4000")
        .containsEntry("wal_autocheckpoint", "0")
        .containsEntry("encoding", "'UTF-16le'")
        .doesNotContainKeys("password", "user", "journal_mode", "page_size")
        .doesNotContainKeys("auto_vacuum", "open_mode", "locking_mode", "shared_cache");
    assertThat(SqlitePragma.creation(pragmas))
        .containsOnly(
            Map.entry("page_size", "8192"),
            Map.entry("encoding", "UTF-16le"),
            Map.entry("auto_vacuum", "FULL"));
  }

  @Test
  void opensReadOnlyWhenAskedForInSqlitesOwnWay() throws Exception {
    org.sqlite.SQLiteConfig config = new org.sqlite.SQLiteConfig();
    config.setReadOnly(true);
    properties.putAll(config.toProperties());

    assertThat(SqlitePragma.forSqlite(resolve().pragmas(), false)).containsEntry("open_mode", "65");
    assertThat(SqlitePragma.forSqlite(Map.of(), true))
        .containsEntry("open_mode", "65")
        .containsEntry("busy_timeout", "10000");
  }
}
