package io.inft.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program with none of the frameworks on its class path. */
class MissingFrameworksTest {
  private static final List<String> FRAMEWORKS =
      List.of("flyway", "liquibase", "spring", "HikariCP", "micrometer");

  @TempDir Path folder;

  /** Knows which of its classes were asked for. */
  private static final class Isolated extends URLClassLoader {
    Isolated(URL[] urls) {
      super(urls, ClassLoader.getPlatformClassLoader());
    }

    boolean loaded(String name) {
      return findLoadedClass(name) != null;
    }
  }

  private static Isolated isolated() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      String name = Path.of(entry).getFileName().toString();
      if (FRAMEWORKS.stream().noneMatch(name::contains)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return new Isolated(urls.toArray(new URL[0]));
  }

  @Test
  void nothingOfTheIntegrationIsLoaded() throws Exception {
    try (Isolated loader = isolated()) {
      for (String framework :
          List.of(
              "org.flywaydb.core.Flyway",
              "org.springframework.boot.SpringApplication",
              "io.micrometer.core.instrument.MeterRegistry")) {
        assertThatThrownBy(() -> loader.loadClass(framework))
            .isInstanceOf(ClassNotFoundException.class);
      }
      Driver driver =
          ServiceLoader.load(Driver.class, loader).stream()
              .filter(found -> found.type().getName().equals("io.inft.jdbc.InftDriver"))
              .findFirst()
              .orElseThrow()
              .get();
      assertThat(driver.getClass().getClassLoader()).isSameAs(loader);
      Properties properties = new Properties();
      properties.setProperty("network", "embedded");
      properties.setProperty("home", folder.resolve("home").toString());
      properties.setProperty("linger", "0");
      try (Connection connection = driver.connect("jdbc:inft:alone", properties);
          Statement statement = connection.createStatement()) {
        statement.execute("create table t(n int)");
        try (ResultSet rows = statement.executeQuery("select count(*) from t")) {
          assertThat(rows.getInt(1)).isZero();
        }
      }
      assertThat(doors()).isNotEmpty().noneMatch(loader::loaded);
    }
  }

  /** All classes of the room. */
  private static List<String> doors() throws Exception {
    URI room = InftHikari.class.getResource("InftHikari.class").toURI();
    try (var files = java.nio.file.Files.list(Path.of(room).getParent())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class"))
          .map(name -> "io.inft.integration." + name.replace(".class", ""))
          .filter(name -> !name.endsWith("Test") && !name.contains("Test$"))
          .toList();
    }
  }
}
