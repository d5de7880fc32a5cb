package io.inft.replica.publish;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.capture.ChangedPages;
import io.inft.capture.EventTail;
import io.inft.capture.Integrity;
import io.inft.capture.PageSet;
import io.inft.capture.Pin;
import io.inft.capture.SqliteLink;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitObject;
import io.inft.commit.DriverEvent;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventChain;
import io.inft.commit.Location;
import io.inft.commit.Manifest;
import io.inft.commit.PackEntry;
import io.inft.commit.TransactionLog;
import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.InftException;
import io.inft.failure.LocalDatabaseException;
import io.inft.pack.PackComposer;
import io.inft.pack.PackReader;
import io.inft.pack.PackType;
import io.inft.pack.StateTree;
import io.inft.registry.Kind;
import io.inft.replica.local.ObjectFolder;
import io.inft.replica.local.PageHashesFile;
import io.inft.replica.local.WorkingCopy;
import io.inft.replica.local.WriterState;
import io.inft.replica.publish.policy.CompactionPolicy;
import io.inft.replica.publish.policy.RestoreSetPlan;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.Predecessor;
import io.inft.replica.restore.Tip;
import io.inft.seal.SealedType;
import io.inft.sqlite.IntegrityReport;
import io.inft.sqlite.LockPage;
import io.inft.store.merkle.ObjectRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns a pinned position into the next version: everything is on this disk, sealed and signed,
 * before anything is sent. The steps:
 *
 * <ol>
 *   <li>find the pages whose hash changed, and the new events
 *   <li>check the database, if a snapshot is made of it
 *   <li>pack the pages, together with the newest deltas if their level is full
 *   <li>seal manifest, SQL log and events; sign the commit object
 *   <li>keep all of it in the object folder, forced to disk
 *   <li>add the page hashes to the log of leaves
 * </ol>
 *
 * The caller then replaces the state of the line, which makes it count.
 */
final class VersionBuilder {
  private static final int PACK_INDEX = 0;

  /** Differences of more pages are not merged in memory; their pages are read anew. */
  private static final long MERGED_PAGES_BYTES = 16L << 20;

  /**
   * Whole pages rarely compress to this part; differences that do are kept when they are merged.
   */
  private static final int FAR_BELOW_PAGES = 4;

  private final DatabaseScope site;
  private final Digest context;
  private final PackAccess access;
  private final SigningKey signer;
  private final SecureRandom random;
  private final Path generation;
  private final ObjectFolder objects;

  VersionBuilder(DatabaseScope site, Path generation, ObjectFolder objects) throws InftException {
    this.site = site;
    this.context = site.context();
    this.access = new PackAccess(objects, context);
    this.signer = site.signer();
    this.random = site.random();
    this.generation = generation;
    this.objects = objects;
  }

  /**
   * What to stage.
   *
   * @param tip the version to follow and to build on; empty for the first
   * @param over what is followed where that cannot be built on; then a snapshot is made
   * @param kind what the version is called, if not by what it contains
   * @param keys keyring and data key of the epoch the version belongs to
   * @param snapshot make a snapshot whatever changed
   * @param always make a version even if nothing changed
   * @param barrier a version that a background snapshot is being made of, 0 for none
   */
  record Order(
      Pin pin,
      Optional<Tip> tip,
      Optional<Predecessor> over,
      Optional<Kind> kind,
      Keys keys,
      WriterState state,
      Blob stateKey,
      boolean snapshot,
      boolean always,
      long barrier) {
    /** The version before; empty for the first. */
    Optional<Predecessor> before() {
      return over.isPresent() ? over : tip.map(one -> Predecessor.of(one, state));
    }
  }

  /**
   * What was staged.
   *
   * @param spareUsed whether the spare snapshot is listed now, or of no use any more
   * @param integrity what SQLite's checks said, if they were made
   */
  record Staged(
      Tip tip,
      WriterState.Outgoing outgoing,
      ChangedPages changes,
      boolean spareUsed,
      Optional<IntegrityReport> integrity) {}

