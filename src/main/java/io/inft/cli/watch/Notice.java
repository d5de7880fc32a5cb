package io.inft.cli.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Something that a watcher is told of one database.
 *
 * @param version the version it is about, 0 if it is about none
 */
record Notice(Instant time, String id, Level level, Kind kind, long version, String message) {
  /** What is to be done about it. */
  enum Level {
    /** Nothing: it is what databases do. */
    NEWS,
    /** Somebody should look. */
    WARNING,
    /** Nothing any more: what was warned of is over. */
    OVER
  }

  /** What it is about; the names are part of the output's format. */
  enum Kind {
    VERSION("a new version was anchored"),
    CONTROL("rights, keys or the lock were changed"),
    UNREACHABLE("registry or storage could not be asked"),
    UNREGISTERED("the registry does not know the database"),
    DISSENT("an endpoint of the chain says otherwise than the others"),
    ROLLBACK("a version is gone that was final, or another one is in its place"),
    REORG("a version is gone whose block was not final; its writer sends it again"),
    WRITER("an account published that is not expected to"),
    OWNER("the owner is another one than before, or than --owner says"),
    FROZEN("the owner or a guardian froze the database: nothing can be published"),
    PAID("storage is paid for a short time only"),
    LAG("commits on this machine wait to be anchored"),
    FORK("commits on this machine were put aside, because another writer was first");

    private final String meaning;

    Kind(String meaning) {
      this.meaning = meaning;
    }

    /** One sentence for people. */
    String meaning() {
      return meaning;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What chains and their endpoints say may hold anything; it stays on one line. */
  String line() {
    return time.truncatedTo(ChronoUnit.SECONDS)
        + "  "
        + (level.name() + "   ").substring(0, 7)
        + "  "
        + id
        + "  "
        + kind.word()
        + ": "
        + message.replaceAll("\\p{Cntrl}+", " ");
  }

  ObjectNode json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("time", time.toString());
    json.put("id", id);
    json.put("level", level.name().toLowerCase(Locale.ROOT));
    json.put("kind", kind.word());
    if (version > 0) {
      json.put("version", version);
    }
    json.put("message", message);
    return json;
  }
}
