package io.inft.replica.local;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.capture.CaptureJournal;
import io.inft.capture.PageSet;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Kind;
import io.inft.sqlite.WalPosition;
import io.inft.store.merkle.ObjectRef;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** One value of each kind of file in a working copy, with every field in use. */
final class WorkingCopySamples {
  static final StateKey STATE_KEY = new StateKey(StateRoot.PAGES, Blob.of(new byte[32]));
  static final int PAGE_SIZE = 512;
  static final Block BLOCK = new Block(900, digest("block"), 1_800_000_000L);
  static final long NEWEST = 9;
  static final List<String> FILES =
      List.of("state", "journal", "leaves", "leaves-log", "settling", "head", "missing");

  private WorkingCopySamples() {}

  static Digest digest(String of) {
    return Digest.sha256(of.getBytes(StandardCharsets.UTF_8));
  }

  /** As the releases wrote it that stored everything. */
  static WriterState.Outgoing outgoing(long version) {
    return new WriterState.Outgoing(
        version,
        digest("root " + (version - 1)),
        new ObjectRef(digest("root " + version), 1234 + version),
        digest("checksum " + version),
        3,
        digest("keyring"),
        version % 2 == 1,
        Kind.DELTA,
        List.of(new ObjectRef(digest("pack " + version), 70_000)),
        false);
  }

  static WriterState.Outgoing inlined(long version) {
    WriterState.Outgoing stored = outgoing(version);
    return new WriterState.Outgoing(
        version,
        stored.previousRoot(),
        stored.commit(),
        stored.checksum(),
        stored.keyEpoch(),
        stored.keyringHash(),
        false,
        stored.kind(),
        List.of(),
        true);
  }

  private static WriterState.Inlined anchoredInlined(long version) {
    WriterState.Outgoing of = inlined(version);
    return new WriterState.Inlined(
        version, of.commit(), of.checksum(), 880 + version, 1_799_998_000L + version, version > 5);
  }

  /** With an inlined version on its way, and two before it. */
  static WriterState state() {
    WriterState of = stateWithoutInlined();
    return new WriterState(
        of.confirmed(),
        List.of(inlined(8), outgoing(NEWEST)),
        of.staged(),
        of.pending(),
        of.spare(),
        of.putAside(),
        of.closed(),
        of.backlog(),
        List.of(anchoredInlined(4), anchoredInlined(7)));
  }

  static WriterState stateWithoutInlined() {
    return new WriterState(
        new WriterState.Confirmed(7, digest("root 7"), 1241, 888, 1_799_999_000L),
        List.of(outgoing(8), outgoing(NEWEST)),
        new WalPosition(1, -2, 34, 5, -6),
        List.of(new WriterState.PendingEvent(1_800_000_000_123L, "restored", "{\"é\":7}")),
        Optional.of(
            new WriterState.SpareSnapshot(
                6, 3, 1, new ObjectRef(digest("spare"), 400_000), 1_799_998_000L, true)),
        Optional.of(
            new PutAside(
                Fork.Kind.FORK,
                "another writer was first",
                1_800_000_001_000L,
                7,
                OptionalLong.of(12),
                OptionalLong.empty())),
        new WriterState.Closed(2048, 1_800_000_002_000L, "4711 2027-01-15T08:00:02Z"),
        new Backlog(
            1_800_000_000_500L,
            PAGE_SIZE,
            List.of(new Backlog.Ride(8, 2, 3, 1_800_000_000_100L), new Backlog.Ride(9, 1, 1, 0))),
        List.of());
  }

  static CaptureJournal journal() {
    PageSet pages = new PageSet();
    List.of(1L, 2L, 3L, 9L, 70_000L).forEach(pages::add);
    return new CaptureJournal(
        NEWEST,
        true,
        pages,
        5,
        new WalPosition(7, 8, 9, 10, 11),
        Optional.of(new CaptureJournal.Content(PAGE_SIZE, digest("content"))));
  }

  /** The page hashes of version 8. */
  static StateTree tree() {
    StateTree tree = new StateTree(STATE_KEY, PAGE_SIZE);
    tree.resize(4);
    for (long page = 1; page <= 4; page++) {
      tree.set(page, digest("page " + page));
    }
    return tree;
  }

  /** What version 9 changed: page 2, and page 5 is new. */
  static Map<Long, Digest> changes() {
    return new TreeMap<>(Map.of(2L, digest("page 2 of 9"), 5L, digest("page 5")));
  }

  static StateTree newestTree() {
    StateTree tree = tree();
    tree.resize(5);
    changes().forEach(tree::set);
    return tree;
  }

  static UnfinalizedVersions.Entry unfinalized() {
    return new UnfinalizedVersions.Entry(inlined(7), BLOCK);
  }

  static UnfinalizedVersions.Entry unfinalizedWithoutInlined() {
    return new UnfinalizedVersions.Entry(outgoing(7), BLOCK);
  }

  static SeenHead head() {
    return SeenHead.of(anchored(), true);
  }

  static Instant missingSince() {
    return Instant.ofEpochMilli(1_800_000_003_000L);
  }

  static Anchored anchored() {
    Anchor anchor = outgoing(7).anchor();
    return new Anchored(anchor, Address.ZERO, digest("history"), 2, BLOCK, 870, false);
  }

  /** Writes every file into one folder, as a generation and the folder above it have them. */
  static void write(Path folder) throws Exception {
    state().write(folder);
    journal().write(folder);
    PageHashesFile hashes = new PageHashesFile(folder);
    hashes.writeAll(8, tree());
    hashes.append(NEWEST, newestTree(), changes());
    UnfinalizedVersions.open(folder).put(unfinalized().version(), unfinalized().block());
    Files.write(folder.resolve("head"), head().toBytes());
    MissingHead.noted(folder, anchored(), missingSince());
  }
}
