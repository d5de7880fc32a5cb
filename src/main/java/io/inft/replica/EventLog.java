package io.inft.replica;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Digest;
import io.inft.commit.Attachment;
import io.inft.commit.AttachmentType;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventBatch;
import io.inft.commit.EventChain;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import io.inft.seal.DataKey;
import io.inft.seal.Keyring;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the event log of a database, or a span of it, back from its versions, checking that no
 * entry in between is missing or doubled.
 */
final class EventLog {
  private final RegistryReader registry;
  private final DatabaseId id;
  private final Commits commits;
  private final PackAccess access;
  private final Digest context;

  EventLog(
      RegistryReader registry, DatabaseId id, Commits commits, PackAccess access, Digest context) {
    this.registry = registry;
    this.id = id;
    this.commits = commits;
    this.access = access;
    this.context = context;
  }

  /** One entry and the version that brought it. */
  record Entry(long version, Event event) {}

  /**
   * Entries up to a version, oldest first.
   *
   * @param keys of the newest version
   * @param span which of them; versions that cannot hold such are not fetched
   */
  List<Entry> read(Keys keys, long newest, TimeSpan span) throws InftException {
    if (newest == 0) {
      return List.of();
    }
    List<Anchored> versions = registry.history(id, 1, newest);
    Deque<Entry> entries = new ArrayDeque<>();
    Keys current = keys;
    // From the newest down, because each epoch's keyring leads to the key of the one before.
    for (int i = versions.size() - 1; i >= 0; i--) {
      Anchored version = versions.get(i);
      boolean wanted = span.mayHold(version, i == 0 ? null : versions.get(i - 1));
      boolean older = version.anchor().keyEpoch() < current.epoch();
      if (!wanted && !older) {
        continue;
      }
      CommitObject commit = commits.fetch(version);
      if (older) {
        Optional<DataKey> previous = current.keyring().previous(current.current());
        if (previous.isEmpty()) {
          break; // older epochs were cut off on purpose
        }
        current =
            new Keys(Keyring.parse(commit.body().keyring().toBytes(), context), previous.get());
      }
      List<Event> events = wanted ? eventsOf(commit, current) : List.of();
      for (int j = events.size() - 1; j >= 0; j--) {
        entries.addFirst(new Entry(version.version(), events.get(j)));
      }
    }
    checkChain(entries);
    return entries.stream().filter(entry -> span.holds(entry.event())).toList();
  }

  private List<Event> eventsOf(CommitObject commit, Keys keys) throws InftException {
    List<Event> events = new ArrayList<>();
    for (Attachment attachment : commit.body().attachments()) {
      if (attachment.type() == AttachmentType.EVENTS) {
        ObjectLabel label =
            new ObjectLabel(
                context,
                commit.body().version(),
                commit.body().epoch(),
                SealedType.EVENTS,
                attachment.index());
        byte[] plain =
            Seal.open(
                    keys.of(commit.body().epoch()),
                    label,
                    access.sealed(commit, attachment.location(), attachment.sizeBytes()))
                .readAll(EventBatch.MAX_BYTES);
        events.addAll(EventBatch.parse(plain).events());
      }
    }
    return events;
  }

  private void checkChain(Deque<Entry> entries) throws InftException {
    long expected = 0;
    Digest hash = EventChain.genesis(context);
    for (Entry entry : entries) {
      expected = expected == 0 ? entry.event().sequence() : expected;
      if (entry.event().sequence() != expected) {
        throw new CorruptObjectException(
            "event log",
            0,
            "entry " + expected + " is missing, " + entry.event().sequence() + " follows");
      }
      hash = EventChain.next(hash, entry.event());
      expected++;
    }
  }

  /** As JSON, oldest first. */
  String json(Keys keys, long newest, TimeSpan span) throws InftException {
    ArrayNode json = View.JSON.createArrayNode();
    for (Entry entry : read(keys, newest, span)) {
      Event event = entry.event();
      ObjectNode node =
          json.addObject()
              .put("sequence", event.sequence())
              .put("time", Instant.ofEpochMilli(event.timeMillis()).toString())
              .put("source", event.source().name().toLowerCase(Locale.ROOT))
              .put("type", event.type())
              .put("version", entry.version());
      if (event.applicationSequence() > 0) {
        node.put("seq", event.applicationSequence());
      }
      try {
        node.set("payload", View.JSON.readTree(event.payloadJson()));
      } catch (JsonProcessingException notJson) {
        node.put("payload", event.payloadJson());
      }
    }
    return json.toString();
  }
}
