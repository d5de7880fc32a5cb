package io.inft.jdbc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.jdbc.InftDriver;
import io.inft.jdbc.config.InftProperty;
import io.inft.registry.Registry;
import io.inft.registry.ledger.MemoryRegistry;
import io.inft.replica.Engines;
import io.inft.seal.KeyWrapper;
import io.inft.store.MemoryStore;
import io.inft.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Halves of a network by somebody else, found as services. */
class ProvidersTest {
  static final AtomicInteger MADE = new AtomicInteger();
  static final AtomicReference<NetworkRequest> LAST = new AtomicReference<>();

  static final AtomicReference<String> LAST_REFERENCE = new AtomicReference<>();

  @TempDir Path folder;
  private final Properties properties = new Properties();
  private ClassLoader before;

  /** Keeps everything in memory, both halves. */
  public static final class InMemory implements StoreProvider, RegistryProvider {
    private static final MemoryStore STORE = new MemoryStore();
    private static final MemoryRegistry REGISTRY = new MemoryRegistry(Clock.systemUTC());

    @Override
    public String name() {
      return "in-memory-for-test";
    }

    @Override
    public Store store(String reference, NetworkRequest request) {
      LAST_REFERENCE.set(reference);
      return STORE;
    }

    @Override
    public Registry registry(String reference, NetworkRequest request) throws InftException {
      MADE.incrementAndGet();
      LAST.set(request);
      Optional<SigningKey> key = signer(request);
      return key.isPresent() ? REGISTRY.as(key.get()) : REGISTRY.readOnly();
    }

    @Override
    public Duration syncInterval(NetworkRequest request) {
      return Duration.ZERO;
    }
  }

  /** Cannot be made: its own dependency is not there. */
  public static final class WithoutItsLibrary implements StoreProvider, RegistryProvider {
    public WithoutItsLibrary() {
      throw new NoClassDefFoundError("com/example/Client");
    }

    @Override
    public String name() {
      return "without-its-library";
    }

    @Override
    public Store store(String reference, NetworkRequest request) {
      throw new IllegalStateException();
    }

    @Override
    public Registry registry(String reference, NetworkRequest request) {
      throw new IllegalStateException();
    }
  }

  @BeforeEach
  void offerTheServices() throws Exception {
    Path services = folder.resolve("classes/META-INF/services");
    Files.createDirectories(services);
    List<String> offered =
        List.of("com.example.Gone", WithoutItsLibrary.class.getName(), InMemory.class.getName());
    Files.write(services.resolve(StoreProvider.class.getName()), offered);
    Files.write(services.resolve(RegistryProvider.class.getName()), offered);
    Files.write(services.resolve(KeyWrapper.class.getName()), List.of("com.example.Gone"));
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

  private long rows(String id) throws SQLException {
    try (Connection connection = new InftDriver().connect("jdbc:inft:" + id, properties);
        Statement statement = connection.createStatement()) {
      statement.execute("create table if not exists t(x)");
      statement.execute("insert into t values (1)");
      statement.execute("select inft_sync(60000)");
      try (ResultSet rows = statement.executeQuery("select count(*) from t")) {
        return rows.getLong(1);
      }
    } finally {
      Engines.endIdle();
    }
  }

  /** Before, one that could not be loaded ended every connection with HY024. */
  @Test
  void whatCannotBeLoadedIsOnlyInItsOwnWay() throws Exception {
    properties.setProperty("network", "embedded");
    assertThat(rows("fine")).isEqualTo(1);

    properties.setProperty("network", "without-its-library");
    assertThatThrownBy(() -> rows("notes"))
        .hasFieldOrPropertyWithValue("SQLState", "HY024")
        .hasMessageContaining("there is no store named 'without-its-library'")
        .hasMessageContaining("com.example.Gone")
        .hasMessageContaining("com/example/Client")
        .hasMessageContaining("there is auto, custom, embedded, galileo, in-memory-for-test");
  }

  @Test
  void aKeyServiceThatCannotBeLoadedIsOnlyInItsOwnWay() {
    properties.remove("password");
    properties.setProperty("keyService", "hsm:agent");
    assertThatThrownBy(() -> rows("notes")).hasMessageContaining("com.example.Gone");
    properties.setProperty("keyService", "pkcs12:" + folder.resolve("none.p12") + "#agent");
    assertThatThrownBy(() -> rows("notes")).hasMessageNotContaining("com.example.Gone");
  }

  @Test
  void objectsInOnePlaceHeadsInAnother() throws Exception {
    properties.setProperty("network", "embedded");
    properties.setProperty("store", "in-memory-for-test");
    assertThat(rows("split")).isEqualTo(1);
    assertThat(folder.resolve("home/embedded/registry")).exists();
    assertThat(folder.resolve("home/embedded/store")).doesNotExist();
    assertThat(MADE).hasValue(0);

    properties.remove("network");
    properties.setProperty("store", "embedded");
    properties.setProperty("registry", "in-memory-for-test");
    assertThat(rows("the-other-way-round")).isEqualTo(1);
    assertThat(folder.resolve("home/embedded/store")).exists();
    assertThat(MADE).hasValue(1);
    try (var copies = Files.list(folder.resolve("home"))) {
      assertThat(copies.map(copy -> copy.getFileName().toString()))
          .anyMatch(name -> name.startsWith("embedded+in-memory-for-test-"))
          .anyMatch(name -> name.startsWith("in-memory-for-test+embedded-"));
    }
  }

  /** A half of the embedded network does not make the other one a place to try things out. */
  @Test
  void nothingIsMadeUpWhereOneHalfIsReal() {
    properties.setProperty("network", "embedded");
    properties.setProperty("store", "in-memory-for-test");
    properties.remove("password");
    assertThatThrownBy(() -> rows("split")).hasFieldOrPropertyWithValue("SQLState", "28000");
  }

  @Test
  void whatStandsBehindTheColonIsForTheProviderAlone() throws Exception {
    properties.setProperty("network", "in-memory-for-test:shelf 3");
    assertThat(rows("third-shelf")).isEqualTo(1);
    assertThat(LAST_REFERENCE).hasValue("shelf 3");

    properties.setProperty("network", "embedded:here");
    assertThatThrownBy(() -> rows("third-shelf"))
        .hasMessageContaining("'embedded' takes nothing after its name");
  }

  @Test
  void theHalfThatIsMissingIsAskedFor() {
    properties.remove("network");
    properties.setProperty("store", "in-memory-for-test");
    assertThatThrownBy(() -> rows("half")).hasMessageContaining("no network is configured");
    properties.setProperty("registry", "nobody");
    assertThatThrownBy(() -> rows("half")).hasMessageContaining("no registry named 'nobody'");
  }
}
