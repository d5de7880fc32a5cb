package io.inft.jdbc;

import io.inft.failure.InftException;
import io.inft.failure.InvalidIdException;
import io.inft.failure.NotRegisteredException;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether an id that is not there yet is meant. Where databases are made without being asked for, a
 * URL that was {@code jdbc:sqlite:} a moment ago, or a slip of the shift key, would quietly begin
 * an empty one. Ids that exist are never doubted.
 */
final class NewId {
  private static final Pattern PATH = Pattern.compile("[/~].*|\\.{1,2}/.*|[A-Za-z]:/.*|file:.*");

  private static final String MEMORY = ":memory:";
  private static final String SQLITE = "SQLite format 3";

  private NewId() {}

  /**
   * Doubts an id that reads like a path, that a SQLite file here has as its name, or that differs
   * from another one in case only.
   *
   * @throws InvalidIdException it is doubtful and not registered
   */
  static void requireMeant(DatabaseId id, RegistryReader registry) throws InftException {
    Optional<String> doubt = doubt(id, registry);
    if (doubt.isPresent() && !isRegistered(id, registry)) {
      throw new InvalidIdException(
          id.toString(),
          doubt.get() + "; to begin an empty database of exactly this name, set create=true");
    }
  }

  private static Optional<String> doubt(DatabaseId id, RegistryReader registry)
      throws InftException {
    String text = id.toString();
    if (text.equals(MEMORY)) {
      return Optional.of(
          "it is SQLite's word for a database that is not kept, and this one would be");
    }
    if (PATH.matcher(text).matches() || isSqliteFile(text)) {
      String name = name(text);
      return Optional.of(
          "it is a file's path, and an id is a name in a registry. 'inft push "
              + name
              + " "
              + text
              + "' publishes that file, jdbc:inft:"
              + name
              + " opens it then");
    }
    return registry
        .spelledOtherwise(id)
        .map(other -> "there is '" + other + "', and case matters: take that if you mean it");
  }

  private static boolean isRegistered(DatabaseId id, RegistryReader registry) throws InftException {
    try {
      registry.head(id);
      return true;
    } catch (NotRegisteredException e) {
      return false;
    }
  }

  private static boolean isSqliteFile(String text) {
    try {
      Path file = Path.of(text);
      if (!Files.isRegularFile(file)) {
        return false;
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] head = in.readNBytes(SQLITE.length());
        return new String(head, StandardCharsets.US_ASCII).equals(SQLITE);
      }
    } catch (InvalidPathException | IOException e) {
      return false; // whatever it is, nobody meant it as a database file
    }
  }

  /** The file's name without folders and extension, as an id. */
  private static String name(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    name = dot > 0 ? name.substring(0, dot) : name;
    return name.isEmpty() || name.equals("file:") ? "my-database" : name;
  }
}
