package io.inft.registry.ledger;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.ForeignFileException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.registry.Registry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of a ledger: entry {@code n} lies in {@code <n / 256>/<n>.entry}. An entry appears
 * whole or not at all and is never replaced: it is written and synced under another name and then
 * hard-linked to its own, which fails if somebody else's entry is there. Nothing is locked.
 */
final class LedgerFolder implements LedgerLog {
  private static final int ENTRIES_A_FOLDER = 256;
  private static final Pattern SHARD = Pattern.compile("[0-9]{6,15}");
  private static final Pattern ENTRY = Pattern.compile("([0-9]{9,18})\\.entry");
  private static final String MARKER = "ledger-format";
  private static final Pattern MARKER_TEXT = Pattern.compile("inft ledger ([0-9]{1,6})\n");
  private static final int FORMAT = 1;
  private static final String TEMPORARY = "tmp";
  private static final String NOTES = "seen";
  private static final String OBJECTS = "objects";

  private final Path root;

  private LedgerFolder(Path root) {
    this.root = root;
  }

  /**
   * Looks, and changes nothing: an absent folder is an empty ledger until something is recorded.
   */
  static LedgerFolder open(Path root) throws InftException {
    LedgerFolder folder = new LedgerFolder(root);
    folder.requireOurs();
    return folder;
  }

  private void requireOurs() throws InftException {
    if (!Files.exists(root)) {
      return;
    }
    if (!Files.isDirectory(root)) {
      throw new ForeignFileException(root.toString(), "a folder is expected, this is a file");
    }
    Path marker = root.resolve(MARKER);
    Optional<byte[]> text = readFile(marker, 64);
    if (text.isPresent()) {
      Matcher format = MARKER_TEXT.matcher(new String(text.get(), StandardCharsets.ISO_8859_1));
      if (!format.matches()) {
        throw new CorruptObjectException(marker.toString(), 0, "does not name a ledger's format");
      }
      int found = Integer.parseInt(format.group(1));
      if (found > FORMAT) {
        throw new FormatTooNewException("ledger in " + root, found, FORMAT);
      }
      return;
    }
    try (DirectoryStream<Path> names = Files.newDirectoryStream(root)) {
      for (Path name : names) {
        String found = name.getFileName().toString();
        if (!found.equals(TEMPORARY) && !found.equals(MARKER)) {
          throw new ForeignFileException(
              root.toString(), "it is not empty and holds no ledger, but '" + found + "'");
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(root, "list", e);
    }
  }

  /** The bytes of an entry, empty while there is none. */
  @Override
  public Optional<byte[]> read(long sequence) throws InftException {
    return readFile(path(sequence), LedgerEntry.MAX_BYTES);
  }

  /** Names an entry for messages. */
  @Override
  public String name(long sequence) {
    return path(sequence).toString();
  }

  private Path path(long sequence) {
    return shard(sequence).resolve(String.format(Locale.ROOT, "%09d.entry", sequence));
  }

  private Path shard(long sequence) {
    return root.resolve(String.format(Locale.ROOT, "%06d", sequence / ENTRIES_A_FOLDER));
  }

  /**
   * The highest entry there is, at least {@code known}, which must be there; folders before its own
   * are not looked at.
   */
  @Override
  public long newest(long known) throws LocalStorageException {
    if (!Files.isDirectory(root)) {
      return known;
    }
    long newest = known;
    try (DirectoryStream<Path> shards = Files.newDirectoryStream(root)) {
      for (Path shard : shards) {
        String name = shard.getFileName().toString();
        if (SHARD.matcher(name).matches()
            && Long.parseLong(name) >= known / ENTRIES_A_FOLDER
            && Files.isDirectory(shard)) {
          newest = Math.max(newest, newestIn(shard));
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(root, "list", e);
    }
    return newest;
  }

  private static long newestIn(Path shard) throws IOException {
    long newest = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(shard)) {
      for (Path entry : entries) {
        Matcher name = ENTRY.matcher(entry.getFileName().toString());
        if (name.matches()) {
          newest = Math.max(newest, Long.parseLong(name.group(1)));
        }
      }
    }
    return newest;
  }

  /**
   * Adds an entry and returns when it is durable.
   *
   * @return false if somebody else's entry has this number; nothing was changed then
   */
  @Override
  public boolean append(long sequence, byte[] bytes) throws InftException {
    mark();
    DurableFiles.createSharedFolders(shard(sequence));
    return link(path(sequence), bytes);
  }

  /** Makes the folder a ledger's, if it is free. */
  private void mark() throws InftException {
    if (!Files.exists(root.resolve(MARKER))) {
      requireOurs();
      link(
          root.resolve(MARKER),
          ("inft ledger " + FORMAT + "\n").getBytes(StandardCharsets.US_ASCII));
    }
  }

  private boolean link(Path target, byte[] bytes) throws LocalStorageException {
    Path temporary = writeTemporary(bytes);
    try {
      return DurableFiles.link(temporary, target);
    } finally {
      DurableFiles.deleteIfExists(temporary);
    }
  }

  /**
   * Replaces an account's note, which is not part of the ledger; readers see the old or the new
   * one.
   */
  @Override
  public void writeNote(Address account, byte[] bytes) throws LocalStorageException {
    DurableFiles.createSharedFolders(root.resolve(NOTES));
    DurableFiles.rename(writeTemporary(bytes), note(account));
  }

  @Override
  public Optional<byte[]> readNote(Address account) throws InftException {
    return readFile(note(account), 256);
  }

  private Path note(Address account) {
    return root.resolve(NOTES).resolve(account.toString());
  }

  @Override
  public boolean keepsObjects() {
    return true;
  }

  @Override
  public void writeObject(Digest checksum, byte[] object) throws InftException {
    mark();
    DurableFiles.createSharedFolders(objects(checksum));
    link(object(checksum), object);
  }

  @Override
  public Optional<byte[]> readObject(Digest checksum) throws InftException {
    return readFile(object(checksum), Registry.AnchorRequest.MAX_OBJECT_BYTES);
  }

  private Path object(Digest checksum) {
    return objects(checksum).resolve(checksum.toString());
  }

  private Path objects(Digest checksum) {
    return root.resolve(OBJECTS).resolve(checksum.toString().substring(2, 4));
  }

  private Path writeTemporary(byte[] bytes) throws LocalStorageException {
    Path folder = root.resolve(TEMPORARY);
    DurableFiles.createSharedFolders(folder);
    String unique =
        ProcessHandle.current().pid()
            + "-"
            + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path temporary = folder.resolve(unique);
    DurableFiles.create(temporary, bytes);
    return temporary;
  }

  private static Optional<byte[]> readFile(Path file, int maxBytes) throws InftException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > maxBytes) {
        throw new CorruptObjectException(
            file.toString(), 0, "has " + size + " bytes, at most " + maxBytes + " allowed");
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) size);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new CorruptObjectException(file.toString(), buffer.position(), "ends too early");
        }
      }
      return Optional.of(buffer.array());
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LocalStorageException(file, "read", e);
    }
  }

  @Override
  public String describe() {
    return "embedded registry in " + root;
  }
}