  /** Stages the next version; empty when there is nothing to publish. */
  Optional<Staged> stage(Order order, StateTree tree, int pageSize) throws InftException {
    Pin pin = order.pin();
    Optional<Predecessor> before = order.before();
    long version = before.map(Predecessor::version).orElse(0L) + 1;
    boolean everything = order.tip().isEmpty() || pin.compareAll();
    ChangedPages changes = ChangedPages.find(pin, tree, pageSize, everything);
    try {
      EventTail events = events(order, before);
      boolean nothing =
          changes.isEmpty() && events.events().isEmpty() && !events.restarted() && !order.always();
      if (nothing && (before.isPresent() || pin.tally().log().transactions() == 0)) {
        changes.undo();
        return Optional.empty();
      }
      return Optional.of(build(order, before, version, changes, events, tree, pageSize));
    } catch (InftException | RuntimeException e) {
      changes.undo();
      throw e;
    }
  }

  private EventTail events(Order order, Optional<Predecessor> before) throws InftException {
    byte[] lineage = new byte[16];
    random.nextBytes(lineage);
    Blob fresh = Blob.of(lineage);
    return EventTail.read(
        order.pin().snapshot(),
        before.map(Predecessor::lineage).orElse(fresh),
        before.map(Predecessor::applicationEventSequence).orElse(0L),
        fresh);
  }

  private Staged build(
      Order order,
      Optional<Predecessor> before,
      long version,
      ChangedPages changes,
      EventTail events,
      StateTree tree,
      int pageSize)
      throws InftException {
    Pin pin = order.pin();
    PackMaker maker = new PackMaker(site, order.keys(), pageSize);

    List<PackEntry> previous = previousEntries(order);
    Optional<List<PackEntry>> onSpare = onSpare(previous, order.state());
    previous = onSpare.orElse(previous);
    StagedPack pack = null;
    Optional<IntegrityReport> integrity = Optional.empty();
    boolean snapshot = order.snapshot() || order.tip().isEmpty();
    if (!snapshot && !changes.isEmpty()) {
      List<PackEntry> deltas = previous.subList(1, previous.size());
      RestoreSetPlan.Merge merge = RestoreSetPlan.merge(deltas, order.barrier());
      Optional<StagedPack> delta =
          delta(order, maker, version, changes, previous.get(0), deltas, merge, tree);
      pack = delta.orElse(null);
      snapshot = delta.isEmpty();
      previous = previous.subList(0, previous.size() - merge.count());
    }
    if (snapshot) {
      integrity = Optional.of(sound(database(), pin.snapshot(), pin, tree));
      // Where every page was compared just now, each was hashed from what is read here.
      boolean compared = order.tip().isEmpty() || pin.compareAll();
      pack = snapshot(maker, pin, version, tree, compared);
      previous = List.of();
    }
    List<PackEntry> restoreSet = new ArrayList<>(previous);
    CommitAttachments cargo = new CommitAttachments(site, objects, version, order.keys());
    long now = site.clock().millis();
    if (pack != null) {
      restoreSet.add(cargo.load(pack, now / 1000));
    }
    long lastEvent = before.map(Predecessor::eventSequence).orElse(0L);
    Digest eventHash = before.map(Predecessor::eventHash).orElse(EventChain.genesis(context));
    List<Event> log = eventLog(order, version, events, lastEvent, now);
    for (EventBatch batch : EventBatch.split(eventHash, log)) {
      eventHash = batch.after();
      cargo.attach(AttachmentType.EVENTS, SealedType.EVENTS, batch.toBytes());
    }
    TransactionLog transactions = pin.tally().log();
    if (transactions.transactions() > 1) {
      cargo.attach(AttachmentType.LOG, SealedType.LOG, transactions.toBytes());
    }
    byte[] nonce = new byte[16];
    random.nextBytes(nonce);
    Manifest manifest =
        new Manifest(
            pageSize,
            pin.pageCount(),
            Blob.of(nonce),
            tree.root(),
            order.stateKey(),
            transactions.transactions(),
            firstTime(transactions),
            lastTime(transactions),
            events.lastSequence(),
            events.lineage(),
            lastEvent + log.size(),
            eventHash);
    cargo.attach(AttachmentType.MANIFEST, SealedType.MANIFEST, manifest.toBytes());

    boolean rotates = rotates(order, before);
    Kind content = snapshot ? Kind.SNAPSHOT : Kind.DELTA;
    Kind kind = order.kind().orElse(before.isPresent() && rotates ? Kind.REKEY : content);
    CommitBody body =
        new CommitBody(
            context,
            version,
            before.map(Predecessor::root).orElse(Digest.ZERO),
            order.keys().epoch(),
            Blob.of(order.keys().keyring().toBytes()),
            kind.code(),
            now,
            signer.address(),
            manifest.stateCommit(),
            before.map(Predecessor::jumps).orElse(List.of()),
            restoreSet,
            cargo.attachments(),
            Blob.of(cargo.inline()));
    CommitObject commit = CommitObject.sign(body, signer);
    byte[] bytes = commit.toBytes();
    ObjectRef ref = objects.keep(bytes);
    if (order.tip().isEmpty() || snapshot) {
      new PageHashesFile(generation).writeAll(version, tree);
    } else {
      new PageHashesFile(generation).append(version, tree, changes.leaves());
    }
    WriterState.Outgoing outgoing =
        new WriterState.Outgoing(
            version,
            body.previousRoot(),
            ref,
            Digest.sha256(bytes),
            order.keys().epoch(),
            order.keys().keyring().hash(),
            rotates,
            kind,
            cargo.own());
    boolean spareUsed =
        snapshot || order.state().spare().filter(WriterState.SpareSnapshot::stored).isPresent();
    return new Staged(new Tip(ref, commit, manifest), outgoing, changes, spareUsed, integrity);
  }

