package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that closes the class loader of the driver while a database lingers, and then ends: no
 * class can be loaded any more by what the driver does at the exit.
 */
class ClosedLoaderTest {
  @TempDir Path folder;

  /** Opens a database by a loader of its own, closes both, and ends. */
  static final class Program {
    public static void main(String[] arguments) throws Exception {
      List<URL> classPath = new ArrayList<>();
      for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        classPath.add(Path.of(part).toUri().toURL());
      }
      try (URLClassLoader loader =
          new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
        Driver driver =
            (Driver) loader.loadClass(InftDriver.class.getName()).getConstructor().newInstance();
        Properties properties = new Properties();
        properties.setProperty("network", "embedded");
        properties.setProperty("home", arguments[0]);
        properties.setProperty("linger", "30s");
        try (Connection connection = driver.connect("jdbc:inft:lingers", properties);
            Statement statement = connection.createStatement()) {
          statement.execute("CREATE TABLE t(n INTEGER)");
        }
      }
      System.out.println("ends");
    }
  }

  @Test
  void theExitSaysNothingOfClassesThatCannotBeLoaded() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(List.of(), Program.class, folder.resolve("home").toString())) {
      child.awaitLine("ends");
      assertThat(child.output()).doesNotContain("NoClassDefFoundError").doesNotContain("Exception");
      assertThat(child.exit()).isZero();
    }
  }
}
