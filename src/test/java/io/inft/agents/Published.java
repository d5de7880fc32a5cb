package io.inft.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.jdbc.InftConnection;
import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Machines below a folder, and all that they ever published, as who has every data key sees it. */
public final class Published {
  private static final int KEY_BYTES = 32;
  private static final int KEY_FILE_BYTES = 45;

  private final Path folder;

  public Published(Path folder) {
    this.folder = folder;
  }

  public InftDataSource machine(String name) throws SQLException {
    InftDataSource source = new InftDataSource();
    source.setUrl("jdbc:inft:agent");
    source.setNetwork("embedded");
    source.setHome(folder.resolve(name).toString());
    source.setEmbeddedDir(folder.resolve("network").toString());
    source.setSyncInterval("1h");
    return source;
  }

  /** Publishes, and answers the newest version. */
  public static long sync(InftDataSource source) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return connection.unwrap(InftConnection.class).sync(Duration.ofSeconds(30)).number();
    }
  }

  /** The keys of the subjects that a machine has, and its secret of names. */
  public List<byte[]> keys(String machine) throws IOException {
    List<byte[]> keys = new ArrayList<>();
    for (byte[] key : contents(folder.resolve(machine).resolve("subjects")).values()) {
      keys.add(
          key.length > KEY_FILE_BYTES
              ? Arrays.copyOfRange(key, key.length - KEY_BYTES, key.length)
              : key);
    }
    return keys;
  }

  /** Every file there is, a character a byte, with each version rebuilt, and each one's log. */
  public Map<Path, String> everything(long newest) throws IOException, SQLException {
    Engines.endIdle();
    Map<Path, String> all = new TreeMap<>();
    for (long version = 1; version <= newest; version++) {
      InftDataSource past = machine("reader-" + version);
      past.setAt(String.valueOf(version));
      try (Connection connection = past.getConnection();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT inft_log()")) {
        row.next();
        all.put(Path.of("log-of-" + version), latin(bytes(row.getString(1))));
      }
    }
    Engines.endIdle();
    contents(folder).forEach((file, content) -> all.put(file, latin(content)));
    assertThat(newest).isGreaterThan(2);
    assertThat(all.keySet().toString()).contains("database.sqlite", "log-of-2");
    return all;
  }

  private static Map<Path, byte[]> contents(Path below) throws IOException {
    Map<Path, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(below)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readAllBytes(file));
      }
    }
    return contents;
  }

  /** Those that have these bytes. */
  public static List<Path> holders(Map<Path, String> all, byte[] part) {
    String searched = latin(part);
    List<Path> holders = new ArrayList<>();
    all.forEach(
        (file, content) -> holders.addAll(content.contains(searched) ? List.of(file) : List.of()));
    return holders;
  }

  /** A character a byte. */
  private static String latin(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
