package io.inft.cli.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.agents.search.Memories;
import io.inft.bytes.JsonMappers;
import io.inft.diff.DatabaseDiff;
import io.inft.diff.DiffListener;
import io.inft.diff.DiffOptions;
import io.inft.diff.TableDiff;
import io.inft.jdbc.InftConnection;
import io.inft.proof.EventProof;
import io.inft.registry.Anchored;
import io.inft.replica.Recovery;
import io.inft.replica.restore.LogEntry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What was before: history, differences, going back, and proving it. */
final class VersionTools {
  private static final ObjectMapper JSON = JsonMappers.plain();
  private static final int MOST_LISTED = 200;
  private static final int FEW = 20;
  private static final int MANY = 50;

  private final MemoryHome home;
  private final boolean everything;

  /**
   * @param everything whether events of other spaces and of the application may be seen
   */
  VersionTools(MemoryHome home, boolean everything) {
    this.home = home;
    this.everything = everything;
  }

  List<Tool> all() {
    return List.of(
        Tool.reading(
            "history",
            "With a key: all revisions of that memory. Without: the newest published versions of"
                + " the database, newest first, and who wrote them.",
            List.of(
                Tool.optional("key", "string", "Which memory."),
                Tool.optional("limit", "integer", "How many at most, 1 to 200; 20 if not given.")),
            this::history),
        Tool.reading(
            "diff",
            "What came and went between two published versions: this agent's memories, and how"
                + " many rows of each table.",
            List.of(
                Tool.required("from", "integer", "The older version, as history has it."),
                Tool.optional("to", "integer", "The newer one; the newest if not given."),
                Tool.optional("limit", "integer", "How many memories, 1 to 200; 50 if not given.")),
            this::diff),
        Tool.alone(
            "undo",
            "Make what an older version held the newest version, for all agents of this database."
                + " Nothing is lost: the versions in between stay in the history, and another undo"
                + " leads back. What was forgotten by subject stays forgotten.",
            List.of(Tool.required("version", "integer", "The version to go back to.")),
            this::undo),
        Tool.reading(
            "receipt",
            "A small text that proves to somebody without keys that a memory was written (or"
                + " corrected, or forgotten) in a published version; it does not show the text of"
                + " the memory. Reads the whole event log.",
            List.of(
                Tool.optional("key", "string", "The memory: its newest event."),
                Tool.optional(
                    "event",
                    "integer",
                    "Or an event of a memory of this agent, by its number in the log.")),
            this::receipt));
  }

  private void history(ToolArguments arguments, ObjectNode answer)
      throws ToolFailure, SQLException {
    int limit = arguments.limit(FEW, MOST_LISTED);
    Optional<String> key = arguments.optionalText("key", ToolArguments.MOST_NAME);
    if (key.isEmpty()) {
      ArrayNode versions = answer.putArray("versions");
      for (Anchored version : home.target().history(limit)) {
        versions
            .addObject()
            .put("version", version.version())
            .put("time", version.block().time().toString())
            .put("author", version.author().toString())
            .put("root", version.anchor().root().toString());
      }
      return;
    }
    List<Memories.Revision> all = home.memories().history(home.space(), key.get());
    if (all.isEmpty()) {
      throw new ToolFailure(
          "there never was a memory with the key '" + ToolArguments.shown(key.get()) + "'");
    }
    ArrayNode revisions = answer.putArray("revisions");
    for (Memories.Revision revision : all.subList(Math.max(0, all.size() - limit), all.size())) {
      ObjectNode shown = revisions.addObject();
      shown.put("revision", revision.number());
      shown.put("time", revision.time().toString());
      shown.put("state", revision.state());
      revision.memory().ifPresent(memory -> shown.put("text", memory.text()));
    }
    answer.put("more", all.size() > limit);
  }

