package io.inft.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What this process has open, as Linux tells it; elsewhere nothing. Mapped memory is not counted:
 * Java gives it back when the garbage collector comes by.
 */
public final class OpenFiles {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private OpenFiles() {}

  /** Files in a folder that this process has open, deleted ones included. */
  public static List<String> under(Path folder) throws IOException {
    List<String> open = new ArrayList<>();
    if (!Files.isDirectory(DESCRIPTORS)) {
      return open;
    }
    try (Stream<Path> links = Files.list(DESCRIPTORS)) {
      for (Path link : links.toList()) {
        try {
          String file = Files.readSymbolicLink(link).toString();
          if (file.startsWith(folder + "/")) {
            open.add(file);
          }
        } catch (IOException e) {
          assertThat(link).as("the descriptor that listed them").doesNotExist();
        }
      }
    }
    return open;
  }
}
