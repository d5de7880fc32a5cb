package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a database tool does with the one jar it is given. */
@Timeout(240)
class ToolTest {
  private static final String DRIVER = "io.inft.jdbc.InftDriver";

  @TempDir Path folder;

  private Properties settings(String machine) {
    Properties settings = new Properties();
    settings.setProperty("network", "embedded");
    settings.setProperty("home", folder.resolve(machine).toString());
    settings.setProperty("embeddedDir", folder.resolve("network").toString());
    settings.setProperty("linger", "0s");
    return settings;
  }

  private static Driver named(ClassLoader loader) throws Exception {
    return (Driver) Class.forName(DRIVER, true, loader).getConstructor().newInstance();
  }

  private static List<String> column(ResultSet rows, String name) throws SQLException {
    try (rows) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(name));
      }
      return found;
    }
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  void theDriverIsFoundByItsServiceFileAndByItsName() throws Exception {
    try (URLClassLoader loader = Jars.isolated()) {
      List<String> offered =
          ServiceLoader.load(Driver.class, loader).stream()
              .filter(provider -> provider.type().getClassLoader() == loader)
              .map(provider -> provider.type().getName())
              .toList();
      assertThat(offered).contains(DRIVER);
      Driver driver = named(loader);
      assertThat(driver.acceptsURL("jdbc:inft:notes")).isTrue();
      assertThat(driver.acceptsURL("jdbc:sqlite:notes")).isFalse();
      assertThat(driver.connect("jdbc:sqlite:notes", new Properties())).isNull();
    }
  }

  @Test
  void theTableOfPropertiesHasSentencesAndChoicesAndNoSecret() throws Exception {
    try (URLClassLoader loader = Jars.isolated()) {
      Properties given = new Properties();
      given.setProperty("password", "do not show me");
      DriverPropertyInfo[] rows =
          named(loader).getPropertyInfo("jdbc:inft:notes?mode=ro&network=embedded", given);
      Map<String, DriverPropertyInfo> byName =
          Stream.of(rows).collect(Collectors.toMap(row -> row.name, row -> row));
      assertThat(rows).allSatisfy(row -> assertThat(row.description).isNotBlank());
      assertThat(byName.get("mode").choices).contains("ro", "rw");
      assertThat(byName.get("mode").value).isEqualTo("ro");
      assertThat(byName.get("durability").choices).contains("local", "anchored");
      assertThat(byName.get("network").value).isEqualTo("embedded");
      assertThat(byName.get("password").value).isNull();
      assertThat(byName.keySet()).contains("home", "busy_timeout", "foreign_keys");
    }
  }

  @Test
  void aToolBrowsesEditsAndCancels() throws Exception {
    try (URLClassLoader loader = Jars.isolated()) {
      Driver driver = named(loader);
      try (Connection main = driver.connect("jdbc:inft:shop", settings("here"));
          Connection metadata = driver.connect("jdbc:inft:shop", settings("here"))) {
        run(
            main,
            "create table parent(id integer primary key, name text not null)",
            "create table child(id integer primary key, parent references parent(id))",
            "create index by_name on parent(name)",
            "create view both as select * from parent join child on parent.id = child.parent");
        DatabaseMetaData facts = metadata.getMetaData();
        assertThat(facts.getDatabaseProductName()).isEqualTo("SQLite");
        assertThat(facts.getURL()).isEqualTo("jdbc:inft:shop");
        assertThat(column(facts.getTableTypes(), "TABLE_TYPE")).contains("TABLE", "VIEW");
        assertThat(column(facts.getTables(null, null, "%", null), "TABLE_NAME"))
            .contains("parent", "child", "both");
        assertThat(column(facts.getColumns(null, null, "parent", "%"), "COLUMN_NAME"))
            .containsExactly("id", "name");
        assertThat(column(facts.getImportedKeys(null, null, "child"), "PKTABLE_NAME"))
            .containsExactly("parent");
        assertThat(column(facts.getIndexInfo(null, null, "parent", false, true), "INDEX_NAME"))
            .contains("by_name");
        column(facts.getCatalogs(), "TABLE_CAT");
        column(facts.getSchemas(), "TABLE_SCHEM");
        column(facts.getTypeInfo(), "TYPE_NAME");

        main.setAutoCommit(false);
        run(main, "insert into parent(name) values ('a'), ('b')");
        main.commit();
        try (Statement page = metadata.createStatement()) {
          page.setMaxRows(1);
          page.setFetchSize(1);
          assertThat(column(page.executeQuery("select name from parent"), "name")).hasSize(1);
        }
        cancel(metadata);
      }
    }
  }

  private static void cancel(Connection connection) throws Exception {
    try (Statement endless = connection.createStatement()) {
      CompletableFuture<Void> canceller =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < 100; i++) {
                    TimeUnit.MILLISECONDS.sleep(50);
                    endless.cancel();
                  }
                } catch (SQLException | InterruptedException e) {
                  Thread.currentThread().interrupt(); // it was closed: it was cancelled
                }
              });
      assertThatThrownBy(
              () ->
                  endless.executeQuery(
                      "with recursive n(i) as (select 1 union all select i + 1 from n)"
                          + " select sum(i) from n"))
          .isInstanceOf(SQLException.class);
      canceller.cancel(true);
    }
  }

  @Test
  void aReadOnlyConnectionReadsTheNewestAndWritesNothing() throws Exception {
    try (URLClassLoader loader = Jars.isolated()) {
      Driver driver = named(loader);
      try (Connection writer = driver.connect("jdbc:inft:shop", settings("writer"))) {
        run(writer, "create table t(x)", "insert into t values (42)");
      }
      Properties readOnly = settings("reader");
      readOnly.setProperty("mode", "ro");
      try (Connection reader = driver.connect("jdbc:inft:shop", readOnly)) {
        reader.setReadOnly(true);
        assertThat(reader.isReadOnly()).isTrue();
        assertThat(reader.getMetaData().isReadOnly()).isTrue();
        try (Statement statement = reader.createStatement()) {
          assertThat(column(statement.executeQuery("select x from t"), "x")).containsExactly("42");
        }
        assertThatThrownBy(() -> run(reader, "delete from t"))
            .isInstanceOf(SQLException.class)
            .extracting(e -> ((SQLException) e).getSQLState())
            .isEqualTo("25006");
      }
    }
  }

  /** Two loaders are two copies of SQLite in one process, which cannot see each other's locks. */
  @Test
  void loadedTwiceTheSecondIsToldThatTheDatabaseIsOpen() throws Exception {
    try (URLClassLoader one = Jars.isolated();
        URLClassLoader two = Jars.isolated()) {
      Driver first = named(one);
      Driver second = named(two);
      try (Connection held = first.connect("jdbc:inft:shop", settings("here"))) {
        run(held, "create table t(x)");
        assertThatThrownBy(() -> second.connect("jdbc:inft:shop", settings("here")).close())
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("another copy of the driver in this JVM");
        try (Connection other = second.connect("jdbc:inft:other", settings("here"))) {
          run(other, "create table u(x)");
        }
        run(held, "insert into t values (1)");
      }
      try (Connection again = second.connect("jdbc:inft:shop", settings("here"));
          Statement statement = again.createStatement()) {
        assertThat(column(statement.executeQuery("select x from t"), "x")).containsExactly("1");
      }
    }
  }

  @Test
  void unloadingLeavesNoThread() throws Exception {
    Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());
    ClassLoader gone;
    try (URLClassLoader loader = Jars.isolated()) {
      gone = loader;
      try (Connection connection = named(loader).connect("jdbc:inft:shop", settings("here"))) {
        run(connection, "create table t(x)");
      }
    }
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!left(before, gone).isEmpty() && System.nanoTime() < until) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(left(before, gone)).isEmpty();
  }

  private static List<String> left(Set<Thread> before, ClassLoader loader) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .filter(
            thread ->
                thread.getContextClassLoader() == loader
                    || thread.getClass().getClassLoader() == loader
                    || thread.getName().startsWith("inft-"))
        .map(Thread::getName)
        .toList();
  }

  @Test
  void bothJarsAreAModuleOfTheSameName() throws Exception {
    for (Path jar :
        List.of(
            Jars.all(),
            Jars.classPath().stream()
                .filter(path -> path.getFileName().toString().matches("inft-jdbc-.*[^l]\\.jar"))
                .findFirst()
                .orElseThrow())) {
      ModuleReference module = ModuleFinder.of(jar).find("io.inft.jdbc").orElseThrow();
      assertThat(module.descriptor().isAutomatic()).isEqualTo(jar.equals(Jars.all()));
    }
  }

  @Test
  void theDriverWorksFromTheModulePath() throws Exception {
    Configuration modules =
        ModuleLayer.boot()
            .configuration()
            .resolveAndBind(ModuleFinder.of(Jars.all()), ModuleFinder.of(), Set.of("io.inft.jdbc"));
    ModuleLayer layer =
        ModuleLayer.boot()
            .defineModulesWithOneLoader(modules, ClassLoader.getPlatformClassLoader());
    Driver driver = named(layer.findLoader("io.inft.jdbc"));
    assertThat(driver.getClass().getModule().getName()).isEqualTo("io.inft.jdbc");
    try (Connection connection = driver.connect("jdbc:inft:shop", settings("here"));
        Statement statement = connection.createStatement()) {
      assertThat(column(statement.executeQuery("select inft_version() as v"), "v"))
          .containsExactly("0");
    }
  }
}
