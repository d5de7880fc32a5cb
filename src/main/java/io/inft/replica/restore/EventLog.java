package io.inft.replica.restore;

import io.inft.bytes.Digest;
import io.inft.bytes.UnixTime;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventChain;
import io.inft.commit.Manifest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.DoesNotFollowException;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Reads the event log of a database, or a span of it, back from its versions, checking that the
 * batches read continue one another's chain and end where the manifests say: none is missing,
 * doubled or exchanged. Where a span begins inside the log, what comes before it is not checked.
 */
public final class EventLog {
  private final RegistryReader registry;
  private final DatabaseId id;
  private final Commits commits;
  private final PackAccess access;
  private final Digest context;

  public EventLog(
      RegistryReader registry, DatabaseId id, Commits commits, PackAccess access, Digest context) {
    this.registry = registry;
    this.id = id;
    this.commits = commits;
    this.access = access;
    this.context = context;
  }

  /**
   * Entries up to a version, oldest first.
   *
   * @param keys of the newest version
   * @param span which of them; versions that cannot hold such are not fetched
   */
  public List<LogEntry> read(Keys keys, long newest, TimeSpan span) throws InftException {
    if (newest == 0) {
      return List.of();
    }
    List<Anchored> versions = registry.history(id, 1, newest);
    Deque<LogEntry> entries = new ArrayDeque<>();
    Keys current = keys;
    Optional<Batches> next = Optional.empty();
    // From the newest down, because each epoch's keyring leads to the key of the one before.
    for (int i = versions.size() - 1; i >= 0; i--) {
      Anchored version = versions.get(i);
      boolean wanted = span.mayHold(version, i == 0 ? null : versions.get(i - 1));
      boolean older = version.anchor().keyEpoch() < current.epoch();
      if (!wanted && !older) {
        next = Optional.empty();
        continue;
      }
      Batches batches;
      try {
        CommitObject commit = commits.fetch(version);
        if (older) {
          Optional<DataKey> previous = current.keyring().previous(current.current());
          Keyring keyring = Keyring.parse(commit.body().keyring().toBytes(), context);
          if (previous.isEmpty() || keyring.epoch() != current.epoch() - 1) {
            break; // older epochs were cut off on purpose, or the way to them is lost
          }
          current = new Keys(keyring, previous.get());
        }
        if (!wanted) {
          next = Optional.empty();
          continue;
        }
        batches = batchesOf(commit, current);
      } catch (InftException e) {
        boolean closed = e instanceof WrongKeyException || e instanceof NoSlotException;
        if (!Unreadable.isLost(e) && !closed) {
          throw e;
        }
        next = Optional.empty();
        if (wanted) {
          entries.addFirst(
              new LogEntry.Unreadable(
                  version.version(),
                  UnixTime.instant(version.block().timeSeconds()),
                  String.valueOf(e.getMessage())));
        }
        continue;
      }
      if (next.isPresent()) {
        requireFollows(batches.end(), next.get());
      }
      next = Optional.of(batches);
      List<Event> events = batches.events();
      for (int j = events.size() - 1; j >= 0; j--) {
        entries.addFirst(LogEntry.Recorded.of(version.version(), events.get(j)));
      }
    }
    if (next.isPresent() && next.get().version() == 1) {
      requireFollows(new Place(0, EventChain.genesis(context)), next.get());
    }
    return entries.stream().filter(entry -> span.holds(entry.time())).toList();
  }

  /** A place in the log: the number of the last event before it, and the chain's hash there. */
  private record Place(long sequence, Digest hash) {
    @Override
    public String toString() {
      return "event " + sequence + " with hash " + hash;
    }
  }

  /**
   * What one version brought.
   *
   * @param begin where its batches begin; its end if it has none
   * @param end where its manifest says that the log stands
   */
  private record Batches(long version, Place begin, Place end, List<Event> events) {}

  private Batches batchesOf(CommitObject commit, Keys keys) throws InftException {
    Manifest manifest = Manifest.parse(plain(commit, commit.body().manifest(), keys));
    manifest.requireFor(commit.body());
    Place end = new Place(manifest.eventSequence(), manifest.eventHash());
    Optional<Place> begin = Optional.empty();
    Optional<Place> reached = Optional.empty();
    List<Event> events = new ArrayList<>();
    for (Attachment attachment : commit.body().attachments()) {
      if (attachment.type() == AttachmentType.EVENTS) {
        EventBatch batch = EventBatch.parse(plain(commit, attachment, keys));
        Place from = new Place(batch.firstSequence() - 1, batch.before());
        if (reached.isPresent()) {
          requireSame(commit, "a batch begins after " + from, "another ends", reached.get(), from);
        }
        begin = begin.or(() -> Optional.of(from));
        reached = Optional.of(new Place(batch.lastSequence(), batch.after()));
        events.addAll(batch.events());
      }
    }
    if (reached.isPresent()) {
      requireSame(commit, "its manifest says " + end, "the batches end", reached.get(), end);
    }
    return new Batches(commit.body().version(), begin.orElse(end), end, events);
  }

  private static void requireSame(
      CommitObject commit, String found, String what, Place reached, Place claimed)
      throws CorruptObjectException {
    if (!reached.equals(claimed)) {
      throw new CorruptObjectException(
          "event log of version " + commit.body().version(),
          0,
          found + ", but " + what + " at " + reached);
    }
  }

  /** Nobody without the key can break this; who has it can, and would be seen here. */
  private static void requireFollows(Place before, Batches batches) throws DoesNotFollowException {
    if (!batches.begin().equals(before)) {
      throw new DoesNotFollowException(
          batches.version(),
          "event log's beginning",
          before.toString(),
          batches.begin().toString());
    }
  }

  private byte[] plain(CommitObject commit, Attachment attachment, Keys keys) throws InftException {
    boolean manifest = attachment.type() == AttachmentType.MANIFEST;
    ObjectLabel label =
        new ObjectLabel(
            context,
            commit.body().version(),
            commit.body().epoch(),
            manifest ? SealedType.MANIFEST : SealedType.EVENTS,
            attachment.index());
    return Seal.open(
            keys.of(commit.body().epoch()),
            label,
            access.sealed(commit, attachment.location(), attachment.sizeBytes()))
        .readAll(manifest ? Manifest.BYTES : EventBatch.MAX_BYTES);
  }
}
