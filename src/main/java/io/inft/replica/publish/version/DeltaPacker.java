package io.inft.replica.publish.version;

import io.inft.bytes.ByteSource;
import io.inft.capture.ChangedPages;
import io.inft.capture.PageSet;
import io.inft.capture.Pin;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.pack.PackComposer;
import io.inft.pack.PackReader;
import io.inft.pack.PackType;
import io.inft.pack.state.StateKey;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.CompactionPolicy;
import io.inft.replica.publish.policy.RestoreSetPlan;
import io.inft.replica.restore.CarriedObjects;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.Tip;
import io.inft.store.merkle.ObjectRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs what changed since the version before, and with it the deltas that are merged into the new
 * one. Of a small database, those are merged by putting the version together in memory that they
 * begin at: only what differs from it goes out. Else as differences while they are few, or as whole
 * pages.
 */
final class DeltaPacker {
  private static final Logger LOG = LoggerFactory.getLogger(DeltaPacker.class);

  /** So long a merge waits for packs that make it smaller. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Differences of more pages are not merged in memory; their pages are read anew. */
  private static final long MERGED_PAGES_BYTES = 16L << 20;

  /**
   * Whole pages rarely compress to this part; differences that do are kept when they are merged.
   */
  private static final int FAR_BELOW_PAGES = 4;

  private final DatabaseScope scope;
  private final GenerationFolder folder;
  private final PacksAtHand atHand;

  DeltaPacker(DatabaseScope scope, GenerationFolder folder) {
    this.scope = scope;
    this.folder = folder;
    this.atHand = new PacksAtHand(folder.objects());
  }

  /** One delta that is being made. Not thread-safe. */
  private final class Making {
    final Pin pin;
    final ChangedPages changes;
    final Tip tip;
    final PackEntry snapshot;
    final Keys keys;
    final PackMaker maker;
    final PackMaker.Span span;
    final PackMaker.Images images;

    final CarriedObjects carried;

    /** The packs of the version that it begins at. */
    final List<PackEntry> kept;

    /** The deltas that are merged into it, oldest first. */
    final List<PackEntry> merged;

    /** The same, once they are open. */
    final List<PackReader> chain = new ArrayList<>();

    Making(
        VersionOrder order,
        VersionContent content,
        List<PackEntry> packs,
        RestoreSetPlan.Merge merge) {
      this.pin = order.pin();
      this.changes = content.pages();
      this.tip = order.base().tip().orElseThrow();
      this.snapshot = packs.get(0);
      this.keys = order.wanted().keys();
      this.maker = new PackMaker(scope, keys, folder, order.tree());
      this.carried = tail(order);
      this.kept = packs.subList(0, packs.size() - merge.count());
      this.merged = packs.subList(kept.size(), packs.size());
      long from = merged.isEmpty() ? base() : merged.get(0).fromVersion();
      this.span =
          new PackMaker.Span(PackType.DELTA, order.version(), merge.rank(), from, order.version());
      PageProof proof = new PageProof(folder.database(), order.tree());
      this.images = page -> proof.proven(pin, page, changes.image(pin, page, folder.pageSize()));
    }

    private List<PackReader> open(PackAccess access, List<PackEntry> entries) throws InftException {
      List<PackReader> packs = new ArrayList<>();
      for (PackEntry entry : entries) {
        packs.add(access.pack(tip.commit(), entry, keys, folder.stateKey()));
      }
      return packs;
    }

    /** Whether what some changed page was must be looked for elsewhere than in the working copy. */
    boolean isBaseLost() {
      PageSet pages = changes.pages();
      boolean lost = pin.compareAll();
      for (long page = pages.next(1); page != 0 && !lost; page = pages.next(page + 1)) {
        lost = pin.withoutBase().contains(page);
      }
      return lost;
    }

    boolean isRebuilt() {
      long databaseBytes = pin.pageCount() * folder.pageSize();
      return RestoreSetPlan.isRebuilt(kept, databaseBytes, folder.stateKey().kind())
          && atHand.isWithinReach(objects());
    }

