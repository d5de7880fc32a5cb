package io.inft.jdbc.config;

import io.inft.bytes.DurableFiles;
import io.inft.failure.LocalStorageException;
import io.inft.failure.SettingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Files that hold one secret in their first line. What they hold is never part of a message. */
public final class SecretFile {
  private static final int MAX_BYTES = 4096;
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private SecretFile() {}

  /**
   * The first line.
   *
   * @param setting names the property in messages
   */
  public static String read(Path file, String setting) throws SettingException {
    String line = readAll(file, setting).lines().findFirst().orElse("");
    if (line.isEmpty()) {
      throw new SettingException(setting, "the first line of '" + file + "' is empty");
    }
    return line;
  }

  /** All of it, for files that hold more than a line. */
  static String readAll(Path file, String setting) throws SettingException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new SettingException(setting, "'" + file + "' cannot be read: " + e);
    }
    if (content.length > MAX_BYTES) {
      throw new SettingException(setting, "'" + file + "' is too long for a secret");
    }
    return new String(content, StandardCharsets.UTF_8);
  }

  /** A warning if others than the owner may read the file; empty where there are no such rights. */
  static Optional<String> warning(Path file, String setting) throws SettingException {
    if (!POSIX) {
      return Optional.empty();
    }
    try {
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
      rights.removeAll(PosixFilePermissions.fromString("rwx------"));
      return rights.isEmpty()
          ? Optional.empty()
          : Optional.of(
              setting + " '" + file + "' may be read by others than its owner: chmod 600 it");
    } catch (IOException e) {
      throw new SettingException(setting, "'" + file + "' cannot be read: " + e);
    }
  }

  /**
   * Writes a new file that only its owner may read, unless it exists. Several processes may try:
   * one wins, and nobody sees half a file. When it returns the file is there after a power cut too.
   *
   * @return whether this call made it
   */
  public static boolean create(Path file, String secret) throws LocalStorageException {
    Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      DurableFiles.createFolders(folder);
    }
    DurableFiles.createPrivate(temporary, (secret + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      return DurableFiles.link(temporary, file);
    } finally {
      DurableFiles.deleteIfExists(temporary);
    }
  }
}
