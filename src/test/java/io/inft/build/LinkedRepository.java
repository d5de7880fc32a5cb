package io.inft.build;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * The local Maven repository of the separate projects: links to everything in the user's own,
 * except the artifacts of this build ({@code io/inft}), which stay inside {@code target}. So
 * nothing is installed into the user's repository, nothing third-party is copied, and what has to
 * be downloaded is kept for the next build. Where links cannot be made the projects run as well,
 * with downloads of their own.
 */
final class LinkedRepository {
  private static final Path TOP = Path.of("");
  private static final Path IO = Path.of("io");
  private static final Path OURS = IO.resolve("inft");

  private final Path users;
  private final Path linked;

  private LinkedRepository(Path users, Path linked) {
    this.users = users.toAbsolutePath();
    this.linked = linked.toAbsolutePath();
  }

  /** {@code link} before the projects or {@code keep} after them, the user's repository, ours. */
  public static void main(String[] arguments) throws IOException {
    LinkedRepository repository =
        new LinkedRepository(Path.of(arguments[1]), Path.of(arguments[2]));
    for (Path level : List.of(TOP, IO)) {
      if (arguments[0].equals("link")) {
        repository.link(level);
      } else {
        repository.keep(level);
      }
    }
  }

  private void link(Path level) throws IOException {
    Files.createDirectories(linked.resolve(level));
    for (Path name : names(users, level)) {
      Path mine = linked.resolve(name);
      if (!Files.exists(mine, LinkOption.NOFOLLOW_LINKS)) {
        try {
          Files.createSymbolicLink(mine, users.resolve(name));
        } catch (FileSystemException | UnsupportedOperationException e) {
          System.out.println("no links here, so dependencies will be downloaded again: " + e);
          return;
        }
      }
    }
  }

  private void keep(Path level) throws IOException {
    Files.createDirectories(users.resolve(level));
    for (Path name : names(linked, level)) {
      Path mine = linked.resolve(name);
      if (Files.isSymbolicLink(mine) || Files.exists(users.resolve(name))) {
        continue;
      }
      try {
        Files.move(mine, users.resolve(name));
      } catch (FileSystemException e) {
        System.out.println("not kept for the next build: " + e);
      }
    }
  }

  /** What a level holds, except the folders that are real in both repositories. */
  private static List<Path> names(Path repository, Path level) throws IOException {
    if (!Files.isDirectory(repository.resolve(level))) {
      return List.of();
    }
    try (var entries = Files.list(repository.resolve(level))) {
      return entries
          .map(entry -> level.resolve(entry.getFileName()))
          .filter(name -> !name.equals(IO) && !name.equals(OURS))
          .sorted()
          .toList();
    }
  }
}
