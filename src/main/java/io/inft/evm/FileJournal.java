package io.inft.evm;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.ChecksummedBytes;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.FormatTooOldException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A journal in a folder, one file a transaction: {@code <nonce>-<hash>.tx}. A file is written under
 * another name, synced and renamed, so that it is whole or not there. Several processes may share
 * the folder.
 */
public final class FileJournal implements TransactionJournal {
  private static final byte[] MAGIC = "inft-tx".getBytes(StandardCharsets.US_ASCII);
  private static final int FORMAT = 1;
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final int MAX_PURPOSE_BYTES = 1000;
  private static final int LEGACY = 0;
  private static final int WITH_TIP = 2;

  /**
   * A process cannot lock a file against itself, so its threads queue here first. A folder's lock
   * is here as long as somebody has it or waits for it.
   */
  private static final ConcurrentMap<Path, Turn> IN_PROCESS = new ConcurrentHashMap<>();

  /** What is done under the lock are a few calls to the chain, each with a limit of its own. */
  private static final Duration LONGEST_LOCK = Duration.ofMinutes(2);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

  private final Path folder;

  private FileJournal(Path folder) {
    this.folder = folder;
  }

  /** Opens the folder, or makes it. */
  public static FileJournal open(Path folder) throws LocalStorageException {
    DurableFiles.createFolders(folder);
    try {
      return new FileJournal(folder.toRealPath());
    } catch (IOException e) {
      throw new LocalStorageException(folder, "open", e);
    }
  }

  @Override
  public void remember(SignedTransaction transaction) throws InftException {
    Path target = folder.resolve(transaction.nonce() + "-" + transaction.hash().hex() + ".tx");
    Path temporary = folder.resolve(UUID.randomUUID() + ".new");
    DurableFiles.createFolders(folder);
    DurableFiles.create(temporary, encode(transaction));
    DurableFiles.rename(temporary, target);
  }

  @Override
  public List<SignedTransaction> all() throws InftException {
    List<SignedTransaction> found = new ArrayList<>();
    for (Path file : files()) {
      Optional<byte[]> content = content(file);
      if (content.isPresent()) {
        found.add(decode(file.toString(), content.get()));
      }
    }
    found.sort(
        Comparator.comparingLong(SignedTransaction::nonce)
            .thenComparingInt(SignedTransaction::replaced));
    return found;
  }

  @Override
  public void forget(String purpose) throws InftException {
    for (Path file : files()) {
      Optional<byte[]> content = content(file);
      if (content.isPresent() && decode(file.toString(), content.get()).purpose().equals(purpose)) {
        DurableFiles.deleteIfExists(file);
        DurableFiles.forceFolder(folder);
      }
    }
  }

