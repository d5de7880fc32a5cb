package io.inft.replica.publish;

import io.inft.bytes.FileSource;
import io.inft.bytes.TransferListener;
import io.inft.capture.Pin;
import io.inft.capture.SqliteLink;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.InftException;
import io.inft.failure.PublishTimeoutException;
import io.inft.pack.PackType;
import io.inft.pack.state.StateTree;
import io.inft.replica.local.EngineThreads;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.version.GenerationFolder;
import io.inft.replica.publish.version.PackMaker;
import io.inft.replica.publish.version.PageProof;
import io.inft.replica.publish.version.StagedPack;
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

  private final Surroundings around;
  private final Making making;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean cancelled;
  private volatile @Nullable Thread storing;

  /**
   * What a compaction works with.
   *
   * @param whenEnded to be told, once, that it ended
   */
  record Surroundings(
      DatabaseScope scope,
      GenerationFolder folder,
      GenerationState state,
      Fencing fencing,
      Runnable whenEnded) {}

  /**
   * What a snapshot is made of.
   *
   * @param link stands at the pinned position; closed by the compaction
   * @param hashes of the version's pages, which each page is proved by
   */
  record Source(long version, Pin pin, SqliteLink link, Keys keys, StateTree hashes) {}

  private Compaction(Surroundings around, Making making) {
    this.around = around;
    this.making = making;
  }

  /** A new snapshot. */
  static Compaction ofSnapshot(Surroundings around, Source source) {
    return new Compaction(around, job -> job.make(source));
  }

  /** A snapshot that lies on disk already and was on its way. */
  static Compaction ofUpload(Surroundings around, WriterState.SpareSnapshot spare) {
    return new Compaction(around, job -> spare);
  }

  private WriterState.SpareSnapshot make(Source source) throws InftException {
    try (SqliteLink link = source.link()) {
      DatabaseScope scope = around.scope();
      Pin pin = source.pin();
      PageProof proof = new PageProof(around.folder().database(), source.hashes());
      source.hashes().root();
      around.state().findings().checked(proof.sound(link, pin));
      PackMaker maker = new PackMaker(scope, source.keys(), around.folder(), source.hashes());
      long version = source.version();
      PackMaker.Span span =
          new PackMaker.Span(PackType.SNAPSHOT, version, SNAPSHOT_INDEX, 0, version);
      StagedPack pack =
          maker.ownSnapshot(
              span,
              pin.pageCount(),
              page -> {
                requireUncancelled();
                return proof.page(pin, page);
              },
              around.folder().objects());
      return new WriterState.SpareSnapshot(
          version,
          source.keys().epoch(),
          SNAPSHOT_INDEX,
          pack.own().orElseThrow(),
          scope.clock().millis() / 1000,
          false);
    }
  }

  private void requireUncancelled() throws PublishTimeoutException {
    if (cancelled) {
      throw new PublishTimeoutException("a background snapshot", "the engine is closing", null);
    }
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
      around.state().spare(spare);
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
        try (FileSource file = around.folder().objects().file(spare.object())) {
          around.scope().store().put(file, TransferListener.NONE);
        }
        around.state().spare(spare.nowStored());
        LOG.info(
            "stored a snapshot of version {} of '{}', {} bytes",
            spare.version(),
            around.scope().id(),
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
      LOG.warn("a background snapshot of '{}' failed: {}", around.scope().id(), e.getMessage(), e);
    }
  }

  private void end() {
    try {
      around.whenEnded().run();
    } finally {
      ended.complete(null);
    }
  }

  private InftException putAside(ForeignChangeException found) {
    try {
      return around.fencing().foreign(found);
    } catch (InftException e) {
      e.addSuppressed(found);
      return e;
    }
  }

  /**
   * Stops at the next page; what is on its way to the store goes on when the generation is opened
   * again. Waits for nobody.
   */
  void cancel() {
    cancelled = true;
  }

  /** Done when no thread is at work for this any more. */
  CompletableFuture<Void> ended() {
    return ended;
  }
}
