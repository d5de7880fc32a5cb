package io.inft.sqlite;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code -wal} file beside a database, read for the transactions committed to it. It may be
 * missing or empty: then it holds nothing, and it is looked for again at the next read. Opening and
 * closing it harms no lock. Not thread-safe.
 *
 * <p>It follows SQLite's own rule for where a log ends, so that what is read here is what SQLite
 * would recover. The first read of a generation checks the chain from frame 1 on; later ones
 * continue from there. When SQLite has deleted the file and made a new one, open a new object.
 */
public final class WalFile implements AutoCloseable {
  private static final String WHAT = "write-ahead log";

  private final Path path;

  // The file once it exists, the last valid header, how far this object has followed its chain,
  // and the generation whose pages page() hands out.
  private @Nullable SteadyFile file;
  private @Nullable WalHeader shape;
  private WalPosition followed = WalPosition.START;
  private WalPosition shown = WalPosition.START;

  private WalFile(Path path) {
    this.path = path;
  }

  public static WalFile open(Path wal) throws LocalStorageException {
    WalFile opened = new WalFile(wal);
    opened.file();
    return opened;
  }

  /** The page size of the last log seen here, 0 before any was. */
  public int pageSize() throws InftException {
    return shape == null && header() == null ? 0 : shape().pageSize();
  }

  /**
   * The committed frames behind {@code from}.
   *
   * @param maxFrame no frame beyond it is looked at: what the {@linkplain WalIndex index} says
   *     while SQLite runs, {@link Long#MAX_VALUE} to find the end as SQLite's recovery would
   * @throws FormatTooNewException if a later SQLite wrote the log
   * @throws LocalStorageException if the file cannot be read
   */
  public WalTail readTail(WalPosition from, long maxFrame) throws InftException {
    WalHeader header = header();
    if (header == null) {
      return WalTail.nothing(WalPosition.START, from.frame() > 0, headerDamaged());
    }
    if (!from.sameGeneration(header.salt1(), header.salt2())) {
      return tail(header, header.start(), maxFrame, !from.equals(WalPosition.START), false);
    }
    if (!leadsThrough(header, from)) {
      return tail(header, header.start(), maxFrame, false, true);
    }
    return tail(header, from, maxFrame, false, false);
  }

  /**
   * Reads the tail while SQLite runs, against what its index says. An index that names another
   * generation than the log is one whose writer has announced a restart and not begun it, or an old
   * reading of it: then what is left of the old generation is answered, or nothing. An index that
   * names fewer frames than the position has {@code lost} them; read it under the lock that guards
   * the position.
   *
   * @throws CorruptObjectException if the log does not hold everything the index says is committed
   */
  public WalTail readTail(WalPosition from, WalIndexHeader index) throws InftException {
    WalHeader header = header();
    if (header == null) {
      if (index.maxFrame() > 0) {
        throw missing(0, index);
      }
      return WalTail.nothing(WalPosition.START, from.frame() > 0, headerDamaged());
    }
    boolean agree = index.salt1() == header.salt1() && index.salt2() == header.salt2();
    if (!agree) {
      boolean announced =
          index.maxFrame() == 0 && from.sameGeneration(header.salt1(), header.salt2());
      return announced ? readTail(from, Long.MAX_VALUE) : WalTail.nothing(from, false, false);
    }
    WalTail tail = readTail(from, index.maxFrame());
    if (tail.end().frame() < index.maxFrame()) {
      throw missing(tail.end().frame(), index);
    }
    return tail.end().frame() > index.maxFrame()
        ? tail(header, header.start(), index.maxFrame(), false, true)
        : tail;
  }

  /**
   * What is left of the generation of {@code from} up to {@code lastFrame}, whatever the header
   * says by now: after a checkpoint that restarted the log, before or while the next writer
   * overwrites it. {@code lost} if the chain does not hold that far.
   */
  public WalTail continueOld(WalPosition from, long lastFrame) throws InftException {
    if (shape == null) {
      header();
    }
    if (shape == null || file == null) {
      return WalTail.nothing(from, lastFrame > from.frame(), false);
    }
    WalTail tail = tail(shape, from, lastFrame, false, false);
    return tail.end().frame() >= lastFrame
        ? tail
        : new WalTail(
            tail.frames(), tail.end(), tail.databasePages(), tail.commits(), false, true, false);
  }

