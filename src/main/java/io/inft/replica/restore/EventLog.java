package io.inft.replica.restore;

import io.inft.bytes.Digest;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventChain;
import io.inft.commit.EventTree;
import io.inft.commit.Manifest;
import io.inft.commit.SealedManifest;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.Secret;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the event log of a database, or a span of it, back from its versions, and marks where the
 * batches read do not continue one another's chain or do not end where the manifests say: there
 * something is missing, doubled or exchanged. Where a span begins inside the log, what comes before
 * it is not checked.
 */
public final class EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

  private final RegistryReader registry;
  private final DatabaseId id;
  private final Commits commits;
  private final PackAccess access;
  private final Digest context;
  private final Secret secret;
  private final long mostBytes;

  public EventLog(
      RegistryReader registry,
      DatabaseId id,
      Commits commits,
      PackAccess access,
      Digest context,
      Secret secret) {
    this(registry, id, commits, access, context, secret, LogRoom.ofThisMachine());
  }

  /**
   * @param mostBytes what the entries of one reading may take
   */
  EventLog(
      RegistryReader registry,
      DatabaseId id,
      Commits commits,
      PackAccess access,
      Digest context,
      Secret secret,
      long mostBytes) {
    this.registry = registry;
    this.id = id;
    this.commits = commits;
    this.access = access;
    this.context = context;
    this.secret = secret;
    this.mostBytes = mostBytes;
  }

  /**
   * Entries up to a version, oldest first.
   *
   * @param keys of the newest version
   * @param span which of them; versions that cannot hold such are not fetched
   * @throws io.inft.failure.EventLogTooLongException they are more than this machine can hold
   */
  public List<LogEntry> read(Keys keys, long newest, TimeSpan span) throws InftException {
    if (newest == 0) {
      return List.of();
    }
    List<Anchored> versions = registry.history(id, 1, newest);
    Walk walk = new Walk(keys, new LogRoom(id, span, mostBytes));
    // From the newest down, because each epoch's keyring leads to the key of the one before.
    for (int i = versions.size() - 1; i >= 0; i--) {
      walk.to(versions.get(i), span.mayHold(versions.get(i), i == 0 ? null : versions.get(i - 1)));
    }
    return walk.end();
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
   * @param entries its events, and where they do not hang together
   */
  private record Batches(Anchored version, Place begin, Place end, List<LogEntry> entries) {}

  /** Goes from the newest version to the first. What is wrong with one never hides the others. */
  private final class Walk {
    private final LogRoom room;
    private final Deque<LogEntry> entries = new ArrayDeque<>();

    /** Keyrings that neither the link of a later one nor the secret opens. */
    private final Set<Digest> closed = new HashSet<>();

    // What the versions above gave: the keys, the log as far as it was read, what was closed.
    private Keys current;
    private Optional<Batches> next = Optional.empty();
    private Optional<Anchored> closedUpTo = Optional.empty();

    private Walk(Keys keys, LogRoom room) {
      this.current = keys;
      this.room = room;
    }

    /** One version down; what it brought is read if it is wanted. */
    private void to(Anchored version, boolean wanted) throws InftException {
      Optional<Batches> read = Optional.empty();
      try {
        read = read(version, wanted);
      } catch (InftException e) {
        boolean otherKey = e instanceof WrongKeyException || e instanceof NoSlotException;
        if (!Unreadable.isLost(e) && !otherKey) {
          throw e;
        }
        if (wanted) {
          mark(LogEntry.Mark.UNREADABLE.at(version, String.valueOf(e.getMessage())));
        }
      }
      if (read.isPresent()) {
        markUnlessFollows(read.get().end());
        List<LogEntry> brought = read.get().entries();
        for (int i = brought.size() - 1; i >= 0; i--) {
          entries.addFirst(brought.get(i));
        }
      }
      next = read;
    }

    private Optional<Batches> read(Anchored version, boolean wanted) throws InftException {
      boolean older = version.anchor().keyEpoch() < current.epoch();
      if (!wanted && !older) {
        return Optional.empty();
      }
      Optional<CommitObject> commit = Optional.empty();
      boolean open = !older;
      if (older && !closed.contains(version.anchor().keyringHash())) {
        commit = Optional.of(commits.fetch(version));
        open = descended(commit.get());
      }
      if (!open) {
        closed.add(version.anchor().keyringHash());
        closedUpTo = closedUpTo.or(() -> Optional.of(version));
        return Optional.empty();
      }
      endOfClosed(version.version() + 1);
      return wanted
          ? Optional.of(
              batchesOf(
                  version,
                  commit.isPresent() ? commit.get() : commits.fetch(version),
                  current,
                  room))
          : Optional.empty();
    }

    /**
     * To the keys of an earlier epoch: by the link of the one after it or, where that was cut off
     * or leads elsewhere, by the secret; false if no way leads there.
     */
    private boolean descended(CommitObject commit) throws InftException {
      Keyring keyring = Keyring.parse(commit.body().keyring().toBytes(), context);
      if (keyring.epoch() == current.epoch() - 1) {
        try {
          Optional<DataKey> linked = current.keyring().previous(current.current());
          if (linked.isPresent()) {
            keyring.verify(linked.get());
            current = new Keys(keyring, linked.get());
            return true;
          }
        } catch (WrongKeyException e) {
          LOG.debug("the link to key epoch {} leads elsewhere", keyring.epoch(), e);
        }
      }
      try {
        current = Keys.open(keyring, secret);
        return true;
      } catch (WrongKeyException | NoSlotException e) {
        LOG.debug("key epoch {} is closed to this secret", keyring.epoch(), e);
        return false;
      }
    }

    /** One mark stands for all versions in a row that are closed. */
    private void endOfClosed(long first) throws InftException {
      if (closedUpTo.isPresent()) {
        Anchored last = closedUpTo.get();
        mark(
            LogEntry.Mark.UNREADABLE.at(
                last,
                "versions "
                    + first
                    + " to "
                    + last.version()
                    + ": neither this secret nor a later keyring opens their key epoch"));
      }
      closedUpTo = Optional.empty();
    }

    /** Nobody without the key can break this; an insider can, and is seen here. */
    private void markUnlessFollows(Place before) throws InftException {
      if (next.isPresent() && !next.get().begin().equals(before)) {
        mark(
            LogEntry.Mark.BREAK.at(
                next.get().version(),
                "continues the log after " + next.get().begin() + "; it ended at " + before));
      }
    }

    private void mark(LogEntry.Marked mark) throws InftException {
      if (room.takes(mark)) {
        entries.addFirst(mark);
      }
    }

    private List<LogEntry> end() throws InftException {
      endOfClosed(1);
      if (next.isPresent() && next.get().version().version() == 1) {
        markUnlessFollows(new Place(0, EventChain.genesis(context)));
      }
      return List.copyOf(entries);
    }
  }

  private Batches batchesOf(Anchored version, CommitObject commit, Keys keys, LogRoom room)
      throws InftException {
    SealedManifest sealed =
        SealedManifest.parse(access.plain(commit, commit.body().manifest(), keys), commit.body());
    Manifest manifest = sealed.manifest();
    manifest.requireFor(commit.body());
    Place end = new Place(manifest.eventSequence(), manifest.eventHash());
    Brought brought = new Brought(version, room, new EventTree(manifest.stateKey().key()));
    if (sealed.events().isPresent()) {
      brought.add(sealed.events().get());
    }
    for (Attachment attachment : commit.body().attachments()) {
      if (attachment.type() == AttachmentType.EVENTS) {
        brought.add(EventBatch.parse(access.plain(commit, attachment, keys)));
      }
    }
    brought.end(end);
    Digest root = brought.tree.root();
    if (commit.bindsEvents() && !root.equals(commit.body().eventRoot())) {
      brought.add(
          LogEntry.Mark.BREAK.at(
              version,
              "its events have the root "
                  + root
                  + ", its commit object says "
                  + commit.body().eventRoot()));
    }
    return new Batches(version, brought.begin.orElse(end), end, brought.entries);
  }

  /** What one version brought, as far as it is asked for. */
  private static final class Brought {
    private final Anchored version;
    private final LogRoom room;
    private final EventTree tree;
    private final List<LogEntry> entries = new ArrayList<>();

    // Mutable: where its batches begin, and how far they have come.
    private Optional<Place> begin = Optional.empty();
    private Optional<Place> reached = Optional.empty();

    private Brought(Anchored version, LogRoom room, EventTree tree) {
      this.version = version;
      this.room = room;
      this.tree = tree;
    }

    private void add(EventBatch batch) throws InftException {
      Place from = new Place(batch.firstSequence() - 1, batch.before());
      if (reached.isPresent() && !reached.get().equals(from)) {
        add(
            LogEntry.Mark.BREAK.at(
                version, "a batch begins after " + from + ", another ends at " + reached.get()));
      }
      begin = begin.or(() -> Optional.of(from));
      reached = Optional.of(new Place(batch.lastSequence(), batch.after()));
      for (Event event : batch.events()) {
        tree.add(event);
        add(LogEntry.Recorded.of(version.version(), event));
      }
    }

    /** Its last batch ends where its manifest says. */
    private void end(Place end) throws InftException {
      if (reached.isPresent() && !reached.get().equals(end)) {
        add(
            LogEntry.Mark.BREAK.at(
                version,
                "its manifest says that the log ends at "
                    + end
                    + ", its batches end at "
                    + reached.get()));
      }
    }

    private void add(LogEntry entry) throws InftException {
      if (room.takes(entry)) {
        entries.add(entry);
      }
    }
  }
}
