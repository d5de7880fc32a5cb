package io.inft.replica.publish;

import io.inft.commit.Location;
import io.inft.commit.Manifest;
import io.inft.commit.PackEntry;
import io.inft.pack.PackType;
import io.inft.pack.state.StateRoot;
import io.inft.replica.local.UnfinalizedVersions;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.RestoreSetPlan;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.Tip;
import io.inft.store.merkle.ObjectRef;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which objects of a generation's folder are still needed: what is on its way or may have to be
 * sent again, the newest commit object, those its restore set points into, and its small packs,
 * which are merged one day or say what pages were.
 */
final class NeededObjects {
  private NeededObjects() {}

  static Set<ObjectRef> of(
      WriterState state,
      Optional<Tip> tip,
      List<UnfinalizedVersions.Entry> unfinalized,
      StateRoot kind) {
    Set<ObjectRef> needed = new HashSet<>();
    state.spare().ifPresent(spare -> needed.add(spare.object()));
    state.outgoing().forEach(version -> add(version, needed));
    state.inlined().forEach(version -> needed.add(version.commit()));
    unfinalized.forEach(entry -> add(entry.version(), needed));
    if (tip.isPresent()) {
      needed.add(tip.get().ref());
      for (PackEntry pack : tip.get().commit().body().restoreSet()) {
        if (isReadAgain(pack, tip.get(), kind)) {
          PackAccess.objectOf(pack).ifPresent(needed::add);
        }
      }
    }
    return needed;
  }

  private static void add(WriterState.Outgoing version, Set<ObjectRef> needed) {
    needed.add(version.commit());
    needed.addAll(version.objects());
  }

  /** Whether it is read again for a version to come. */
  private static boolean isReadAgain(PackEntry pack, Tip tip, StateRoot kind) {
    Manifest manifest = tip.manifest();
    if (!(pack.location() instanceof Location.Own)) {
      return true;
    }
    return pack.type() == PackType.SNAPSHOT
        ? RestoreSetPlan.isRebuilt(List.of(pack), manifest.pageCount() * manifest.pageSize(), kind)
        : pack.sizeBytes() <= RestoreSetPlan.MERGED_BYTES;
  }
}
