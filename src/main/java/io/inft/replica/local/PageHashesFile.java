package io.inft.replica.local;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.ChecksummedBytes;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.LocalFormat;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotOurObjectException;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateTree;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the page hashes of the newest staged version on disk: all of them once ({@code leaves}),
 * then what changed with each version ({@code leaves-log}), so that a publish writes no more than
 * it changed. Damage is noticed; then the hashes are made anew from a fresh snapshot.
 */
public final class PageHashesFile {
  private static final Logger LOG = LoggerFactory.getLogger(PageHashesFile.class);

  /** Before the tree: the version it belongs to. Format 1 was that version alone. */
  private static final LocalFormat BASE = new LocalFormat("page hashes", 'l', 2, 2);

  /** Before the records. Format 1 began with the first record. */
  private static final LocalFormat LOG_HEAD = new LocalFormat("log of page hashes", 'g', 2, 2);

  private static final int BASE_BYTES = LocalFormat.FRAME_BYTES + Long.BYTES;
  private static final int MAX_RECORD_BYTES = 1 << 30;
  private static final long MIN_LOG_BYTES = 1 << 20;

  private final Path folder;
  private final Path base;
  private final Path log;

  public PageHashesFile(Path generation) {
    this(generation, "leaves");
  }

  /** Those of another version than the newest one, under another name. */
  public PageHashesFile(Path generation, String name) {
    this.folder = generation;
    this.base = generation.resolve(name);
    this.log = generation.resolve(name + "-log");
  }

  /** Deletes them, so that every page is compared at the next chance. */
  public void forget() throws InftException {
    DurableFiles.deleteIfExists(base);
    DurableFiles.deleteIfExists(log);
    DurableFiles.forceFolder(folder);
  }

  /** Whether there are any. */
  public boolean exists() {
    return Files.exists(base);
  }

  /** Writes all hashes; the log begins anew. */
  public void writeAll(long version, StateTree tree) throws InftException {
    writeBase(version, tree);
    DurableFiles.deleteIfExists(log);
    DurableFiles.forceFolder(folder);
  }

