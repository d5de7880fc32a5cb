package io.inft.lazy;

import io.inft.faults.ChildJvm;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A container in a process of its own: SQLite and JNA are its libraries, and an application with
 * the driver comes and goes while a connection of its stays. Prints what became of each.
 */
final class LazyContainer {
  private LazyContainer() {}

  /**
   * Ends by itself.
   *
   * @param args a folder with a base for each application
   */
  public static void main(String[] args) throws Exception {
    List<URL> ours = new ArrayList<>();
    List<URL> shared = new ArrayList<>();
    for (String entry :
        ChildJvm.classPath(LazyContainer.class.getClassLoader()).split(File.pathSeparator, -1)) {
      URL url = Path.of(entry).toUri().toURL();
      (entry.endsWith(".jar") ? shared : ours).add(url);
    }
    try (URLClassLoader libraries =
        new URLClassLoader(shared.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      for (String folder : args) {
        deploy(ours, libraries, Path.of(folder));
      }
    }
    System.out.println("over");
  }

  @SuppressWarnings("unchecked")
  private static void deploy(List<URL> ours, ClassLoader libraries, Path folder) throws Exception {
    Connection connection;
    try (URLClassLoader loader = new URLClassLoader(ours.toArray(URL[]::new), libraries)) {
      Class<?> type = loader.loadClass("io.inft.lazy.LazyApplication");
      Callable<Connection> application =
          (Callable<Connection>) type.getDeclaredConstructor(Path.class).newInstance(folder);
      connection = application.call();
    }
    for (int i = 0; i < 20; i++) {
      System.gc();
      Thread.sleep(10);
    }
    System.out.println("here " + ask(connection, "SELECT name FROM note WHERE id = 1"));
    System.out.println("missing " + ask(connection, "SELECT name FROM note WHERE id = 900"));
    connection.close();
  }

  private static String ask(Connection connection, String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "nothing";
    } catch (SQLException e) {
      return e.getMessage();
    }
  }
}
