package io.inft.replica.local;

import io.inft.bytes.DurableFiles;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A working copy that lies in a home, told from files alone: nothing is opened and no lock is
 * taken.
 *
 * @param network its name
 * @param registry chain and contract, as its folder has them
 * @param id of the database
 * @param folder the working copy
 * @param diskBytes of all its files
 */
public record KnownDatabase(
    String network, String registry, String id, Path folder, long diskBytes) {
  private static final String MARKER = "id";
  private static final String FIRST_LINE = "inft-jdbc working copy";
  private static final int MAX_MARKER_BYTES = 8192;

  /** All of a home, by network, registry and id; none if the home is not there. */
  public static List<KnownDatabase> in(Path home) throws InftException {
    List<KnownDatabase> found = new ArrayList<>();
    for (Path network : folders(home)) {
      for (Path folder : folders(network)) {
        Path marker = folder.resolve(MARKER);
        if (Files.isRegularFile(marker)) {
          String text =
              new String(DurableFiles.read(marker, MAX_MARKER_BYTES), StandardCharsets.UTF_8);
          String[] lines = text.split("\n", -1);
          if (lines.length == 4 && lines[0].equals(FIRST_LINE)) {
            String registry =
                network.getFileName().toString().substring(lines[1].length()).replaceFirst("-", "");
            found.add(new KnownDatabase(lines[1], registry, lines[2], folder, size(folder)));
          }
        }
      }
    }
    found.sort(
        Comparator.comparing(KnownDatabase::network)
            .thenComparing(KnownDatabase::registry)
            .thenComparing(KnownDatabase::id));
    return List.copyOf(found);
  }

  private static List<Path> folders(Path folder) throws LocalStorageException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new LocalStorageException(folder, "list", e);
    }
  }

  /** Somebody may be deleting in it meanwhile. */
  private static long size(Path folder) {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      return bytes;
    }
    return bytes;
  }
}
