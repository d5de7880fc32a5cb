package io.inft.jdbc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.jdbc.InftDriver;
import io.inft.jdbc.config.InftProperty;
import io.inft.registry.ledger.MemoryRegistry;
import io.inft.replica.Engines;
import io.inft.replica.local.Network;
import io.inft.store.MemoryStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network of somebody else, found as a service. */
class NetworkProviderTest {
  static final AtomicInteger MADE = new AtomicInteger();
  static final AtomicReference<NetworkRequest> LAST = new AtomicReference<>();

  @TempDir Path folder;
  private final Properties properties = new Properties();
  private ClassLoader before;

  /** Keeps everything in memory. */
  public static final class InMemory implements NetworkProvider {
    private static final MemoryStore STORE = new MemoryStore();
    private static final MemoryRegistry REGISTRY = new MemoryRegistry(Clock.systemUTC());

    @Override
    public String name() {
      return "in-memory-for-test";
    }

    @Override
    public Network open(NetworkRequest request) throws InftException {
      MADE.incrementAndGet();
      LAST.set(request);
      Optional<SigningKey> key = request.signingKey();
      return new Network(
          name(),
          STORE,
          key.isPresent() ? REGISTRY.as(key.get()) : REGISTRY.readOnly(),
          key,
          Duration.ZERO,
          false);
    }
  }

  @BeforeEach
  void offerTheService() throws Exception {
    Path services = folder.resolve("classes/META-INF/services");
    Files.createDirectories(services);
    Files.writeString(services.resolve(NetworkProvider.class.getName()), InMemory.class.getName());
    before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread()
        .setContextClassLoader(
            new java.net.URLClassLoader(
                new java.net.URL[] {folder.resolve("classes").toUri().toURL()}, before));
    properties.setProperty("network", "in-memory-for-test");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("privateKey", "ab".repeat(32));
    properties.setProperty("password", "correct horse battery staple");
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    properties.setProperty("create", "true");
    MADE.set(0);
  }

  @AfterEach
  void end() {
    Thread.currentThread().setContextClassLoader(before);
    Engines.endIdle();
  }

  @Test
  void servesADatabaseAndIsMadeOnceForEqualSettings() throws Exception {
    for (int i = 0; i < 2; i++) {
      try (Connection connection = new InftDriver().connect("jdbc:inft:notes", properties);
          Statement statement = connection.createStatement()) {
        statement.execute("create table if not exists t(x)");
        statement.execute("insert into t values (1)");
        try (ResultSet rows = statement.executeQuery("select count(*) from t")) {
          assertThat(rows.getInt(1)).isEqualTo(i + 1);
        }
      }
    }
    assertThat(MADE).hasValue(1);
    properties.setProperty("gasLimit", "7");
    new InftDriver().connect("jdbc:inft:other", properties).close();
    assertThat(MADE).hasValue(2);
    assertThat(LAST.get().number(InftProperty.GAS_LIMIT)).contains(7L);
  }

  @Test
  void mustBeGivenASecretAndDoesNotMakeIdsUp() {
    properties.remove("password");
    assertThatThrownBy(() -> new InftDriver().connect("jdbc:inft:notes", properties))
        .hasMessageContaining("INFT_ENCRYPTION_PASSWORD")
        .hasFieldOrPropertyWithValue("SQLState", "28000");
    properties.setProperty("password", "correct horse battery staple");
    properties.remove("create");
    assertThatThrownBy(() -> new InftDriver().connect("jdbc:inft:mistyped", properties))
        .isInstanceOf(SQLException.class)
        .hasFieldOrPropertyWithValue("SQLState", "3D000");
  }

  @Test
  void theRequestGivesNoSecretAway() throws Exception {
    new InftDriver().connect("jdbc:inft:third", properties).close();

    NetworkRequest request = LAST.get();
    assertThat(request.toString())
        .contains("in-memory-for-test")
        .doesNotContain("abab")
        .doesNotContain("correct horse");
    assertThat(request.signingKey()).isPresent();
    assertThat(request.writes()).isTrue();
    assertThatThrownBy(() -> request.text(InftProperty.PRIVATE_KEY))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