  /** Writes all hashes of a version, and leaves what the log says of later ones. */
  public void writeBase(long version, StateTree tree) throws InftException {
    Path fresh = base.resolveSibling(base.getFileName() + ".new");
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(fresh), 1 << 16))) {
      out.write(BASE.wrap(new ByteWriter().u64(version).toBytes()));
      tree.writeTo(out);
    } catch (IOException e) {
      throw new LocalStorageException(fresh, "write", e);
    }
    DurableFiles.force(fresh);
    try {
      Files.move(
          fresh,
          base,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new LocalStorageException(base, "write", e);
    }
    DurableFiles.forceFolder(folder);
  }

  /** Adds what changed with a version since the one before it, durably. */
  public void append(long version, StateTree tree, Map<Long, Digest> changes) throws InftException {
    ByteWriter record =
        new ByteWriter(changes.size() * 36 + 64)
            .u64(version)
            .u64(tree.pageCount())
            .u32(changes.size());
    changes.forEach((page, leaf) -> record.u32(page).digest(leaf));
    byte[] checked = ChecksummedBytes.wrap(record.toBytes());
    long size;
    try (FileChannel channel =
        FileChannel.open(log, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      size = channel.size();
      ByteWriter addition = new ByteWriter(LocalFormat.FRAME_BYTES + checked.length + 4);
      if (size == 0) {
        addition.bytes(LOG_HEAD.wrap(new byte[0]));
      }
      ByteBuffer bytes = ByteBuffer.wrap(addition.bytes32(checked).toBytes());
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes, size + bytes.position());
        }
        channel.force(false);
      } catch (IOException e) {
        channel.truncate(size); // nothing may stand behind half a record
        throw e;
      }
      size = channel.size();
    } catch (IOException e) {
      throw new LocalStorageException(log, "write", e);
    }
    if (size > Math.max(MIN_LOG_BYTES, tree.pageCount() * Digest.BYTES)) {
      writeAll(version, tree);
    }
  }

  /**
   * Reads the hashes as of a version; empty when they are damaged or missing.
   *
   * @param version the newest staged version; what the log says of later ones was never published
   */
  public Optional<StateTree> read(long version, StateKey stateKey) throws InftException {
    try (InputStream file = Files.newInputStream(base);
        DataInputStream in = new DataInputStream(new BufferedInputStream(file, 1 << 16))) {
      long reached = readBase(in);
      StateTree tree = readTree(in, stateKey);
      reached = replay(tree, reached, version);
      if (reached != version) {
        LOG.warn("{} ends at version {}, not {}", base, reached, version);
        return Optional.empty();
      }
      return Optional.of(tree);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CorruptObjectException e) {
      LOG.warn("{} is damaged: {}", base, e.getMessage());
      return Optional.empty();
    } catch (IOException e) {
      throw new LocalStorageException(base, "read", e);
    }
  }

  private static long readBase(InputStream in) throws InftException, IOException {
    byte[] head = in.readNBytes(Long.BYTES);
    if (BASE.hasMagic(head)) {
      byte[] rest = in.readNBytes(BASE_BYTES - Long.BYTES);
      byte[] whole = new ByteWriter(BASE_BYTES).bytes(head).bytes(rest).toBytes();
      return BASE.unwrap(whole).reader().u64("version");
    }
    return new ByteReader(BASE.what(), head).u64("version");
  }

  /** What is before it says how it is written, so that anything else is damage. */
  private static StateTree readTree(InputStream in, StateKey stateKey)
      throws InftException, IOException {
    try {
      return StateTree.readFrom(in, stateKey);
    } catch (NotOurObjectException | FormatTooNewException | FormatTooOldException e) {
      throw new CorruptObjectException(
          BASE.what(), 0, "the tree in it does not begin as one: " + e.getMessage());
    }
  }

  private long replay(StateTree tree, long from, long version) throws InftException {
    if (!Files.exists(log)) {
      return from;
    }
    NavigableMap<Long, ByteReader> records = records();
    long reached = from;
    for (Map.Entry<Long, ByteReader> entry : records.entrySet()) {
      if (entry.getKey() <= from || entry.getKey() > version) {
        continue;
      }
      if (entry.getKey() != reached + 1) {
        return reached; // what changed with the version between is not known
      }
      ByteReader record = entry.getValue();
      apply(record, tree);
      reached = entry.getKey();
    }
    return reached;
  }

  private static void apply(ByteReader record, StateTree tree) throws CorruptObjectException {
    long pages = record.u64("pages");
    if (pages > StateTree.MAX_PAGES) {
      throw record.corrupt(pages + " pages, at most " + StateTree.MAX_PAGES + " allowed");
    }
    tree.resize(pages);
    int count = record.u32("changes", record.remaining() / 36);
    for (int i = 0; i < count; i++) {
      long page = record.u32("page");
      if (page < 1 || page > pages) {
        throw record.corrupt("page " + page + " of " + pages);
      }
      tree.set(page, record.digest("leaf"));
    }
    record.end();
  }

  /**
   * The records of the log. A version that was staged again after a crash stands there twice; the
   * later record counts. A process that died while it appended left a part of one at the end, of a
   * version that was never staged: it is cut off, so that the next one can be appended.
   */
  private NavigableMap<Long, ByteReader> records() throws InftException {
    NavigableMap<Long, ByteReader> records = new TreeMap<>();
    byte[] bytes = DurableFiles.read(log, MAX_RECORD_BYTES);
    int whole = LOG_HEAD.hasMagic(bytes) ? lengthOfHead(bytes) : 0;
    while (whole < bytes.length) {
      ByteReader rest = new ByteReader(LOG_HEAD.what(), bytes, whole, bytes.length - whole);
      long length = rest.remaining() < 4 ? Long.MAX_VALUE : rest.u32("record length");
      if (length > rest.remaining()) {
        break;
      }
      try {
        ByteReader record =
            ChecksummedBytes.unwrap(LOG_HEAD.what(), rest.bytes("record", (int) length));
        records.put(record.u64("version"), record);
      } catch (CorruptObjectException e) {
        if (rest.remaining() > 0) {
          throw e;
        }
        break;
      }
      whole = rest.position();
    }
    if (whole < bytes.length) {
      LOG.debug("{} ends within a record, at byte {}", log, whole);
      cutTo(whole);
    }
    return records;
  }

  /** Zero if a process died while it wrote the head, so that nothing of the file counts. */
  private static int lengthOfHead(byte[] bytes) throws InftException {
    if (bytes.length < LocalFormat.FRAME_BYTES) {
      return 0;
    }
    LOG_HEAD.unwrap(Arrays.copyOf(bytes, LocalFormat.FRAME_BYTES)).reader().end();
    return LocalFormat.FRAME_BYTES;
  }

  private void cutTo(int size) throws InftException {
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(size);
      channel.force(true);
    } catch (IOException e) {
      throw new LocalStorageException(log, "cut", e);
    }
  }
}
