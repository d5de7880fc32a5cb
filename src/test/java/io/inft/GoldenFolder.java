package io.inft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Stored samples of a released format. Every later build must open them. They are written once:
 * {@link #write} leaves alone what is there.
 */
public final class GoldenFolder {
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  private final Path folder;

  public GoldenFolder(String name) {
    folder = FOLDER.resolve(name);
  }

  public byte[] read(String file) {
    try {
      return Files.readAllBytes(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All files whose name ends so, by name. */
  public static List<byte[]> files(String folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      List<byte[]> found = new ArrayList<>();
      for (Path file : files.filter(one -> one.toString().endsWith(suffix)).sorted().toList()) {
        found.add(Files.readAllBytes(file));
      }
      return found;
    }
  }

  public JsonNode json(String file) {
    try {
      return new ObjectMapper().readTree(read(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] hex(JsonNode node, String field) {
    return HexFormat.of().parseHex(node.get(field).asText());
  }

  public void write(String file, byte[] bytes) {
    try {
      Files.createDirectories(folder);
      if (!Files.exists(folder.resolve(file))) {
        Files.write(folder.resolve(file), bytes, StandardOpenOption.CREATE_NEW);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