  private void diff(ToolArguments arguments, ObjectNode answer) throws ToolFailure, SQLException {
    long from = version(arguments, "from");
    long to = arguments.has("to") ? version(arguments, "to") : home.target().newest().version();
    int limit = arguments.limit(MANY, MOST_LISTED);
    try (Connection connection = home.connect()) {
      DatabaseDiff diff =
          connection
              .unwrap(InftConnection.class)
              .diff(Long.toString(from), Long.toString(to), DiffOptions.COUNTS, DiffListener.NONE);
      try (SpaceDiff memories = new SpaceDiff(home, from, to)) {
        memories.show(limit, answer);
      }
      ArrayNode tables = answer.putArray("tables");
      for (TableDiff table : diff.tables()) {
        if (table.kind() == TableDiff.Kind.TABLE) {
          tables
              .addObject()
              .put("table", table.name())
              .put("added", table.added())
              .put("changed", table.changed())
              .put("removed", table.removed());
        }
      }
    }
  }

  private static long version(ToolArguments arguments, String name) throws ToolFailure {
    return arguments
        .number(name, 1, Long.MAX_VALUE)
        .orElseThrow(() -> new ToolFailure("the argument '" + name + "' is missing"));
  }

  private void undo(ToolArguments arguments, ObjectNode answer) throws ToolFailure, SQLException {
    Recovery.Restored restored = home.goBack(version(arguments, "version"));
    answer.put("restored", restored.from().version());
    answer.put("newVersion", restored.version().version());
  }

  private void receipt(ToolArguments arguments, ObjectNode answer)
      throws ToolFailure, SQLException {
    if (arguments.has("key") == arguments.has("event")) {
      throw new ToolFailure("receipt takes a key or an event, and not both");
    }
    try (Connection connection = home.connect()) {
      InftConnection ours = connection.unwrap(InftConnection.class);
      long event =
          arguments.has("event")
              ? visible(ours, version(arguments, "event"))
              : newestEvent(ours.log(), arguments.text("key", ToolArguments.MOST_NAME));
      EventProof proof = ours.receipt(event);
      answer.put("event", proof.event().sequence());
      answer.put("type", proof.event().type());
      answer.put("payload", proof.event().payloadJson());
      answer.put("receipt", new String(proof.toBytes(), StandardCharsets.US_ASCII));
      answer.put(
          "check",
          "write the receipt to a file and judge it with 'inft check-proof <file> --id "
              + home.id()
              + "'");
    }
  }

  /** An event that may be shown: payloads of other agents' events are theirs. */
  private long visible(InftConnection connection, long event) throws ToolFailure, SQLException {
    if (everything) {
      return event;
    }
    for (LogEntry entry : connection.log()) {
      if (entry instanceof LogEntry.Recorded recorded && recorded.sequence() == event) {
        if (ofSpace(recorded).isPresent()) {
          return event;
        }
        break;
      }
    }
    throw new ToolFailure(
        "event "
            + event
            + " is no published event of a memory in the space '"
            + ToolArguments.shown(home.space())
            + "'; a server with --sql read proves those of others too");
  }

  private long newestEvent(List<LogEntry> log, String key) throws ToolFailure {
    for (int i = log.size() - 1; i >= 0; i--) {
      if (log.get(i) instanceof LogEntry.Recorded recorded
          && ofSpace(recorded).map(said -> said.path("key").asText().equals(key)).orElse(false)) {
        return recorded.sequence();
      }
    }
    throw new ToolFailure(
        "no published version has an event of the memory '"
            + ToolArguments.shown(key)
            + "': if it was remembered, wait until an answer says anchored, and call again");
  }

  /** What an event says, if it is one of a memory in this space. */
  private Optional<JsonNode> ofSpace(LogEntry.Recorded event) {
    if (!event.isApplications() || !event.type().startsWith("memory.")) {
      return Optional.empty();
    }
    try {
      JsonNode said = JSON.readTree(event.payload());
      return Optional.of(said).filter(it -> it.path("space").asText().equals(home.space()));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // an event that somebody else wrote under this name
    }
  }
}
