package io.inft.replica.proving;

import io.inft.bytes.Digest;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitBody;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventTree;
import io.inft.commit.SealedManifest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NoSlotException;
import io.inft.failure.PastStateException;
import io.inft.failure.WrongKeyException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.restore.Commits;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.PastKeys;
import io.inft.replica.restore.Restore;
import io.inft.replica.restore.Unreadable;
import io.inft.seal.Secret;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the version that brought an event, and what shows that it did. Each manifest says how far
 * the log had come, so of many versions a few are read. Not thread-safe.
 */
public final class EventFinder {
  private final DatabaseId id;
  private final Restore restore;
  private final PastKeys past;
  private final Commits commits;
  private final PackAccess access;
  private final Secret secret;

  /** Deriving a key takes a second: one for each keyring. */
  private final Map<Digest, Keys> known = new HashMap<>();

  /** Keyrings that no way leads into. */
  private final Set<Digest> closed = new HashSet<>();

  public EventFinder(
      DatabaseId id,
      Restore restore,
      PastKeys past,
      Commits commits,
      PackAccess access,
      Secret secret) {
    this.id = id;
    this.restore = restore;
    this.past = past;
    this.commits = commits;
    this.access = access;
    this.secret = secret;
  }

  /**
   * An event with what shows that a version brought it.
   *
   * @param commit of that version
   */
  public record Found(
      Anchored version, CommitObject commit, Event event, EventTree.Inclusion inclusion) {}

  /**
   * Looks for an event among versions. Those that cannot be read are passed over.
   *
   * @param sequence from 1
   * @param versions all up to one, or only one of which the caller knows that it brought the event;
   *     oldest first, not empty
   * @throws PastStateException no version that can be read brought it, or the one that did is of a
   *     format that binds no events
   */
  public Found find(long sequence, List<Anchored> versions) throws InftException {
    int low = 0;
    int high = versions.size() - 1;
    while (low < high) {
      int middle = low + (high - low) / 2;
      int reached = readable(versions, middle, high, 1);
      if (reached < high) {
        boolean behind = end(versions.get(reached)) >= sequence;
        high = behind ? reached : high;
        low = behind ? low : reached + 1;
      } else {
        int before = readable(versions, middle, low - 1, -1);
        if (before < low || end(versions.get(before)) < sequence) {
          low = high;
        } else {
          high = before;
        }
      }
    }
    return foundIn(versions.get(high), sequence);
  }

  /** The first version from one on that can be read; {@code end} if there is none before it. */
  private int readable(List<Anchored> versions, int from, int end, int step) throws InftException {
    int at = from;
    while (at != end && opened(versions.get(at)) == null) {
      at += step;
    }
    return at;
  }

  private long end(Anchored version) throws InftException {
    Restore.Opened opened = opened(version);
    return opened == null ? 0 : opened.tip().manifest().eventSequence();
  }

  /** Null if nobody can ever read it, or not with this secret. */
  private Restore.@Nullable Opened opened(Anchored version) throws InftException {
    if (closed.contains(version.anchor().keyringHash())) {
      return null;
    }
    try {
      return open(version);
    } catch (WrongKeyException | NoSlotException e) {
      closed.add(version.anchor().keyringHash());
      return null;
    } catch (InftException e) {
      if (!Unreadable.isLost(e)) {
        throw e;
      }
      return null;
    }
  }

  private Restore.Opened open(Anchored version) throws InftException {
    Keys keys = known.get(version.anchor().keyringHash());
    Restore.Opened opened =
        keys == null
            ? past.open(restore, version, secret)
            : restore.open(version, commits.fetch(version), keys);
    known.put(version.anchor().keyringHash(), opened.keys());
    return opened;
  }

  private Found foundIn(Anchored version, long sequence) throws InftException {
    Restore.Opened opened = open(version);
    CommitObject commit = opened.tip().commit();
    String asked = "of '" + id + "' with event " + sequence;
    if (!commit.bindsEvents()) {
      throw new PastStateException(
          asked,
          "version "
              + version.version()
              + " was made by an earlier build, whose format binds no events one by one: later"
              + " versions do");
    }
    EventTree tree = EventTree.keepingLeaves(opened.tip().manifest().stateKey().key());
    Event found = eventIn(tree, commit, opened.keys(), sequence);
    if (found == null) {
      long end = opened.tip().manifest().eventSequence();
      throw new PastStateException(
          asked,
          end < sequence
              ? "the log of version " + version.version() + " ends with event " + end
              : "version "
                  + version.version()
                  + " did not bring it; name another one that may have (--in-version)");
    }
    if (!tree.root().equals(commit.body().eventRoot())) {
      throw new CorruptObjectException(
          "event log",
          0,
          "of version "
              + version.version()
              + " has the root "
              + tree.root()
              + ", its commit object says "
              + commit.body().eventRoot());
    }
    return new Found(version, commit, found, tree.inclusion(sequence));
  }

  /** Fills the tree; null if the version did not bring the event. */
  private @Nullable Event eventIn(EventTree tree, CommitObject commit, Keys keys, long sequence)
      throws InftException {
    CommitBody body = commit.body();
    Event found = null;
    Optional<EventBatch> riding =
        SealedManifest.parse(access.plain(commit, body.manifest(), keys), body).events();
    if (riding.isPresent()) {
      found = add(tree, riding.get(), sequence);
    }
    for (Attachment attachment : body.attachments()) {
      if (attachment.type() == AttachmentType.EVENTS) {
        Event here = add(tree, EventBatch.parse(access.plain(commit, attachment, keys)), sequence);
        found = found == null ? here : found;
      }
    }
    return found;
  }

  private static @Nullable Event add(EventTree tree, EventBatch batch, long sequence) {
    Event found = null;
    for (Event event : batch.events()) {
      tree.add(event);
      found = event.sequence() == sequence ? event : found;
    }
    return found;
  }
}