  private List<Path> files() throws LocalStorageException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*.tx")) {
      entries.forEach(files::add);
    } catch (NoSuchFileException nothingYet) {
      return files; // the home was deleted under a running program
    } catch (IOException e) {
      throw new LocalStorageException(folder, "list", e);
    }
    return files;
  }

  /** Empty if another thread forgot it meanwhile. */
  private static Optional<byte[]> content(Path file) throws InftException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > MAX_FILE_BYTES) {
        throw new CorruptObjectException(file.toString(), 0, "is too long for a transaction");
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) channel.size());
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // reads until full or at the end; a short file fails its checksum
      }
      return Optional.of(Arrays.copyOf(buffer.array(), buffer.position()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LocalStorageException(file, "read", e);
    }
  }

  private static byte[] encode(SignedTransaction transaction) {
    Fees fees = transaction.fees();
    return ChecksummedBytes.wrap(
        new ByteWriter()
            .bytes(MAGIC)
            .u8(FORMAT)
            .bytes16(transaction.purpose().getBytes(StandardCharsets.UTF_8))
            .u64(transaction.chainId())
            .address(transaction.sender())
            .u64(transaction.nonce())
            .digest(transaction.hash())
            .bytes32(transaction.raw().toBytes())
            .u8(fees.tipWei().isPresent() ? WITH_TIP : LEGACY)
            .bytes16(fees.maxWei().toByteArray())
            .bytes16(fees.tipWei().orElse(BigInteger.ZERO).toByteArray())
            .u16(transaction.replaced())
            .toBytes());
  }

  private static SignedTransaction decode(String name, byte[] file) throws InftException {
    ByteReader reader = ChecksummedBytes.unwrap("transaction " + name, file);
    if (!Arrays.equals(reader.bytes("magic", MAGIC.length), MAGIC)) {
      throw reader.corrupt("is no signed transaction of ours");
    }
    int format = reader.u8("format");
    if (format > FORMAT) {
      throw new FormatTooNewException("transaction " + name, format, FORMAT);
    }
    if (format < FORMAT) {
      throw new FormatTooOldException("transaction " + name, format, FORMAT);
    }
    String purpose =
        new String(reader.bytes16("purpose", MAX_PURPOSE_BYTES), StandardCharsets.UTF_8);
    long chainId = reader.u64("chain id");
    io.inft.bytes.Address sender = reader.address("sender");
    long nonce = reader.u64("nonce");
    Digest hash = reader.digest("hash");
    Blob raw = Blob.of(reader.bytes32("raw", MAX_FILE_BYTES));
    boolean hasTip = reader.u8("type") == WITH_TIP;
    BigInteger max = new BigInteger(reader.bytes16("max fee", 33));
    BigInteger tip = new BigInteger(reader.bytes16("tip", 33));
    int replaced = reader.u16("replaced");
    reader.end();
    Fees fees = new Fees(max, hasTip ? Optional.of(tip) : Optional.empty());
    return new SignedTransaction(purpose, chainId, sender, nonce, hash, raw, fees, replaced);
  }

  /** A folder's lock within the process, and how many threads have it or wait for it. */
  private record Turn(ReentrantLock lock, int users) {
    static Turn taken(@Nullable Turn before) {
      return before == null
          ? new Turn(new ReentrantLock(), 1)
          : new Turn(before.lock, before.users + 1);
    }

    /** Null after the last one. */
    static @Nullable Turn left(Turn before) {
      return before.users == 1 ? null : new Turn(before.lock, before.users - 1);
    }
  }

  /** Whether a thread of this process has the folder's lock or waits for it. */
  boolean isWanted() {
    return IN_PROCESS.containsKey(folder);
  }

  private void leave() {
    IN_PROCESS.computeIfPresent(folder, (same, turn) -> Turn.left(turn));
  }

  @Override
  public Lock lock() throws InftException {
    ReentrantLock inProcess = IN_PROCESS.compute(folder, (same, turn) -> Turn.taken(turn)).lock();
    boolean locked = false;
    try {
      Lock lock = lock(inProcess);
      locked = true;
      return () -> {
        try {
          lock.close();
        } finally {
          leave();
        }
      };
    } finally {
      if (!locked) {
        leave();
      }
    }
  }

  private Lock lock(ReentrantLock inProcess) throws InftException {
    Path file = folder.resolve("lock");
    long deadline = System.nanoTime() + LONGEST_LOCK.toNanos();
    await(inProcess, file);
    boolean locked = false;
    try {
      DurableFiles.createFolders(folder);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        await(channel, file, deadline);
        locked = true;
      } finally {
        if (!locked) {
          channel.close();
        }
      }
      return () -> {
        try {
          channel.close(); // gives the lock back
        } catch (IOException e) {
          throw new LocalStorageException(file, "unlock", e);
        } finally {
          inProcess.unlock();
        }
      };
    } catch (IOException e) {
      throw new LocalStorageException(file, "lock", e);
    } finally {
      if (!locked) {
        inProcess.unlock();
      }
    }
  }

  private static void await(ReentrantLock inProcess, Path file) throws LocalStorageException {
    try {
      if (!inProcess.tryLock(LONGEST_LOCK.toMillis(), TimeUnit.MILLISECONDS)) {
        throw held(file, "another thread of this process is sending a transaction");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw held(file, "this thread was interrupted");
    }
  }

  private static void await(FileChannel channel, Path file, long deadline)
      throws IOException, LocalStorageException {
    while (!tryLock(channel)) {
      if (System.nanoTime() - deadline > 0) {
        throw held(file, "another process is sending a transaction");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw held(file, "this thread was interrupted");
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // a copy of this driver from another class loader has it
    }
  }

  private static LocalStorageException held(Path file, String why) {
    return new LocalStorageException(file, "lock", new IOException(why));
  }
}
