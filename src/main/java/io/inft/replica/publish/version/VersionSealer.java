package io.inft.replica.publish.version;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.capture.EventTail;
import io.inft.capture.Pin;
import io.inft.commit.Archive;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitObject;
import io.inft.commit.DriverEvent;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventChain;
import io.inft.commit.EventTree;
import io.inft.commit.Manifest;
import io.inft.commit.PackEntry;
import io.inft.commit.SealedManifest;
import io.inft.commit.TransactionLog;
import io.inft.failure.InftException;
import io.inft.registry.Kind;
import io.inft.replica.local.WriterState;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.Predecessor;
import io.inft.seal.SealedType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Seals manifest, SQL log and events of a version, and signs its commit object. What is small goes
 * along with its anchor; whatever does not carries the versions before it that did.
 */
public final class VersionSealer {
  private final DatabaseScope scope;
  private final GenerationFolder folder;

  public VersionSealer(DatabaseScope scope, GenerationFolder folder) {
    this.scope = scope;
    this.folder = folder;
  }

  public SealedVersion seal(VersionOrder order, VersionContent content, PackedPages pages)
      throws InftException {
    long now = scope.clock().millis();
    Keys keys = order.wanted().keys();
    List<WriterState.Inlined> tail = order.tail();
    CommitAttachments attachments =
        new CommitAttachments(scope, folder.objects(), order.version(), keys, roomFor(tail));
    List<PackEntry> restoreSet = new ArrayList<>(pages.kept());
    pages.pack().ifPresent(pack -> restoreSet.add(attachments.load(pack, now / 1000)));
    LogEnd end = events(order, content, attachments, now);
    SealedManifest sealed =
        new SealedManifest(
            manifest(order, content, end),
            end.riding(),
            transactions(order.pin()),
            PackEnds.of(scope, folder, order, restoreSet));
    attachments.attach(sealed, new SealedManifest.MadeAt(order.version(), now));
    Kind kind = kind(order, content, pages);
    Content bound = new Content(kind, sealed.manifest().stateCommit(), end.root(), now);
    int inlineBytes = pages.snapshot() ? 0 : order.wanted().road().inlineBytes();
    if (inlineBytes > 0 && attachments.own().isEmpty()) {
      CommitObject small = sign(order, bound, restoreSet, attachments);
      if (small.sizeBytes() <= inlineBytes) {
        return new SealedVersion(small, sealed, kind, List.of(), true);
      }
    }
    if (tail.isEmpty()) {
      CommitObject stored = sign(order, bound, restoreSet, attachments);
      return new SealedVersion(stored, sealed, kind, attachments.own(), false);
    }
    Archive archive = archive(tail);
    attachments.carry(archive);
    CommitObject carrier = sign(order, bound, restoreSet, attachments);
    return new SealedVersion(carrier, sealed, kind, attachments.own(), false);
  }

  /**
   * A version that carries others as it would be if it did not: it may go along with its anchor.
   */
  public CommitObject withoutArchive(CommitObject carrier) throws InftException {
    return CommitObject.sign(carrier.body().withoutArchive(), scope.signer());
  }

  /** More than an archive of them can have, however badly it deflates. */
  private static int roomFor(List<WriterState.Inlined> tail) {
    long bytes = tail.stream().mapToLong(one -> one.commit().sizeBytes()).sum();
    return tail.isEmpty() ? 0 : (int) (bytes + bytes / 64 + 1024);
  }

  private Archive archive(List<WriterState.Inlined> tail) throws InftException {
    List<Blob> objects = new ArrayList<>();
    for (WriterState.Inlined one : tail) {
      objects.add(scope.commits().kept(one, folder.objects()));
    }
    return new Archive(objects);
  }

  /**
   * Where the event log stands after a version.
   *
   * @param root of the tree over the events that the version brings
   * @param riding its events, if they are few enough to ride in the manifest
   */
  private record LogEnd(long sequence, Digest hash, Digest root, Optional<EventBatch> riding) {}

  /** What the public part says of the sealed content. */
  private record Content(Kind kind, Digest stateCommit, Digest eventRoot, long timeMillis) {}