  private static long firstTime(TransactionLog log) {
    return log.records().isEmpty() ? 0 : log.records().get(0).timeMillis();
  }

  private static long lastTime(TransactionLog log) {
    return log.records().isEmpty()
        ? 0
        : log.records().get(log.records().size() - 1).lastTimeMillis();
  }

  private static boolean rotates(Order order, Optional<Predecessor> before) {
    return before.isEmpty() || !before.get().keyringHash().equals(order.keys().keyring().hash());
  }

  /** The restore set to go on from. */
  private static List<PackEntry> previousEntries(Order order) {
    return order
        .tip()
        .map(tip -> tip.commit().restoreSetSeenFromLater(tip.ref().root()))
        .orElse(List.of());
  }

  /** The same on top of the spare snapshot; empty if there is none or the deltas do not fit it. */
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
    replaced.add(
        new PackEntry(
            PackType.SNAPSHOT,
            spare.epoch(),
            spare.version(),
            spare.index(),
            0,
            spare.version(),
            new Location.Own(spare.object().root()),
            spare.object().sizeBytes(),
            spare.sha256(),
            spare.storedAtSeconds()));
    replaced.addAll(later);
    return Optional.of(replaced);
  }

  /**
   * Lets SQLite check what a snapshot is to be made of.
   *
   * @param hashes of the pages as they must be
   * @throws ForeignChangeException it is damaged, and not by SQLite
   */
  static IntegrityReport sound(Path database, SqliteLink snapshot, Pin pin, StateTree hashes)
      throws InftException {
    try {
      return Integrity.require(snapshot, "working copy");
    } catch (DatabaseCorruptException e) {
      long lockPage = LockPage.number(hashes.pageSize());
      for (long page = 1; page <= pin.pageCount(); page++) {
        if (page != lockPage) {
          proven(database, hashes, pin, page, pin.images().page(page, hashes.pageSize()));
        }
      }
      throw e;
    }
  }

  /**
   * A page that was published or committed. What the log does not explain was not written by
   * SQLite: another program or the disk did, and it must not become the truth.
   *
   * @param hashes of the pages as they must be
   */
  static byte[] proven(Path database, StateTree hashes, Pin pin, long page, byte[] image)
      throws ForeignChangeException, LocalDatabaseException {
    if (!hashes.leaf(page, image).equals(hashes.get(page))) {
      if (pin.dirty().contains(page) || pin.images().frames().containsKey(page)) {
        // SQLite's own log has it, or had it: to be read again, and no sign of anybody else.
        throw new LocalDatabaseException(
            database.toString(), "read", "page " + page + " changed while it was read");
      }
      throw new ForeignChangeException(
          database.toString(), "page " + page + " is another one than was published or committed");
    }
    return image;
  }

  private Path database() {
    return generation.resolve(WorkingCopy.DATABASE);
  }

  private StagedPack snapshot(
      PackMaker maker, Pin pin, long version, StateTree tree, boolean compared)
      throws InftException {
    int pageSize = tree.pageSize();
    PackMaker.Span span = new PackMaker.Span(PackType.SNAPSHOT, version, PACK_INDEX, 0, version);
    return maker.whole(
        span,
        pin.pageCount(),
        PageSet.all(pin.pageCount()),
        page -> {
          byte[] image = pin.images().page(page, pageSize);
          return compared ? image : proven(database(), tree, pin, page, image);
        },
        objects);
  }

  /** Packs what changed; empty if a new snapshot is worth more than that. */
  private Optional<StagedPack> delta(
      Order order,
      PackMaker maker,
      long version,
      ChangedPages changes,
      PackEntry snapshot,
      List<PackEntry> deltas,
      RestoreSetPlan.Merge merge,
      StateTree tree)
      throws InftException {
    Pin pin = order.pin();
    int pageSize = tree.pageSize();
    PackMaker.Images images =
        page -> proven(database(), tree, pin, page, changes.image(pin, page, pageSize));
    List<PackEntry> eaten = deltas.subList(deltas.size() - merge.count(), deltas.size());
    long base = order.tip().orElseThrow().commit().body().pagesVersion();
    long from = eaten.isEmpty() ? base : eaten.get(0).fromVersion();
    PackMaker.Span span = new PackMaker.Span(PackType.DELTA, version, merge.rank(), from, version);
    List<PackReader> chain = new ArrayList<>();
    for (PackEntry entry : eaten) {
      chain.add(access.pack(order.tip().orElseThrow().commit(), entry, order.keys()));
    }
    PageSet union = changes.pages().copy();
    for (PackReader pack : chain) {
      pack.entries().forEach(entry -> union.add(entry.pageNumber()));
    }
    union.truncate(pin.pageCount());
    boolean wholesale = RestoreSetPlan.wholesale(changes.pages().size(), pin.pageCount());
    if (!chain.isEmpty()
        && (wholesale
            || (RestoreSetPlan.wholesale(union.size(), pin.pageCount())
                && CompactionPolicy.isQuick(pin.pageCount() * pageSize)))) {
      return Optional.empty();
    }
    long pages = changes.pages().size() + chain.stream().mapToLong(PackReader::pages).sum();
    boolean merges =
        pages * pageSize <= MERGED_PAGES_BYTES
            && eaten.stream().mapToLong(PackEntry::sizeBytes).sum() <= RestoreSetPlan.MERGED_BYTES;
    if (changes.pages().size() <= PackMaker.SMALL_PAGES && (chain.isEmpty() || merges)) {
      long basePages = order.tip().orElseThrow().manifest().pageCount();
      PackMaker.Span alone =
          new PackMaker.Span(PackType.DELTA, version, merge.rank(), base, version);
      byte[] plain =
          maker.smallDelta(
              pin,
              alone,
              changes.pages(),
              images,
              page ->
                  page <= basePages
                      ? changes.base(page, pin.base().page(page, pageSize))
                      : Optional.empty());
      if (!chain.isEmpty()) {
        chain.add(PackReader.open(io.inft.bytes.ByteSource.of(plain)));
        plain = compose(chain, images);
      }
      Optional<StagedPack> inline = maker.inline(span, plain);
      boolean small =
          inline.isPresent()
              && (!wholesale || RestoreSetPlan.smallBeside(inline.get().sizeBytes(), snapshot));
      if (small) {
        return inline;
      }
      if (!chain.isEmpty() && plain.length <= union.size() * (long) pageSize / FAR_BELOW_PAGES) {
        return Optional.of(maker.own(span, plain, objects));
      }
    }
    return wholesale
        ? Optional.empty()
        : Optional.of(maker.whole(span, pin.pageCount(), union, images, objects));
  }

  private static byte[] compose(List<PackReader> chain, PackMaker.Images newest)
      throws InftException {
    ByteArrayOutputStream composed = new ByteArrayOutputStream();
    try {
      PackComposer.compose(chain, newest::page, composed);
    } catch (IOException e) {
      throw new IllegalStateException("memory takes all bytes", e);
    }
    return composed.toByteArray();
  }

  private List<Event> eventLog(
      Order order, long version, EventTail tail, long lastSequence, long now) {
    List<Event> events = new ArrayList<>();
    long sequence = lastSequence;
    for (WriterState.PendingEvent pending : order.state().pending()) {
      events.add(
          new DriverEvent(pending.type(), pending.json()).at(++sequence, pending.timeMillis()));
    }
    if (tail.restarted()) {
      events.add(DriverEvent.eventTableRestarted().at(++sequence, now));
    }
    for (EventTail.ApplicationEvent event : tail.events()) {
      events.add(
          new Event(
              ++sequence,
              event.timeMillis(),
              Event.Source.APPLICATION,
              event.type(),
              event.json(),
              event.sequence(),
              tail.lineage()));
    }
    long transactions = order.pin().tally().log().transactions();
    events.add(DriverEvent.committed(version, transactions).at(++sequence, now));
    return events;
  }
}
