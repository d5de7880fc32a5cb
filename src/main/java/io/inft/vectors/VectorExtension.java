package io.inft.vectors;

import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.SettingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;

/**
 * The library of sqlite-vec: a file that was named, or what the class path has for this machine
 * under {@code META-INF/sqlite-vec/<platform>/}, which is copied to where it can be loaded from.
 */
public final class VectorExtension {
  private static final String ENTRY_POINT = "sqlite3_vec_init";
  private static final int MOST_BYTES = 64 << 20;

  private final String setting;
  private final Path library;

  private VectorExtension(String setting, Path library) {
    this.setting = setting;
    this.library = library;
  }

  /**
   * @param setting its name, for messages
   */
  public static VectorExtension at(Path library, String setting) throws SettingException {
    if (!Files.isRegularFile(library)) {
      throw new SettingException(setting, "there is no file " + library);
    }
    return new VectorExtension(setting, library.toAbsolutePath());
  }

  /**
   * What the class path has, if anything.
   *
   * @param folder where it is copied to, once for each content
   */
  public static Optional<VectorExtension> onClassPath(Path folder, String setting)
      throws InftException {
    String resource = resource();
    for (ClassLoader loader :
        new ClassLoader[] {
          Thread.currentThread().getContextClassLoader(), VectorExtension.class.getClassLoader()
        }) {
      try (InputStream in = loader == null ? null : loader.getResourceAsStream(resource)) {
        if (in != null) {
          return Optional.of(
              new VectorExtension(setting, copied(in.readNBytes(MOST_BYTES), folder)));
        }
      } catch (IOException e) {
        throw new SettingException(setting, resource + " on the class path: " + e);
      }
    }
    return Optional.empty();
  }

  /** What the class path must have for this machine. */
  public static String resource() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    boolean isArm = architecture.equals("aarch64") || architecture.equals("arm64");
    boolean isWindows = os.startsWith("windows");
    boolean isMac = os.startsWith("mac");
    return "META-INF/sqlite-vec/"
        + (isWindows ? "windows" : isMac ? "darwin" : os)
        + (isArm ? "-arm64" : "-x64")
        + (isWindows ? "/vec0.dll" : isMac ? "/vec0.dylib" : "/vec0.so");
  }

  private static Path copied(byte[] content, Path folder) throws LocalStorageException {
    String name = resource().substring(resource().lastIndexOf('/') + 1);
    Path place = folder.resolve(Digest.sha256(content).hex().substring(0, 40));
    Path file = place.resolve(name);
    boolean there =
        Files.exists(file)
            && Digest.sha256(DurableFiles.read(file, MOST_BYTES)).equals(Digest.sha256(content));
    if (!there) {
      DurableFiles.createFolders(place);
      DurableFiles.replace(file, content);
    }
    return file;
  }

  /**
   * Loads it into a connection. SQL can load nothing itself, before and after.
   *
   * @param statement of that connection
   * @param allowed whether SQL of this connection may load extensions, as it was set
   * @throws SettingException if it cannot be loaded
   */
  public void load(SQLiteConnection connection, Statement statement, boolean allowed)
      throws SettingException, SQLException {
    DB database = connection.getDatabase();
    database.enable_load_extension(true);
    try {
      statement.execute(
          "SELECT load_extension('"
              + library.toString().replace("'", "''")
              + "', '"
              + ENTRY_POINT
              + "')");
    } catch (SQLException e) {
      throw new SettingException(
          setting, library + " could not be loaded as sqlite-vec: " + e.getMessage());
    } finally {
      database.enable_load_extension(allowed);
    }
  }
}
