package io.inft.faults;

import io.inft.bytes.DurableFiles;
import io.inft.faults.FaultyFiles.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A disk whose cache is lost when the power goes. It remembers what was written and not forced: the
 * content of a file until the file is forced, a name (new, moved, deleted) until its folder is
 * forced, as POSIX has it and no more. {@link #image} is what the next start finds.
 *
 * <p>What SQLite writes is not seen, and counts as forced where it is; it falls with a folder whose
 * name is lost. Told by {@link FaultyFiles} of each step before it is done; safe for use by
 * threads.
 */
public final class PowerCut implements FaultyFiles.Hook {
  /** What of the cache does not reach the disk. */
  public enum Loss {
    /** Nothing does that was not forced. */
    ALL,
    /** Names do, content does not: what a journal of metadata alone leaves. */
    CONTENT,
    /** Each file's content or not; of the names of each folder the earlier ones. */
    SOME
  }

  /** A change that is in the cache: undone where it is lost. */
  private sealed interface Change {
    int order();

    /** The name it is about. */
    Path path();
  }

  /** A name that was made, or given to a file that has others. */
  private record Named(int order, Path path) implements Change {}

  /** A name that was taken away; its file, if it is one, is kept beside. */
  private record Deleted(int order, Path path, Optional<Path> kept) implements Change {}

  /** A name that was changed; the file whose name it took is kept beside. */
  private record Moved(int order, Path from, Path path, Optional<Path> replaced)
      implements Change {}

  /** A file's content as it was forced last; nothing for a file that never was. */
  private record Written(int order, Path path, Optional<Path> forced) implements Change {}

  private final Path root;
  private final Path beside;
  private final List<Change> cache = new ArrayList<>();
  private final List<Moved> moves = new ArrayList<>();
  private final List<Moved> links = new ArrayList<>();
  private int steps;

  /**
   * A disk that holds {@code root} in its present state.
   *
   * @param beside an empty folder on the same file system
   */
  public PowerCut(Path root, Path beside) {
    this.root = root;
    this.beside = beside;
  }

  @Override
  public synchronized void before(Step step, Path faulty) throws IOException {
    Path path = FaultyPath.real(faulty);
    steps++;
    switch (step) {
      case CREATE -> {
        cache.removeIf(change -> isContentOf(change, path)); // of a file that had the name
        cache.add(new Named(steps, path));
      }
      case DELETE -> cache.add(new Deleted(steps, path, kept(path)));
      case WRITE, TRUNCATE -> {
        if (cache.stream().noneMatch(change -> isContentOf(change, path))) {
          cache.add(new Written(steps, path, forced(path)));
        }
      }
      case FORCE -> {
        if (Files.isDirectory(path)) {
          cache.removeIf(change -> isNameIn(change, path));
        } else {
          cache.removeIf(change -> isContentOf(change, path));
        }
      }
      case LINK, MOVE -> throw new IllegalArgumentException(step + " comes from somewhere");
    }
  }

  @Override
  public synchronized void before(Step step, Path faulty, Path faultyFrom) throws IOException {
    Path path = FaultyPath.real(faulty);
    Path from = FaultyPath.real(faultyFrom);
    steps++;
    if (step == Step.LINK && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return; // it will fail
    }
    cache.removeIf(change -> isContentOf(change, path)); // of a file that had the name
    if (step == Step.LINK) {
      cache.add(new Named(steps, path));
      links.add(new Moved(steps, from, path, Optional.empty()));
    } else {
      Moved moved = new Moved(steps, from, path, kept(path));
      cache.add(moved);
      moves.add(moved);
    }
  }

  /** The same disk, told after another has looked at it as it is before the step. */
  public FaultyFiles.Hook after(FaultyFiles.Hook look) {
    return new FaultyFiles.Hook() {
      @Override
      public void before(Step step, Path path) throws IOException {
        look.before(step, path);
        PowerCut.this.before(step, path);
      }

      @Override
      public void before(Step step, Path path, Path from) throws IOException {
        look.before(step, path, from);
        PowerCut.this.before(step, path, from);
      }
    };
  }

  /**
   * Lays what the next start finds into {@code target}, which must not exist.
   *
   * @param loss nothing: a killed process leaves the cache as it is
   */
  public synchronized void image(Path target, Optional<Loss> loss, Random random)
      throws IOException {
    copy(root, target);
    Set<Change> lost = loss.isPresent() ? lost(loss.get(), random) : Set.of();
    for (Change change : cache) {
      if (change instanceof Written written && lost.contains(change)) {
        loseContent(written, target);
      }
    }
    for (int i = cache.size() - 1; i >= 0; i--) {
      if (lost.contains(cache.get(i))) {
        loseName(cache.get(i), target, lost);
      }
    }
  }

  /** By another process: closing a descriptor here would drop the locks of this one. */
  public static void copy(Path from, Path to) throws IOException {
    Process copying =
        new ProcessBuilder("cp", "-a", from.toString(), to.toString()).inheritIO().start();
    try {
      if (copying.waitFor() != 0) {
        throw new IOException("cp failed");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private Set<Change> lost(Loss loss, Random random) {
    Set<Change> lost = new HashSet<>();
    Map<Path, Integer> reached = new HashMap<>(); // of each folder: the last change on the disk
    for (Change change : cache) {
      boolean gone =
          switch (loss) {
            case ALL -> true;
            case CONTENT -> change instanceof Written;
            case SOME ->
                change instanceof Written
                    ? random.nextBoolean()
                    : change.order()
                        > reached.computeIfAbsent(
                            folderOf(change), folder -> random.nextInt(steps + 1));
          };
      if (gone) {
        lost.add(change);
      }
    }
    return lost;
  }

  private static Path folderOf(Change change) {
    return change.path().getParent();
  }

  private void loseContent(Written written, Path target) throws IOException {
    for (Path name : namesOf(written)) {
      Path file = in(target, name);
      if (Files.isRegularFile(file)) {
        byte[] content =
            written.forced().isPresent() ? Files.readAllBytes(written.forced().get()) : new byte[0];
        Files.write(file, content, StandardOpenOption.TRUNCATE_EXISTING); // all its names see it
        return;
      }
    }
  }

  private void loseName(Change change, Path target, Set<Change> lost) throws IOException {
    Path path = in(target, later(change.path(), change.order(), lost));
    if (change instanceof Named) {
      remove(path);
    } else if (change instanceof Deleted deleted) {
      if (Files.isDirectory(path.getParent()) && !Files.exists(path)) {
        if (deleted.kept().isPresent()) {
          Files.copy(deleted.kept().get(), path);
        } else {
          Files.createDirectory(path);
        }
      }
    } else if (change instanceof Moved moved) {
      Path from = in(target, later(moved.from(), moved.order(), lost));
      if (Files.exists(path) && !Files.exists(from) && Files.isDirectory(from.getParent())) {
        Files.move(path, from);
        if (moved.replaced().isPresent()) {
          Files.copy(moved.replaced().get(), path);
        }
      }
    }
  }

  private static void remove(Path path) throws IOException {
    try {
      DurableFiles.deleteTree(path);
    } catch (io.inft.failure.LocalStorageException e) {
      throw new IOException(e);
    }
  }

  /** Where a path of step {@code order} is now, apart from moves that are lost. */
  private Path later(Path path, int order, Set<Change> lost) {
    Path now = path;
    for (Moved move : moves) {
      if (move.order() > order && !lost.contains(move) && now.startsWith(move.from())) {
        now = move.path().resolve(move.from().relativize(now)).normalize();
      }
    }
    return now;
  }

  /** All names that a file written to has now, if nothing of the names is lost. */
  private List<Path> namesOf(Written written) {
    List<Path> names = new ArrayList<>();
    names.add(later(written.path(), written.order(), Set.of()));
    for (Moved link : links) {
      if (link.order() > written.order()
          && later(link.from(), link.order(), Set.of()).equals(names.get(0))) {
        names.add(later(link.path(), link.order(), Set.of()));
      }
    }
    return names;
  }

  private boolean isContentOf(Change change, Path path) {
    return change instanceof Written written && namesOf(written).contains(path);
  }

  private boolean isNameIn(Change change, Path folder) {
    return !(change instanceof Written)
        && later(folderOf(change), change.order(), Set.of()).equals(folder);
  }

  private Path in(Path target, Path path) {
    return target.resolve(root.relativize(path));
  }

  private Optional<Path> kept(Path path) throws IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Path link = beside.resolve("kept" + steps);
    Files.createLink(link, path);
    return Optional.of(link);
  }

  private Optional<Path> forced(Path path) throws IOException {
    if (!Files.exists(path) || Files.size(path) == 0) {
      return Optional.empty();
    }
    Path copy = beside.resolve("forced" + steps);
    Files.copy(path, copy);
    return Optional.of(copy);
  }
}
