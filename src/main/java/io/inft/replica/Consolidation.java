package io.inft.replica;

import io.inft.bytes.FileSource;
import io.inft.bytes.TransferListener;
import io.inft.commit.PackType;
import io.inft.failure.InftException;
import io.inft.failure.PublishTimeoutException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and stores a snapshot of one version in the background, while publishing goes on. It reads
 * at a position of the log that a read transaction of its own holds. The snapshot is written down
 * before it is sent, so a crash neither loses nor pays twice; the next version lists it.
 */
final class Consolidation {
  private static final Logger LOG = LoggerFactory.getLogger(Consolidation.class);

  /** Within the label of a version its own pack has index 0. */
  private static final int SNAPSHOT_INDEX = 1;

  /** What there is to do, until the snapshot is written down. */
  @FunctionalInterface
  private interface Making {
    LineState.SpareSnapshot make(Consolidation job) throws InftException;
  }

  private final Site site;
  private final Line line;
  private final ObjectFolder objects;
  private final Making making;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean cancelled;

  private Consolidation(Site site, Line line, ObjectFolder objects, Making making) {
    this.site = site;
    this.line = line;
    this.objects = objects;
    this.making = making;
  }

  /**
   * A new snapshot.
   *
   * @param link stands at the pinned position; closed by this
   */
  static Consolidation ofSnapshot(
      Site site,
      Line line,
      ObjectFolder objects,
      Keys keys,
      int pageSize,
      Pin pin,
      SqliteLink link,
      long version) {
    return new Consolidation(
        site,
        line,
        objects,
        job -> {
          try (link) {
            line.checked(Integrity.require(link, "working copy"));
            PackMaker maker = new PackMaker(site.context(), keys, site.random(), pageSize);
            PackMaker.Span span =
                new PackMaker.Span(PackType.SNAPSHOT, version, SNAPSHOT_INDEX, 0, version);
            StagedPack pack =
                maker.ownSnapshot(
                    span, pin.pageCount(), page -> job.page(pin, page, pageSize), objects);
            return new LineState.SpareSnapshot(
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
  static Consolidation ofUpload(
      Site site, Line line, ObjectFolder objects, LineState.SpareSnapshot spare) {
    return new Consolidation(site, line, objects, job -> spare);
  }

  private byte[] page(Pin pin, long page, int pageSize) throws InftException {
    if (cancelled) {
      throw new PublishTimeoutException("a background snapshot", "the engine is closing", null);
    }
    return pin.images().page(page, pageSize);
  }

  void start() {
    Workers.pooled().execute(this::run);
  }

  private void run() {
    Optional<InftException> failure = Optional.empty();
    try {
      LineState.SpareSnapshot spare = making.make(this);
      line.spare(spare);
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
      failure = Optional.of(e);
    } finally {
      line.consolidated();
      ended.countDown();
    }
    failure.ifPresent(
        e -> {
          if (!cancelled) {
            LOG.warn("a background snapshot of '{}' failed: {}", site.id(), e.getMessage(), e);
          }
        });
  }

  /**
   * Stops at the next page; what is on its way to the store goes on when the line is opened again.
   */
  void cancelAndWait() {
    cancelled = true;
    boolean interrupted = false;
    while (ended.getCount() > 0) {
      try {
        ended.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
