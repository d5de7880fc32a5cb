package io.inft.lazy;

import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.lazy.vfs.FileGate;
import io.inft.lazy.vfs.NativeFile;
import io.inft.lazy.vfs.PageVfs;
import io.inft.lazy.vfs.SqliteCodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One handle that SQLite has of the file, of one connection. SQLite uses it on one thread at a
 * time; {@link #abort} and {@link #takeFailure} may come from any.
 */
final class Handle implements FileGate {
  private final Path path;
  private final PageVfs vfs;
  private final NativeFile file;
  private final PartialFile partial;
  private final PresentPages pages;
  private final Fetches fetches;
  private final FetchWait around;
  private final ScanWatch scan = new ScanWatch();
  private final AtomicReference<InftException> failure = new AtomicReference<>();

  // Mutable: the connection in SQLite's memory, 0 as long as it is not known.
  private volatile long connection;
  private volatile boolean aborted;
  private volatile long giveUpNanos;
  private volatile boolean limited;
  private volatile boolean closed;

  /** Not an interrupt of the thread. */
  private static final class Cancelled extends InterruptedException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param around what ends the waits of all handles
   */
  Handle(
      Path path,
      PageVfs vfs,
      NativeFile file,
      PartialFile partial,
      PresentPages pages,
      Fetches fetches,
      FetchWait around) {
    this.path = path;
    this.vfs = vfs;
    this.file = file;
    this.partial = partial;
    this.pages = pages;
    this.fetches = fetches;
    this.around = around;
  }

  /** From now on a wait sees that this connection was interrupted. */
  void belongsTo(long address) {
    connection = address;
  }

  /** Ends waits that last longer than a while from now, as if they were interrupted. */
  void waitAtMost(Duration limit) {
    giveUpNanos = System.nanoTime() + limit.toNanos();
    limited = !limit.isZero();
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends what waits here, and all that will. */
  void abort() {
    aborted = true;
  }

  /** What SQLite was told in place of, once. */
  Optional<InftException> takeFailure() {
    return Optional.ofNullable(failure.getAndSet(null));
  }

  @Override
  public int read(long buffer, int count, long offset) throws Exception {
    if (partial.isWhole()) {
      return file.read(buffer, count, offset);
    }
    PageSpan span = partial.span(offset, count);
    scan.read(span.first());
    bring(span);
    if (scan.isScan() && span.first() <= pages.limit()) {
      PageSpan here = fetches.span(span.first());
      scan.lookAhead(fetches, pages, here.last() - here.first() + 1);
    }
    int code = file.read(buffer, count, offset);
    if (code == SqliteCodes.OK) {
      PartialFile.straighten(buffer, count, offset);
    }
    return code;
  }

  private void bring(PageSpan span) throws InterruptedException, InftException {
    if (pages.hasAll(span.first(), span.last())) {
      return;
    }
    try {
      fetches.await(
          span, scan.isScan() ? PageRequest.Reason.SCAN : PageRequest.Reason.READ, this::checkWait);
    } catch (Cancelled e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw e;
    }
  }

  private void checkWait() throws InterruptedException, InftException {
    around.check();
    long address = connection;
    boolean late = limited && System.nanoTime() - giveUpNanos > 0;
    if (aborted || late || (address != 0 && vfs.isInterrupted(address))) {
      throw new Cancelled();
    }
  }

  @Override
  public int write(long buffer, int count, long offset) throws Exception {
    if (!partial.isWhole() && !partial.isOfPages(count, offset)) {
      bring(partial.span(offset, count));
    }
    return partial.write(file, buffer, count, offset);
  }

  @Override
  public int truncate(long sizeBytes) throws Exception {
    if (!partial.isWhole() && sizeBytes > 0 && !partial.isOfPages(0, sizeBytes)) {
      bring(partial.span(sizeBytes - 1, 1));
    }
    return partial.truncate(file, sizeBytes);
  }

  @Override
  public int sync(int flags) throws Exception {
    return partial.sync(file, flags);
  }

  @Override
  public void failed(Throwable thrown) {
    if (thrown instanceof InftException ours) {
      failure.set(ours);
    } else if (!(thrown instanceof InterruptedException)) {
      failure.set(new LocalStorageException(path, "read or write", thrown));
    }
  }

  @Override
  public void closed() {
    closed = true;
  }
}
