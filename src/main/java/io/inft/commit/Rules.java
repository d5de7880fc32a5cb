package io.inft.commit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules of a commit object that concern more than one field. They stand in the constructors of
 * the values, so that nobody can make what nobody would read; for bytes from outside the reader
 * turns a broken rule into a corrupt object.
 */
final class Rules {
  /** What 0G Storage can hold in one object. */
  static final long MAX_OBJECT_BYTES = 1L << 48;

  private Rules() {}

  static void require(boolean holds, String found) {
    if (!holds) {
      throw new IllegalArgumentException("not allowed: " + found);
    }
  }

  static void requireSize(Location location, long sizeBytes) {
    require(
        sizeBytes >= 1 && sizeBytes <= MAX_OBJECT_BYTES, "an object of " + sizeBytes + " bytes");
    if (!(location instanceof Location.Own)) {
      require(
          sizeBytes <= CommitObject.MAX_INLINE_ITEM_BYTES,
          sizeBytes + " bytes inline, at most " + CommitObject.MAX_INLINE_ITEM_BYTES);
    }
    if (location instanceof Location.Within within) {
      require(
          within.offset() + sizeBytes <= within.commitSizeBytes(),
          "a pack that ends outside the commit object it lies in");
    }
    if (location instanceof Location.Carried carried) {
      require(
          carried.offset() + sizeBytes <= Archive.MAX_OBJECT_BYTES,
          "a pack that ends outside the commit object it lies in");
    }
  }

  /** There is one archive, and it lies where who reads the version has it. */
  static void requireArchive(int index, Location location, long sizeBytes) {
    require(index == 0, "an archive with index " + index);
    require(location instanceof Location.Here, "an archive in an object of its own");
    require(
        sizeBytes >= 1 && sizeBytes <= Archive.MAX_BYTES,
        "an archive of " + sizeBytes + " bytes, at most " + Archive.MAX_BYTES);
  }

  /** A snapshot, then deltas, each laid on what the entry before it gives. */
  static void requireRestoreSet(CommitBody body) {
    List<PackEntry> entries = body.restoreSet();
    require(
        !entries.isEmpty() && entries.size() <= CommitBody.MAX_PACKS,
        "a restore set of " + entries.size() + " packs");
    long reached = 0;
    for (PackEntry entry : entries) {
      require(
          entry.fromVersion() == reached,
          "a pack from version " + entry.fromVersion() + " laid on version " + reached);
      require(
          entry.producedBy() <= body.version() && entry.epoch() <= body.epoch(),
          "a pack of version " + entry.producedBy() + " and epoch " + entry.epoch());
      boolean own = entry.producedBy() == body.version();
      require(
          !(entry.location() instanceof Location.Here) || own,
          "an inline pack that an earlier version produced");
      boolean elsewhere =
          entry.location() instanceof Location.Within
              || entry.location() instanceof Location.Carried;
      require(!elsewhere || !own, "a pack of this version inside an earlier one");
      requireCarrier(body, entry);
      require(!own || entry.epoch() == body.epoch(), "a new pack under an old epoch");
      reached = entry.toVersion();
    }
  }

  /** There are no more than so many versions that are not stored. */
  private static void requireCarrier(CommitBody body, PackEntry entry) {
    if (entry.location() instanceof Location.Carried carried && carried.isHere()) {
      require(
          body.version() - entry.producedBy() <= Archive.MAX_OBJECTS,
          "a pack of version " + entry.producedBy() + " in the archive of " + body.version());
    }
  }

  static void requireAttachments(CommitBody body) {
    require(
        body.attachments().size() <= CommitBody.MAX_ATTACHMENTS,
        body.attachments().size() + " attachments");
    long manifests =
        body.attachments().stream().filter(a -> a.type() == AttachmentType.MANIFEST).count();
    require(manifests == 1, manifests + " manifests");
    require(
        body.version() > 1 || body.archive().isEmpty(), "an archive of what came before version 1");
  }

  /**
   * Events without a root would be events that nobody can be shown; of format 2. There may be some
   * in the manifest, so a root without a batch of events is nothing to wonder at.
   */
  static void requireEventRoot(CommitBody body) {
    boolean events = body.attachments().stream().anyMatch(a -> a.type() == AttachmentType.EVENTS);
    require(!events || !body.eventRoot().isZero(), "events without an event root");
  }

  /** Two objects with one label could be shown in each other's place. */
  static void requireDistinctLabels(CommitBody body) {
    Set<List<Long>> labels = new HashSet<>();
    for (PackEntry entry : body.restoreSet()) {
      require(
          labels.add(List.of((long) entry.type().code(), (long) entry.index(), entry.producedBy())),
          "two packs " + entry.type() + " " + entry.index() + " of version " + entry.producedBy());
    }
    for (Attachment attachment : body.attachments()) {
      require(
          labels.add(
              List.of((long) attachment.type().code(), (long) attachment.index(), body.version())),
          "two attachments " + attachment.type() + " " + attachment.index());
    }
  }

  /** The inline items fill the inline area without gap or overlap: no byte is nobody's. */
  static void requireTiledInline(CommitBody body) {
    List<long[]> items = new ArrayList<>();
    for (PackEntry entry : body.restoreSet()) {
      if (entry.location() instanceof Location.Here here) {
        items.add(new long[] {here.offset(), entry.sizeBytes()});
      }
    }
    for (Attachment attachment : body.attachments()) {
      if (attachment.location() instanceof Location.Here here) {
        items.add(new long[] {here.offset(), attachment.sizeBytes()});
      }
    }
    items.sort((a, b) -> Long.compare(a[0], b[0]));
    long filled = 0;
    for (long[] item : items) {
      require(item[0] == filled, "an inline item at " + item[0] + " after " + filled + " bytes");
      filled += item[1];
    }
    require(
        filled == body.inline().sizeBytes(),
        body.inline().sizeBytes() + " inline bytes, " + filled + " of them named");
  }

  /** The jumps of a version are given by its number; the first is the version before. */
  static void requireJumps(CommitBody body) {
    require(
        body.previousRoot().isZero() == (body.version() == 1),
        "version " + body.version() + " with previous root " + body.previousRoot());
    List<Long> targets = CommitChain.targets(body.version());
    List<Long> found = body.jumps().stream().map(Jump::version).toList();
    require(found.equals(targets), "jumps to " + found + " instead of " + targets);
    require(
        body.version() == 1 || body.jumps().get(0).root().equals(body.previousRoot()),
        "a first jump to another root than the previous one");
  }
}
