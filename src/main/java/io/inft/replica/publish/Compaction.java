package io.inft.replica.publish;

import io.inft.bytes.FileSource;
import io.inft.bytes.TransferListener;
import io.inft.capture.Pin;
import io.inft.capture.SqliteLink;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.InftException;
import io.inft.failure.PublishTimeoutException;
import io.inft.pack.PackType;
import io.inft.pack.StateTree;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.WriterState;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and stores a snapshot of one version in the background, while publishing goes on. It reads
 * at a position of the log that a read transaction of its own holds. The snapshot is written down
 * before it is sent, so a crash neither loses nor pays twice; the next version lists it.
 */
final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

  /** Within the label of a version its own pack has index 0. */
  private static final int SNAPSHOT_INDEX = 1;

  /** What there is to do, until the snapshot is written down. */
  @FunctionalInterface
  private interface Making {
    WriterState.SpareSnapshot make(Compaction job) throws InftException;
  }

  private final DatabaseScope site;
  private final GenerationWriter line;
  private final ObjectFolder objects;
  private final Making making;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean cancelled;
  private volatile @Nullable Thread storing;

  private Compaction(
      DatabaseScope site, GenerationWriter line, ObjectFolder objects, Making making) {
    this.site = site;
    this.line = line;
    this.objects = objects;
    this.making = making;
  }

  /**
   * A new snapshot.
   *
   * @param hashes of the version's pages, which each page is proved by
   * @param link stands at the pinned position; closed by this
   */
  static Compaction ofSnapshot(
      DatabaseScope site,
      GenerationWriter line,
      ObjectFolder objects,
      Keys keys,
      StateTree hashes,
      Pin pin,
      SqliteLink link,
      long version) {
    return new Compaction(
        site,
        line,
        objects,
        job -> {
          try (link) {
            PackMaker maker = new PackMaker(site, keys, hashes.pageSize());
            hashes.root();
            line.checked(VersionBuilder.sound(line.database(), link, pin, hashes));
            PackMaker.Span span =
                new PackMaker.Span(PackType.SNAPSHOT, version, SNAPSHOT_INDEX, 0, version);
            StagedPack pack =
                maker.ownSnapshot(
                    span, pin.pageCount(), page -> job.page(pin, page, hashes), objects);
            return new WriterState.SpareSnapshot(
                version,
                keys.epoch(),
                SNAPSHOT_INDEX,
                pack.own().orElseThrow(),
                pack.sha256(),
                site.clock().millis() / 1000,
                false);
          }
        });
  }

  /** A snapshot that lies on disk already and was on its way. */
  static Compaction ofUpload(
      DatabaseScope site,
      GenerationWriter line,
      ObjectFolder objects,
      WriterState.SpareSnapshot spare) {
    return new Compaction(site, line, objects, job -> spare);
  }

  private byte[] page(Pin pin, long page, StateTree hashes) throws InftException {
    if (cancelled) {
      throw new PublishTimeoutException("a background snapshot", "the engine is closing", null);
    }
    return VersionBuilder.proven(
        line.database(), hashes, pin, page, pin.images().page(page, hashes.pageSize()));
  }

  /** Two steps on two pools: few threads work on pages, and none of them waits for a store. */
  void start() {
    runOn(EngineThreads.pooled(), this::makeOne);
  }

  private void runOn(ExecutorService pool, Runnable step) {
    boolean begins = false;
    try {
      pool.execute(step);
      begins = true;
    } finally {
      if (!begins) {
        end();
      }
    }
  }

  private void makeOne() {
    WriterState.@Nullable SpareSnapshot made = null;
    try {
      WriterState.SpareSnapshot spare = making.make(this);
      line.spare(spare);
      made = spare;
    } catch (ForeignChangeException e) {
      failed(putAside(e));
    } catch (InftException e) {
      failed(e);
    } finally {
      if (made == null) {
        end();
      }
    }
    if (made != null) {
      WriterState.SpareSnapshot spare = made;
      runOn(EngineThreads.anchoring(), () -> store(spare));
    }
  }

  private void store(WriterState.SpareSnapshot spare) {
    storing = Thread.currentThread();
    try {
      if (!cancelled) {
        try (FileSource file = objects.file(spare.object())) {
          site.store().put(file, TransferListener.NONE);
        }
        line.spare(spare.nowStored());
        LOG.info(
            "stored a snapshot of version {} of '{}', {} bytes",
            spare.version(),
            site.id(),
            spare.object().sizeBytes());
      }
    } catch (InftException e) {
      failed(e);
    } finally {
      storing = null;
      end();
    }
  }

  /** Breaks off what the store waits for, as far as that listens. */
  void interrupt() {
    Thread waiting = storing;
    if (waiting != null) {
      waiting.interrupt();
    }
  }

  private void failed(InftException e) {
    if (!cancelled) {
      LOG.warn("a background snapshot of '{}' failed: {}", site.id(), e.getMessage(), e);
    }
  }

  private void end() {
    try {
      line.consolidated();
    } finally {
      ended.complete(null);
    }
  }

  private InftException putAside(ForeignChangeException found) {
    try {
      return line.foreign(found);
    } catch (InftException e) {
      e.addSuppressed(found);
      return e;
    }
  }

  /**
   * Stops at the next page; what is on its way to the store goes on when the line is opened again.
   * Waits for nobody.
   */
  void cancel() {
    cancelled = true;
  }

  /** Done when no thread is at work for this any more. */
  CompletableFuture<Void> ended() {
    return ended;
  }
}