  /**
   * The page in a frame of the generation read last.
   *
   * @throws CorruptObjectException if the log has been restarted over it since
   */
  public byte[] page(long frame) throws InftException {
    WalHeader is = shape();
    return new WalPages(opened())
        .page(frame, is.pageSize(), shown)
        .orElseThrow(
            () ->
                new CorruptObjectException(
                    WHAT,
                    is.offset(frame),
                    "frame " + frame + " was overwritten by a later generation of the log"));
  }

  @Override
  public void close() throws LocalStorageException {
    if (file != null) {
      file.close();
    }
  }

  private WalTail tail(
      WalHeader header, WalPosition from, long maxFrame, boolean restarted, boolean lost)
      throws LocalStorageException {
    WalChain chain = new WalChain(opened(), header, from, maxFrame);
    List<WalFrame> pending = new ArrayList<>();
    int committed = 0;
    int commits = 0;
    long databasePages = 0;
    WalPosition end = from;
    for (WalFrame frame = chain.next(); frame != null; frame = chain.next()) {
      pending.add(frame);
      if (frame.commits()) {
        committed = pending.size();
        commits++;
        databasePages = frame.databasePages();
        end = chain.position();
      }
    }
    boolean damaged = chain.position().frame() < maxFrame && chain.goesOnBehindTheEnd();
    boolean further = followed.frame() < end.frame();
    if (lost || further || !followed.sameGeneration(end.salt1(), end.salt2())) {
      followed = end;
    }
    shown = end;
    return new WalTail(
        pending.subList(0, committed), end, databasePages, commits, restarted, lost, damaged);
  }

  private boolean leadsThrough(WalHeader header, WalPosition from) throws LocalStorageException {
    if (!followed.sameGeneration(header.salt1(), header.salt2())) {
      followed = header.start();
    }
    if (from.frame() > followed.frame()) {
      WalChain chain = new WalChain(opened(), header, followed, from.frame());
      while (chain.next() != null) {
        followed = chain.position();
      }
    }
    return from.frame() <= followed.frame() && checksumAfter(header, from.frame()).equals(from);
  }

  /** The position the file itself shows after a frame. */
  private WalPosition checksumAfter(WalHeader header, long frame) throws LocalStorageException {
    if (frame == 0) {
      return header.start();
    }
    byte[] bytes = new byte[WalHeader.FRAME_HEADER_BYTES];
    opened().read(header.offset(frame), bytes, bytes.length);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new WalPosition(in.getInt(8), in.getInt(12), frame, in.getInt(16), in.getInt(20));
  }

  private @Nullable WalHeader header() throws InftException {
    SteadyFile present = file();
    byte[] bytes = new byte[WalHeader.BYTES];
    if (present == null || present.read(0, bytes, bytes.length) < bytes.length) {
      return null;
    }
    WalHeader header = WalHeader.parse(bytes);
    if (header != null) {
      shape = header;
    }
    return header;
  }

  private boolean headerDamaged() throws LocalStorageException {
    return file != null && file.sizeBytes() > WalHeader.BYTES;
  }

  private @Nullable SteadyFile file() throws LocalStorageException {
    if (file == null && Files.exists(path)) {
      file = SteadyFile.open(path);
    }
    return file;
  }

  private SteadyFile opened() {
    if (file == null) {
      throw new IllegalArgumentException("there is no log at " + path);
    }
    return file;
  }

  private WalHeader shape() {
    if (shape == null) {
      throw new IllegalArgumentException("no log was read at " + path);
    }
    return shape;
  }

  private static CorruptObjectException missing(long held, WalIndexHeader index) {
    return new CorruptObjectException(
        WHAT, 0, "it holds " + held + " committed frames, its index says " + index.maxFrame());
  }
}