    private Set<ObjectRef> objects() {
      return kept.stream()
          .flatMap(pack -> PackAccess.objectOf(pack).stream())
          .collect(Collectors.toSet());
    }

    /**
     * The version it begins at, where that is put together with little effort and is of use. What
     * fails then is no reason not to publish, nor is a store that does not answer: only a merge
     * waits for it, and not long.
     */
    Optional<VersionImage> begin() {
      boolean isOfUse = !merged.isEmpty() || isBaseLost();
      if (!isOfUse || changes.pages().size() > PackMaker.SMALL_PAGES || !isRebuilt()) {
        return Optional.empty();
      }
      try {
        Optional<PacksAtHand.Proven> proven =
            atHand.all(objects(), merged.isEmpty() ? Duration.ZERO : PATIENCE);
        if (proven.isEmpty()) {
          return Optional.empty();
        }
        PackAccess access = new PackAccess(proven.get(), scope.context(), carried);
        List<PackReader> packs = open(access, kept);
        return packs.stream().allMatch(PackReader::namesPagesByLeaf)
            ? Optional.of(
                VersionImage.of(
                    packs, folder.stateKey(), folder.pageSize(), CompactionPolicy.QUICK_BYTES))
            : Optional.empty();
      } catch (InftException e) {
        LOG.debug("version {} is not at hand, packing without it", span.fromVersion(), e);
        return Optional.empty();
      }
    }

    /** Whether all these pages can be read without a fetch. */
    boolean areAtHand(PageSet pages) {
      boolean all = true;
      for (long page = pages.next(1); page != 0 && all; page = pages.next(page + 1)) {
        all = pin.images().isAtHand(page);
      }
      return all;
    }

    void openMerged() throws InftException {
      chain.addAll(open(new PackAccess(folder.objects(), scope.context(), carried), merged));
    }

    long base() {
      return tip.commit().body().pagesVersion();
    }

    /** The pages in it, those of the merged deltas too. */
    PageSet union() {
      PageSet union = changes.pages().copy();
      for (PackReader pack : chain) {
        pack.entries().forEach(entry -> union.add(entry.pageNumber()));
      }
      union.truncate(pin.pageCount());
      return union;
    }

    /**
     * Whether what it holds are few enough differences to be put together in memory, and all packs
     * name pages alike.
     */
    boolean isSmall() {
      long pages = changes.pages().size() + chain.stream().mapToLong(PackReader::pages).sum();
      boolean merges =
          pages * folder.pageSize() <= MERGED_PAGES_BYTES
              && merged.stream().mapToLong(PackEntry::sizeBytes).sum()
                  <= RestoreSetPlan.MERGED_BYTES;
      boolean alike = chain.stream().allMatch(pack -> pack.namesPagesBy(folder.stateKey()));
      return changes.pages().size() <= PackMaker.SMALL_PAGES
          && (chain.isEmpty() || (merges && alike));
    }

    /** The differences from the version before, composed with those of the merged deltas. */
    byte[] differences() throws InftException {
      long basePages = tip.manifest().pageCount();
      PackMaker.Span alone =
          new PackMaker.Span(
              PackType.DELTA, span.producedBy(), span.index(), base(), span.producedBy());
      byte[] plain =
          maker.smallDelta(
              pin,
              alone,
              changes.pages(),
              images,
              page ->
                  page <= basePages
                          && !pin.compareAll()
                          && !pin.withoutBase().contains(page)
                          && pin.base().isAtHand(page)
                      ? changes.base(page, pin.base().page(page, folder.pageSize()))
                      : Optional.empty(),
              !chain.isEmpty() || !isRebuilt());
      if (chain.isEmpty()) {
        return plain;
      }
      List<PackReader> all = new ArrayList<>(chain);
      all.add(PackReader.open(ByteSource.of(plain), folder.stateKey()));
      return compose(all, images, folder.stateKey());
    }
  }