  /** Its events; many become attachments of their own. */
  private LogEnd events(
      VersionOrder order, VersionContent content, CommitAttachments attachments, long now)
      throws InftException {
    Optional<Predecessor> before = order.before();
    long last = before.map(Predecessor::eventSequence).orElse(0L);
    Digest hash = before.map(Predecessor::eventHash).orElse(EventChain.genesis(scope.context()));
    List<Event> log = eventLog(order, content.events(), last, now);
    List<EventBatch> batches = EventBatch.split(hash, log);
    Optional<EventBatch> riding =
        Optional.of(batches.get(0))
            .filter(batch -> batches.size() == 1 && SealedManifest.canCarry(batch));
    for (EventBatch batch : batches) {
      hash = batch.after();
      if (riding.isEmpty()) {
        attachments.attach(AttachmentType.EVENTS, SealedType.EVENTS, batch.toBytes());
      }
    }
    Digest root = EventTree.root(folder.stateKey().key(), log);
    return new LogEnd(last + log.size(), hash, root, riding);
  }

  private static List<Event> eventLog(
      VersionOrder order, EventTail tail, long lastSequence, long now) {
    List<Event> events = new ArrayList<>();
    long sequence = lastSequence;
    for (WriterState.PendingEvent pending : order.base().state().pending()) {
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
    events.add(DriverEvent.committed(order.version(), transactions).at(++sequence, now));
    return events;
  }

  /** Of one commit, the manifest says everything. */
  private static Optional<TransactionLog> transactions(Pin pin) {
    return Optional.of(pin.tally().log()).filter(log -> log.transactions() > 1);
  }

  private Manifest manifest(VersionOrder order, VersionContent content, LogEnd end) {
    byte[] nonce = new byte[16];
    scope.random().nextBytes(nonce);
    TransactionLog transactions = order.pin().tally().log();
    return new Manifest(
        folder.pageSize(),
        order.pin().pageCount(),
        Blob.of(nonce),
        order.tree().root(),
        folder.stateKey(),
        transactions.transactions(),
        firstTime(transactions),
        lastTime(transactions),
        content.events().lastSequence(),
        content.events().lineage(),
        end.sequence(),
        end.hash());
  }

  private static long firstTime(TransactionLog log) {
    return log.records().isEmpty() ? 0 : log.records().get(0).timeMillis();
  }

  private static long lastTime(TransactionLog log) {
    return log.records().isEmpty()
        ? 0
        : log.records().get(log.records().size() - 1).lastTimeMillis();
  }

  /** A rekey has the content of the version before; whatever brings another is named after that. */
  private static Kind kind(VersionOrder order, VersionContent content, PackedPages pages) {
    Optional<Kind> wanted = order.wanted().kind();
    if (wanted.isPresent()) {
      return wanted.get();
    }
    if (order.rotates() && content.isThatOfVersionBefore()) {
      return Kind.REKEY;
    }
    boolean fold = order.wanted().road().fold() && !order.tail().isEmpty();
    if (fold && !order.rotates() && !pages.snapshot() && content.isThatOfVersionBefore()) {
      return Kind.ARCHIVE;
    }
    return pages.snapshot() ? Kind.SNAPSHOT : Kind.DELTA;
  }

  private CommitObject sign(
      VersionOrder order,
      Content content,
      List<PackEntry> restoreSet,
      CommitAttachments attachments)
      throws InftException {
    SigningKey signer = scope.signer();
    Keys keys = order.wanted().keys();
    Optional<Predecessor> before = order.before();
    CommitBody body =
        new CommitBody(
            scope.context(),
            order.version(),
            before.map(Predecessor::root).orElse(Digest.ZERO),
            keys.epoch(),
            Blob.of(keys.keyring().toBytes()),
            content.kind().code(),
            content.timeMillis(),
            signer.address(),
            content.stateCommit(),
            content.eventRoot(),
            before.map(Predecessor::jumps).orElse(List.of()),
            restoreSet,
            attachments.attachments(),
            Blob.of(attachments.inline()));
    return CommitObject.sign(body, signer);
  }
}
