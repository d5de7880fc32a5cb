package io.inft.replica;

import io.inft.bytes.Digest;
import io.inft.bytes.Trust;
import io.inft.bytes.UnixTime;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.lazy.HydrationProgress;
import io.inft.registry.DatabaseId;
import io.inft.registry.HeadNews;
import io.inft.replica.local.Fork;
import io.inft.replica.local.Lag;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.local.WriterState;
import io.inft.replica.partial.PartialBase;
import io.inft.replica.publish.GenerationWriter;
import io.inft.replica.publish.InlinedTail;
import io.inft.replica.publish.Publisher;
import io.inft.replica.publish.policy.Money;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Tip;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How one connection's database stands; {@code inft_status()} shows it as JSON. Immutable: what it
 * says was true when it was asked for.
 *
 * @param trust how far the registry's endpoints are believed, and how they stood
 * @param readOnlyReason why it only reads; empty if it writes
 * @param version the newest anchored version that it is based on, 0 before the first
 * @param root of that version, zero before the first
 * @param line the line that it writes; empty for one that only reads
 * @param forks what was put aside on this machine and nobody has acknowledged
 * @param content what the newest version is made of; empty before the first
 * @param reading how the version is read that it stays at; empty if it does not stay at one
 */
public record DatabaseStatus(
    DatabaseId id,
    String network,
    String store,
    String registry,
    Trust trust,
    Optional<String> readOnlyReason,
    long version,
    Digest root,
    Optional<WrittenLine> line,
    List<Fork> forks,
    Optional<Content> content,
    Optional<Reading> reading) {
  public DatabaseStatus {
    forks = List.copyOf(forks);
  }

  /**
   * A line that is being written.
   *
   * @param staged its newest version, anchored or on its way
   * @param generation its folder
   * @param unpublished what of it the registry does not know
   * @param lag how long the oldest of that has been waiting, by the clock that {@code maxLag} is
   *     measured with
   * @param isFork whether it was put aside
   * @param lastFailure what publishing failed with and was not made good since
   * @param integrity what SQLite's checks questioned last, and did not keep from being published
   * @param inlined versions up to the staged one that lie in the chain's log alone
   * @param paidUntil until when all that the head needs is paid for, as it was found last; empty
   *     until it was looked up, and where storage does not end
   * @param money what its account spends; empty where nothing costs anything
   * @param whyWhole why all pages were here before it was written; empty if pages came later
   * @param pages which of them are here, if pages came later
   */
  public record WrittenLine(
      long staged,
      Path generation,
      Lag unpublished,
      Duration lag,
      boolean isFork,
      Optional<String> lastFailure,
      List<String> integrity,
      InlinedTail inlined,
      Optional<Instant> paidUntil,
      Optional<Money> money,
      Optional<String> whyWhole,
      Optional<Pages> pages) {
    public WrittenLine {
      integrity = List.copyOf(integrity);
    }
  }

  /**
   * How a version is read that a connection stays at.
   *
   * @param isFinal whether its block can no longer be reorganised away; empty if the registry did
   *     not say so at once
   * @param way how a newer version is noticed; empty where the version was chosen
   * @param lastNews when the last hint at a newer version came
   * @param newsSince whether a new connection would look for a newer version now, because of one
   * @param whyWhole why all pages were here before the connection was; empty if pages came later
   * @param pages which of them are here, if pages came later
   */
  public record Reading(
      Optional<Boolean> isFinal,
      Optional<HeadNews.Way> way,
      Optional<Instant> lastNews,
      boolean newsSince,
      Optional<String> whyWhole,
      Optional<Pages> pages) {}

  /**
   * Pages that come when they are read, and the others in the background.
   *
   * @param all of the database
   * @param missing of these
   * @param state what goes on in the background
   * @param failure why that did not go on last
   */
  public record Pages(
      long all, long missing, HydrationProgress.State state, Optional<String> failure) {
    /** Whether all are here and proved, so that the file is an ordinary one. */
    public boolean isWhole() {
      return state == HydrationProgress.State.WHOLE;
    }

    static Pages of(HydrationProgress progress) {
      return new Pages(
          progress.pages(),
          progress.missing(),
          progress.state(),
          progress.failure().map(failure -> String.valueOf(failure.getMessage())));
    }
  }

  /**
   * What a version is made of.
   *
   * @param pages of the database file
   * @param pageSize in bytes
   * @param keyEpoch whose data key the version is sealed with, from 1
   * @param packs how many must be fetched to rebuild it
   * @param snapshotVersion version of its snapshot
   * @param packBytes how long these packs are together, sealed
   * @param oldestPack when the oldest of its packs was stored
   */
  public record Content(
      long pages,
      int pageSize,
      int keyEpoch,
      int packs,
      long snapshotVersion,
      long packBytes,
      Optional<Instant> oldestPack) {
    public static Content of(Tip tip) {
      List<PackEntry> packs = tip.commit().body().restoreSet();
      return new Content(
          tip.manifest().pageCount(),
          tip.manifest().pageSize(),
          tip.commit().body().epoch(),
          packs.size(),
          packs.get(0).toVersion(),
          packs.stream().mapToLong(PackEntry::sizeBytes).sum(),
          packs.stream().map(PackEntry::storedAtSeconds).min(Long::compare).map(UnixTime::instant));
    }
  }

  static DatabaseStatus of(DatabaseScope site, GenerationWriter line, Publisher publisher)
      throws InftException {
    WriterState state = line.state();
    WrittenLine written =
        new WrittenLine(
            state.newest(),
            line.generation(),
            line.unpublished(),
            publisher.lag(),
            publisher.isFork(),
            publisher.lastFailure().map(failure -> String.valueOf(failure.getMessage())),
            line.integrity().warnings(),
            line.inlinedTail(),
            line.paidUntil(),
            publisher.money(),
            line.base().whyWhole(),
            line.base().partial().map(PartialBase::progress).map(Pages::of));
    return new DatabaseStatus(
        site.id(),
        site.network().name(),
        site.store().describe(),
        site.registry().describe(),
        site.registry().trust(),
        line.keysOnly(),
        state.anchored(),
        state.anchoredRoot(),
        Optional.of(written),
        pending(site.workingCopy().folder()),
        line.tip().map(Content::of),
        Optional.empty());
  }

  static List<Fork> pending(Path folder) throws InftException {
    return WorkingCopy.forks(folder).stream().filter(Fork::isPending).toList();
  }
}