  /** The inlined versions that the next one carries; their objects are kept here. */
  private CarriedObjects tail(VersionOrder order) {
    return (commit, version) -> {
      for (WriterState.Inlined one : order.tail()) {
        if (one.version() == version) {
          return folder.objects().kept(one.commit(), one.checksum());
        }
      }
      throw new IllegalStateException("the tail has no version " + version);
    };
  }

  /**
   * Packs what changed; empty if a new snapshot is worth more than that.
   *
   * @param packs of the version before, the snapshot first
   */
  Optional<StagedPack> pack(
      VersionOrder order, VersionContent content, List<PackEntry> packs, RestoreSetPlan.Merge merge)
      throws InftException {
    Making making = new Making(order, content, packs, merge);
    Optional<VersionImage> begin = making.begin();
    if (begin.isPresent()) {
      PageSet pages = begin.get().differingFrom(order.tree());
      if (!pages.isEmpty() && pages.size() <= PackMaker.SMALL_PAGES && making.areAtHand(pages)) {
        return against(making, begin.get(), pages);
      }
    }
    making.openMerged();
    return together(making);
  }

  /** What differs from the version it begins at; empty if a snapshot is worth more. */
  private Optional<StagedPack> against(Making making, VersionImage begin, PageSet pages)
      throws InftException {
    byte[] plain =
        making.maker.smallDelta(making.pin, making.span, pages, making.images, begin::page, false);
    if (RestoreSetPlan.wholesale(pages.size(), making.pin.pageCount())
        && !RestoreSetPlan.smallBeside(plain.length, making.snapshot)) {
      return Optional.empty();
    }
    Optional<StagedPack> inline = making.maker.inline(making.span, plain);
    return inline.isPresent()
        ? inline
        : Optional.of(making.maker.own(making.span, plain, folder.objects()));
  }

  /** What changed, put together with the merged deltas as they are. */
  private Optional<StagedPack> together(Making making) throws InftException {
    Pin pin = making.pin;
    PageSet union = making.union();
    boolean wholesale = RestoreSetPlan.wholesale(making.changes.pages().size(), pin.pageCount());
    if (!making.chain.isEmpty() && (wholesale || isQuickWholesale(union, pin))) {
      return Optional.empty();
    }
    if (making.isSmall()) {
      Optional<StagedPack> small = small(making, union, wholesale);
      if (small.isPresent()) {
        return small;
      }
    }
    return wholesale
        ? Optional.empty()
        : Optional.of(
            making.maker.whole(
                making.span, pin.pageCount(), union, making.images, folder.objects()));
  }

  private boolean isQuickWholesale(PageSet union, Pin pin) {
    return RestoreSetPlan.wholesale(union.size(), pin.pageCount())
        && CompactionPolicy.isQuick(pin.pageCount() * folder.pageSize());
  }

  /** Inside the commit object, or beside it where that is far smaller than whole pages. */
  private Optional<StagedPack> small(Making making, PageSet union, boolean wholesale)
      throws InftException {
    byte[] plain = making.differences();
    Optional<StagedPack> inline = making.maker.inline(making.span, plain);
    if (inline.isPresent()
        && (!wholesale || RestoreSetPlan.smallBeside(inline.get().sizeBytes(), making.snapshot))) {
      return inline;
    }
    return !making.chain.isEmpty()
            && plain.length <= union.size() * (long) folder.pageSize() / FAR_BELOW_PAGES
        ? Optional.of(making.maker.own(making.span, plain, folder.objects()))
        : Optional.empty();
  }

  private static byte[] compose(List<PackReader> chain, PackMaker.Images newest, StateKey key)
      throws InftException {
    ByteArrayOutputStream composed = new ByteArrayOutputStream();
    try {
      PackComposer.compose(chain, newest::page, key, composed);
    } catch (IOException e) {
      throw new IllegalStateException("memory takes all bytes", e);
    }
    return composed.toByteArray();
  }
}
