package io.inft.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Head;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was seen of a database last, to compare with.
 *
 * @param version its newest version, 0 if there was none
 * @param root of that version
 * @param block of that version
 * @param isFinal whether that block was final
 * @param writers accounts that are expected to publish, as text
 */
record Seen(
    long version,
    Digest root,
    Block block,
    boolean isFinal,
    String owner,
    long controls,
    Set<String> writers) {
  Seen {
    writers = Set.copyOf(writers);
  }

  static Seen of(Head head, boolean isFinal, Set<String> writers) {
    return new Seen(
        head.version(),
        head.root(),
        head.newest().map(Anchored::block).orElse(head.asOf()),
        isFinal,
        head.owner().toString(),
        head.controlSequence(),
        writers);
  }

  boolean expects(Address writer) {
    return writers.contains(writer.toString());
  }

  ObjectNode json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("version", version);
    json.put("root", root.toString());
    json.put("block", block.number());
    json.put("blockHash", block.hash().toString());
    json.put("blockTime", block.timeSeconds());
    json.put("final", isFinal);
    json.put("owner", owner);
    json.put("controls", controls);
    new TreeSet<>(writers).forEach(json.withArray("writers")::add);
    return json;
  }

  /**
   * @throws IllegalArgumentException a field is missing or no such value
   */
  static Seen parse(JsonNode json) {
    Set<String> writers = new TreeSet<>();
    json.path("writers").forEach(one -> writers.add(one.asText()));
    return new Seen(
        json.path("version").asLong(),
        Digest.parse(json.path("root").asText()),
        new Block(
            json.path("block").asLong(),
            Digest.parse(json.path("blockHash").asText()),
            json.path("blockTime").asLong()),
        json.path("final").asBoolean(),
        json.path("owner").asText(),
        json.path("controls").asLong(),
        writers);
  }
}
