package io.inft.cli.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.agents.search.Memories;
import io.inft.agents.search.Memory;
import io.inft.agents.search.NewMemory;
import io.inft.agents.search.Question;
import io.inft.agents.search.Recall;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** Remembering, recalling, listing, correcting and forgetting, in one space. */
final class MemoryTools {
  private static final int MOST_QUESTION = 8_192;
  private static final int MOST_FOUND = 50;
  private static final int MOST_LISTED = 200;
  private static final int FEW = 10;
  private static final int MANY = 50;

  /** What the texts of one answer may have together, in characters. */
  private static final int MOST_ANSWERED = 200_000;

  private static final String OF_SPACE = " Memories of other agents are neither seen nor changed.";

  private final MemoryHome home;

  MemoryTools(MemoryHome home) {
    this.home = home;
  }

  List<Tool> all() {
    return List.of(
        Tool.writing(
            "remember",
            "Keep a text for later conversations. With a key that exists already the old text is"
                + " replaced and stays in its history. With a subject the text is sealed under a"
                + " key of that person or thing, so that forget can erase it in every version.",
            List.of(
                Tool.required("text", "string", "What to remember: one fact, in a sentence."),
                Tool.optional("key", "string", "Its name; a random one is made without."),
                Tool.optional("subject", "string", "Of whom it speaks, if that may be forgotten."),
                Tool.optional("metadata", "object", "Names and texts to be kept with it.")),
            this::remember),
        Tool.reading(
            "recall",
            "Find what was remembered, best first, by words and, if this server has an embedding"
                + " model, by meaning: 'how' says which."
                + OF_SPACE,
            List.of(
                Tool.required("question", "string", "Plain words; there is no query syntax."),
                Tool.optional("limit", "integer", "How many at most, 1 to 50; 10 if not given.")),
            this::recall),
        Tool.reading(
            "list",
            "All memories, in the order in which they were last written." + OF_SPACE,
            List.of(
                Tool.optional("limit", "integer", "How many at most, 1 to 200; 50 if not given."),
                Tool.optional("offset", "integer", "How many to pass over.")),
            this::list),
        Tool.writing(
            "correct",
            "Put a text in the place of a memory's; the old one stays in its history.",
            List.of(
                Tool.required("key", "string", "Which memory."),
                Tool.required("text", "string", "What it says from now on.")),
            this::correct),
        Tool.destroying(
            "forget",
            "By key: the memory is not found any more; older versions of the database still have"
                + " it. By subject: the key under which this agent's memories of it were sealed is"
                + " destroyed, so they can be read nowhere and never again; nobody can undo that."
                + OF_SPACE,
            List.of(
                Tool.optional("key", "string", "Which memory; either this or subject."),
                Tool.optional("subject", "string", "Of whom everything is to be erased.")),
            this::forget));
  }

  private void remember(ToolArguments arguments, ObjectNode answer)
      throws ToolFailure, SQLException {
    NewMemory memory =
        NewMemory.of(home.space(), arguments.text("text", ToolArguments.MOST_TEXT))
            .metadata(arguments.metadata("metadata"));
    String key = arguments.optionalText("key", ToolArguments.MOST_NAME).orElse(memory.key());
    NewMemory named = memory.key(key);
    written(
        home.memories()
            .remember(
                arguments
                    .optionalText("subject", ToolArguments.MOST_NAME)
                    .map(subject -> named.about(home.scoped(subject)))
                    .orElse(named)),
        answer);
  }

  private static void written(Memory memory, ObjectNode answer) {
    answer.put("key", memory.key());
    answer.put("revision", memory.revision());
    answer.put("time", memory.time().toString());
  }

  private void recall(ToolArguments arguments, ObjectNode answer) throws ToolFailure, SQLException {
    Recall found =
        home.memories()
            .recall(
                Question.of(home.space(), arguments.text("question", MOST_QUESTION))
                    .limit(arguments.limit(FEW, MOST_FOUND)));
    answer.put("how", found.how().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    if (!found.note().isEmpty()) {
      answer.put("note", found.note());
    }
    ArrayNode list = answer.putArray("memories");
    int room = MOST_ANSWERED;
    for (Recall.Hit hit : found.hits()) {
      room -= hit.memory().text().length();
      if (room < 0) {
        answer.put("cut", "the answer would be too long: ask for fewer, or more exactly");
        return;
      }
      show(hit.memory(), list.addObject()).put("score", hit.score());
    }
  }

  private ObjectNode show(Memory memory, ObjectNode shown) {
    shown.put("key", memory.key());
    shown.put("text", memory.text());
    shown.put("revision", memory.revision());
    shown.put("time", memory.time().toString());
    memory.subject().ifPresent(subject -> shown.put("subject", home.unscoped(subject)));
    if (!memory.metadata().isEmpty()) {
      ObjectNode said = shown.putObject("metadata");
      memory.metadata().forEach(said::put);
    }
    return shown;
  }

  private void list(ToolArguments arguments, ObjectNode answer) throws ToolFailure, SQLException {
    int limit = arguments.limit(MANY, MOST_LISTED);
    int offset = arguments.number("offset", 0, Integer.MAX_VALUE).orElse(0L).intValue();
    List<Memory> found = home.memories().list(home.space(), limit + 1, offset);
    ArrayNode list = answer.putArray("memories");
    int room = MOST_ANSWERED;
    for (Memory memory : found.subList(0, Math.min(limit, found.size()))) {
      room -= memory.text().length();
      if (room < 0) {
        break;
      }
      show(memory, list.addObject());
    }
    answer.put("more", list.size() < found.size());
  }

  private void correct(ToolArguments arguments, ObjectNode answer)
      throws ToolFailure, SQLException {
    String key = arguments.text("key", ToolArguments.MOST_NAME);
    String text = arguments.text("text", ToolArguments.MOST_TEXT);
    if (home.memories().find(home.space(), key).isEmpty()) {
      throw unknown(key);
    }
    written(home.memories().correct(home.space(), key, text), answer);
  }

  private static ToolFailure unknown(String key) {
    return new ToolFailure(
        "there is no memory with the key '"
            + ToolArguments.shown(key)
            + "', or it was forgotten; list has the keys");
  }

  private void forget(ToolArguments arguments, ObjectNode answer) throws ToolFailure, SQLException {
    if (arguments.has("key") == arguments.has("subject")) {
      throw new ToolFailure("forget takes a key or a subject, and not both");
    }
    Memories memories = home.memories();
    if (arguments.has("key")) {
      String key = arguments.text("key", ToolArguments.MOST_NAME);
      if (!memories.withdraw(home.space(), key)) {
        throw unknown(key);
      }
      answer.put("key", key);
      answer.put("erased", "not found any more; its history and older versions still have it");
      return;
    }
    String subject = arguments.text("subject", ToolArguments.MOST_NAME);
    if (!memories.forget(home.scoped(subject))) {
      throw new ToolFailure(
          "this machine has no key of the subject '"
              + ToolArguments.shown(subject)
              + "' in this space: no tool sealed anything for it here, or it was forgotten before");
    }
    answer.put("subject", subject);
    answer.put(
        "erased", "this machine's key of it is destroyed; what this space sealed with it is gone");
  }
}
