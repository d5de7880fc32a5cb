package io.inft.cli.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.replica.local.Fork;
import io.inft.replica.local.ForkTable;
import java.util.List;

/** What was put aside, as the commands print it. */
final class ForkJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ForkJson() {}

  static ObjectNode of(Fork fork) {
    ObjectNode json = JSON.createObjectNode();
    json.put("generation", fork.name());
    json.put("kind", fork.kind().word());
    json.put("reason", fork.reason());
    json.put("at", fork.at().map(Object::toString).orElse("unknown"));
    json.put("baseVersion", fork.baseVersion());
    json.put("stagedVersions", fork.stagedVersions());
    fork.commits().ifPresent(commits -> json.put("commits", commits));
    fork.pages().ifPresent(pages -> json.put("pages", pages));
    json.put("told", fork.told().map(Object::toString).orElse("no"));
    json.put("acknowledged", fork.acknowledged().map(Object::toString).orElse("no"));
    json.put("database", fork.database().toString());
    return json;
  }

  static ArrayNode of(List<Fork> forks) {
    ArrayNode json = JSON.createArrayNode();
    forks.forEach(fork -> json.add(of(fork)));
    return json;
  }

  static ArrayNode tables(List<ForkTable> tables) {
    ArrayNode json = JSON.createArrayNode();
    for (ForkTable table : tables) {
      ObjectNode row = json.addObject().put("table", table.name()).put("rows", table.rows());
      table.onlyHere().ifPresent(count -> row.put("onlyHere", count));
      table.onlyThere().ifPresent(count -> row.put("onlyThere", count));
      ArrayNode examples = row.putArray("examples");
      table.examples().forEach(examples::add);
    }
    return json;
  }
}
