package io.inft.imports;

import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotImportableException;
import io.inft.sqlite.DatabaseHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a file is, by its first bytes: its name says nothing, the guide's loader renames. */
enum GuideFormat {
  SQLITE("sqlite", "a SQLite database"),
  FERNET("fernet", "a snapshot of the guide's Python client (Fernet)"),
  AES_GCM("aes-gcm", "a snapshot of the guide's TypeScript client (AES-256-GCM)"),
  EVENTS("events", "an event log of the guide's clients");

  private static final int LOOKED_AT = 256;

  /** IV and tag. */
  private static final int LEAST_GCM_BYTES = 32;

  /** 0x80 and the first bytes of a time that are zero until 2106. */
  private static final String FERNET_BEGINS = "gAAAAA";

  private static final byte[] OURS = {(byte) 0x89, 'I', 'N', 'F'};
  private static final Pattern JSON =
      Pattern.compile("\uFEFF?\\s*\\{\\s*\"[A-Za-z_]+\"\\s*:.*", Pattern.DOTALL);
  private static final Pattern OF_THE_SERVICE =
      Pattern.compile(".*\"(state_data|memory_checksum|log_type)\"\\s*:.*", Pattern.DOTALL);

  private final String word;
  private final String words;

  GuideFormat(String word, String words) {
    this.word = word;
    this.words = words;
  }

  /** As the event log has it. */
  String word() {
    return word;
  }

  /** For people. */
  String words() {
    return words;
  }

  boolean isEncrypted() {
    return this == FERNET || this == AES_GCM;
  }

  /**
   * Looks at a file.
   *
   * @throws NotImportableException it is nothing that could be imported
   */
  static GuideFormat of(Path file) throws InftException {
    if (!Files.isRegularFile(file)) {
      throw new NotImportableException(
          file.toString(),
          Files.isDirectory(file) ? "it is a folder, name the files" : "there is no such file");
    }
    byte[] head;
    long size;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(LOOKED_AT);
      size = Files.size(file);
    } catch (IOException e) {
      throw new LocalStorageException(file, "read", e);
    }
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl")) {
      return EVENTS;
    }
    return of(file, head, size);
  }

  private static GuideFormat of(Path file, byte[] head, long size) throws NotImportableException {
    String text = new String(head, StandardCharsets.UTF_8);
    if (head.length >= 16 && DatabaseHeader.looksLikeDatabase(head)) {
      return SQLITE;
    }
    if (text.startsWith(FERNET_BEGINS)) {
      return FERNET;
    }
    if (JSON.matcher(text).matches()) {
      if (OF_THE_SERVICE.matcher(text).matches()) {
        throw new NotImportableException(
            file.toString(),
            "it is what the guide's sync service uploads, JSON in the clear that nobody signed or"
                + " verified, and no database; put what you need of it into tables of a new one");
      }
      return EVENTS;
    }
    if (java.util.Arrays.equals(head, 0, Math.min(4, head.length), OURS, 0, OURS.length)) {
      throw new NotImportableException(
          file.toString(), "it is an object of this driver, which is read by opening its database");
    }
    if (size == 0) {
      throw new NotImportableException(
          file.toString(), "it is empty; the guide's download writes nothing, and so did this one");
    }
    if (size < LEAST_GCM_BYTES) {
      throw new NotImportableException(
          file.toString(), "it has " + size + " bytes, too few for anything that is known here");
    }
    return AES_GCM;
  }
}
