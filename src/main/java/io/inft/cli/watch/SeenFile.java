package io.inft.cli.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where a watch keeps what it saw last, so that the next one goes on from there. */
final class SeenFile {
  private static final String SCHEMA = "inft-watch/1";

  private final Path file;
  private final Map<String, Seen> seen = new TreeMap<>();

  private SeenFile(Path file) {
    this.file = file;
  }

  /**
   * Reads it; a file that is not there yet is empty.
   *
   * @throws IOException it cannot be read, or it is no such file
   */
  static SeenFile read(Path file) throws IOException {
    SeenFile read = new SeenFile(file);
    if (Files.exists(file)) {
      try {
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        if (!json.path("schema").asText().equals(SCHEMA)) {
          throw new IllegalArgumentException("its schema is not " + SCHEMA);
        }
        json.path("seen")
            .properties()
            .forEach(one -> read.seen.put(one.getKey(), Seen.parse(one.getValue())));
      } catch (IllegalArgumentException | com.fasterxml.jackson.core.JacksonException e) {
        throw new IOException(file + " is no file of inft watch: " + e.getMessage(), e);
      }
    }
    return read;
  }

  Optional<Seen> of(String key) {
    return Optional.ofNullable(seen.get(key));
  }

  /** Writes it, whole or not at all. */
  void keep(String key, Seen now) throws IOException {
    seen.put(key, now);
    ObjectNode json = new ObjectMapper().createObjectNode().put("schema", SCHEMA);
    ObjectNode all = json.putObject("seen");
    seen.forEach((name, one) -> all.set(name, one.json()));
    Path half = file.resolveSibling(file.getFileName() + ".part");
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(half.toFile(), json);
    Files.move(half, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
