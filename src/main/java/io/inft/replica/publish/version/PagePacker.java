package io.inft.replica.publish.version;

import io.inft.capture.PageSet;
import io.inft.capture.Pin;
import io.inft.commit.Location;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.pack.PackType;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.RestoreSetPlan;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Tip;
import io.inft.sqlite.IntegrityReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Packs and seals the pages of the next version: a delta, together with the newest deltas before it
 * if their level is full, or a snapshot. Each page is proved by its hash. Packs that do not ride in
 * the commit object are kept on this disk.
 */
public final class PagePacker {
  private static final int PACK_INDEX = 0;

  private final DatabaseScope scope;
  private final GenerationFolder folder;
  private final DeltaPacker deltas;

  public PagePacker(DatabaseScope scope, GenerationFolder folder) {
    this.scope = scope;
    this.folder = folder;
    this.deltas = new DeltaPacker(scope, folder);
  }

  public PackedPages pack(VersionOrder order, VersionContent content) throws InftException {
    List<PackEntry> before = previousPacks(order);
    List<PackEntry> kept = onSpare(before, order.base().state()).orElse(before);
    boolean spare =
        order.base().state().spare().filter(WriterState.SpareSnapshot::stored).isPresent();
    if (order.wanted().snapshot() || order.base().tip().isEmpty()) {
      return snapshot(order);
    }
    if (content.pages().isEmpty()) {
      return new PackedPages(kept, Optional.empty(), false, spare, Optional.empty());
    }
    RestoreSetPlan.Merge merge =
        RestoreSetPlan.merge(kept.subList(1, kept.size()), order.base().barrier());
    Optional<StagedPack> delta = deltas.pack(order, content, kept, merge);
    return delta.isEmpty()
        ? snapshot(order)
        : new PackedPages(
            kept.subList(0, kept.size() - merge.count()), delta, false, spare, Optional.empty());
  }

  private PackedPages snapshot(VersionOrder order) throws InftException {
    Pin pin = order.pin();
    PageProof proof = new PageProof(folder.database(), order.tree());
    IntegrityReport integrity = proof.sound(pin.snapshot(), pin);
    long version = order.version();
    PackMaker maker = new PackMaker(scope, order.wanted().keys(), folder, order.tree());
    PackMaker.Span span = new PackMaker.Span(PackType.SNAPSHOT, version, PACK_INDEX, 0, version);
    // Where every page was compared just now, each was hashed from what is read here.
    PackMaker.Images images =
        order.comparesAll()
            ? page -> pin.images().page(page, folder.pageSize())
            : page -> proof.page(pin, page);
    StagedPack pack =
        maker.whole(span, pin.pageCount(), PageSet.all(pin.pageCount()), images, folder.objects());
    return new PackedPages(List.of(), Optional.of(pack), true, true, Optional.of(integrity));
  }

  /** The packs of the version before. */
  private static List<PackEntry> previousPacks(VersionOrder order) {
    return order.base().tip().map(tip -> packsOf(order, tip)).orElse(List.of());
  }

  private static List<PackEntry> packsOf(VersionOrder order, Tip tip) {
    boolean inlined = order.tail().stream().anyMatch(one -> one.commit().equals(tip.ref()));
    return inlined
        ? tip.commit().restoreSetSeenWhileCarried()
        : tip.commit().restoreSetSeenFromLater(tip.ref().root());
  }

  /** Those on top of the spare snapshot; empty if there is none or the deltas do not fit it. */
  private static Optional<List<PackEntry>> onSpare(List<PackEntry> entries, WriterState state) {
    if (state.spare().isEmpty() || !state.spare().get().stored() || entries.isEmpty()) {
      return Optional.empty();
    }
    WriterState.SpareSnapshot spare = state.spare().get();
    List<PackEntry> later =
        entries.stream()
            .filter(entry -> entry.type() == PackType.DELTA)
            .filter(entry -> entry.toVersion() > spare.version())
            .toList();
    long next = later.isEmpty() ? spare.version() : later.get(0).fromVersion();
    long last = entries.get(entries.size() - 1).toVersion();
    boolean reaches = later.isEmpty() ? last == spare.version() : last > spare.version();
    if (next != spare.version() || !reaches) {
      return Optional.empty();
    }
    List<PackEntry> replaced = new ArrayList<>();
    replaced.add(listed(spare));
    replaced.addAll(later);
    return Optional.of(replaced);
  }

  private static PackEntry listed(WriterState.SpareSnapshot spare) {
    return new PackEntry(
        PackType.SNAPSHOT,
        spare.epoch(),
        spare.version(),
        spare.index(),
        0,
        spare.version(),
        new Location.Own(spare.object().root()),
        spare.object().sizeBytes(),
        spare.storedAtSeconds());
  }
}
