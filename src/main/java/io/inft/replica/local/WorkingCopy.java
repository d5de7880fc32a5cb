package io.inft.replica.local;

import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.WorkingCopyLockedException;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The local folder of one database on one network, {@code <home>/<network>-<contract>/<id hash>/},
 * and the lock that keeps a second process out. It owns its folder by a marker file: anything else
 * that lies there is refused and never touched.
 *
 * <pre>
 * id             marker: whose folder this is
 * lock           held by the process that has it open
 * head           the newest head ever seen
 * current        name of the generation that goes on
 * gen-000001/    generations; the ones that are not current are forks
 * building/      the next generation, not finished
 * doomed-…/      an older generation on its way out
 * past-…/        read-only states
 * </pre>
 */
public final class WorkingCopy implements AutoCloseable {
  /** The name of the database file in its generation. */
  public static final String DATABASE = "database.sqlite";

  private static final String GENERATION = "gen-";
  private static final String FINAL = "final";
  private static final String FINAL_OF_READERS = "final-read";
  private static final Object READERS = new Object();
  private static final String CURRENT = "current";
  private static final String BUILDING = "building";
  private static final String DOOMED = "doomed-";
  private static final int MAX_NAME_BYTES = 4096;

  private final Path folder;
  private final FileChannel lockChannel;

  private WorkingCopy(Path folder, FileChannel lockChannel) {
    this.folder = folder;
    this.lockChannel = lockChannel;
  }

  /** Where the working copy of an id lies; nothing is made. */
  public static Path folderOf(Path home, Network network, DatabaseId id) {
    return folderOf(home, network.name(), network.registry())
        .resolve(id.hash().hex().substring(0, 40));
  }

  /** Where the working copies of one registry lie. */
  public static Path folderOf(Path home, String network, RegistryReader registry) {
    String contract = registry.chainId() + "-" + registry.address().toString().substring(2, 14);
    return home.resolve(network + "-" + contract);
  }

  /** Opens the folder for this process alone, making it if need be. */
  public static WorkingCopy open(Path home, Network network, DatabaseId id) throws InftException {
    Path folder = claim(home, network, id);
    Path lock = folder.resolve("lock");
    try {
      FileChannel channel =
          FileChannel.open(
              lock, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        FileLock held = channel.tryLock();
        if (held == null) {
          String holder = readHolder(channel);
          channel.close();
          throw new WorkingCopyLockedException(folder.toString(), holder);
        }
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(
                ("process " + ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)),
            0);
      } catch (OverlappingFileLockException e) {
        channel.close();
        throw new WorkingCopyLockedException(
            folder.toString(), "another copy of the driver in this JVM, from another class loader");
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      return new WorkingCopy(folder, channel);
    } catch (IOException e) {
      throw new LocalStorageException(lock, "lock", e);
    }
  }

  /** Makes the folder if need be and checks that it is ours. Takes no lock. */
  public static Path claim(Path home, Network network, DatabaseId id) throws InftException {
    if (Files.exists(home) && !Files.isDirectory(home)) {
      throw new ForeignFileException(home.toString(), "home must be a folder, this is a file");
    }
    Path folder = folderOf(home, network, id);
    for (Path above = folder; above != null && !above.equals(home); above = above.getParent()) {
      if (Files.exists(above) && !Files.isDirectory(above)) {
        throw new ForeignFileException(above.toString(), "a folder is expected, this is a file");
      }
    }
    DurableFiles.createFolders(folder);
    Path marker = folder.resolve("id");
    String expected = "inft-jdbc working copy\n" + network.name() + "\n" + id + "\n";
    if (Files.isRegularFile(marker)) {
      String found = new String(DurableFiles.read(marker, MAX_NAME_BYTES), StandardCharsets.UTF_8);
      if (!found.equals(expected)) {
        throw new ForeignFileException(
            folder.toString(), "it is the working copy of something else");
      }
      return folder;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      Optional<Path> foreign =
          entries
              .filter(entry -> !entry.getFileName().toString().equals("lock"))
              .filter(entry -> !entry.getFileName().toString().startsWith("id"))
              .findFirst();
      if (foreign.isPresent()) {
        throw new ForeignFileException(
            foreign.get().toString(), "it lies where the working copy of '" + id + "' belongs");
      }
    } catch (IOException e) {
      throw new LocalStorageException(folder, "list", e);
    }
    DurableFiles.replace(marker, expected.getBytes(StandardCharsets.UTF_8));
    return folder;
  }

  private static String readHolder(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(64);
    int count = channel.read(buffer, 0);
    return count <= 0 ? "unknown" : new String(buffer.array(), 0, count, StandardCharsets.UTF_8);
  }

  public Path folder() {
    return folder;
  }

  /** The generation to go on with. */
  public Optional<Path> current() throws InftException {
    return current(folder);
  }

  /** The generation to go on with, of a working copy that is not opened and need not be there. */
  public static Optional<Path> current(Path folder) throws InftException {
    Path pointer = folder.resolve(CURRENT);
    if (!Files.exists(pointer)) {
      return Optional.empty();
    }
    String name =
        new String(DurableFiles.read(pointer, MAX_NAME_BYTES), StandardCharsets.UTF_8).strip();
    if (!name.matches(GENERATION + "[0-9]{6}") || !Files.isDirectory(folder.resolve(name))) {
      throw new ForeignFileException(
          pointer.toString(),
          "it names the generation '"
              + name
              + "', which is not there. Bring that folder back; if it is lost, and with it what"
              + " was not published from here, delete this file: the next open then restores the"
              + " newest version");
    }
    return Optional.of(folder.resolve(name));
  }

  /** A folder in which the next generation is put together; it has no final name yet. */
  public Path beginGeneration() throws InftException {
    Path building = folder.resolve(BUILDING);
    DurableFiles.deleteTree(building);
    DurableFiles.createFolders(building);
    return building;
  }

  /** Gives what was built its name and makes it the current generation: the last step, atomic. */
  public Path adopt(Path building) throws InftException {
    DurableFiles.forceFolder(building);
    Path generation =
        folder.resolve(
            String.format(java.util.Locale.ROOT, "%s%06d", GENERATION, newestGeneration() + 1));
    DurableFiles.rename(building, generation);
    goOnWith(generation);
    return generation;
  }

  /**
   * The generation to go on with, unless it was put aside by a process that died before it could
   * stop going on with it.
   */
  public Optional<Path> currentNotPutAside() throws InftException {
    Optional<Path> current = current();
    if (current.isPresent() && WriterState.read(current.get()).putAside().isPresent()) {
      abandonCurrent();
      return Optional.empty();
    }
    return current;
  }

  /**
   * The one way to stop going on with the current generation without losing anything of it: its
   * state says why and when, it is a {@link Fork} from then on, and it stays where it is. Killed in
   * between, the next open finishes it.
   *
   * @param state where the generation stands
   * @return where it stands now
   */
  public WriterState putAside(
      Path generation, WriterState state, Fork.Kind kind, String reason, Instant at)
      throws InftException {
    Lag kept = new IdleGeneration(generation, state).unpublished();
    // Nothing to publish and put aside all the same: what was anchored was displaced, uncounted.
    boolean counted = kept.exact() && !kept.isNothing();
    PutAside aside =
        new PutAside(
            kind,
            reason,
            at.toEpochMilli(),
            state.anchored(),
            counted ? OptionalLong.of(kept.commits()) : OptionalLong.empty(),
            counted ? OptionalLong.of(kept.pages()) : OptionalLong.empty());
    WriterState next = state.withPutAside(aside);
    next.write(generation);
    abandonCurrent();
    return next;
  }

  /**
   * Gives up a generation that was only just begun and goes on with the one before it. Killed in
   * between, it is among what was put aside.
   *
   * @param state where the generation stands that is given up
   * @param before goes on; without one nothing does, and the next open restores the head
   */
  public void goBack(Path generation, WriterState state, Optional<Path> before, Instant at)
      throws InftException {
    putAside(generation, state, Fork.Kind.FORK, "it was to be published and was taken back", at);
    if (before.isPresent()) {
      goOnWith(before.get());
    }
    discard(generation);
  }

  private void goOnWith(Path generation) throws InftException {
    DurableFiles.replace(
        folder.resolve(CURRENT),
        (generation.getFileName() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void abandonCurrent() throws InftException {
    DurableFiles.deleteIfExists(folder.resolve(CURRENT));
    DurableFiles.forceFolder(folder);
  }

  /** All generations in a working copy's folder that were put aside, oldest first. */
  public static List<Fork> forks(Path folder) throws InftException {
    List<Fork> forks = new ArrayList<>();
    for (Path generation : generations(folder)) {
      if (WriterState.isIn(generation)) {
        PutAside.in(generation).ifPresent(forks::add);
      }
    }
    return forks;
  }

  /**
   * Deletes a generation that has nothing of its own, at whatever moment the process dies: it loses
   * its name first. Nobody may have it open.
   */
  public void discard(Path generation) throws InftException {
    Path doomed = folder.resolve(DOOMED + generation.getFileName());
    DurableFiles.rename(generation, doomed);
    DurableFiles.deleteTree(doomed);
  }

  /** Deletes what a process that died had begun to build or to delete. */
  public void forgetUnfinished() throws InftException {
    List<Path> unfinished;
    try (Stream<Path> entries = Files.list(folder)) {
      unfinished =
          entries
              .filter(
                  entry -> {
                    String name = entry.getFileName().toString();
                    return name.equals(BUILDING)
                        || name.equals(CURRENT + ".new")
                        || name.startsWith(DOOMED);
                  })
              .toList();
    } catch (IOException e) {
      throw new LocalStorageException(folder, "list", e);
    }
    for (Path one : unfinished) {
      DurableFiles.deleteTree(one);
    }
  }

  private int newestGeneration() throws LocalStorageException {
    int newest = 0;
    for (Path generation : generations()) {
      String digits = generation.getFileName().toString().substring(GENERATION.length());
      newest = Math.max(newest, Integer.parseInt(digits));
    }
    return newest;
  }

  /** All generations that lie here, oldest first. */
  public List<Path> generations() throws LocalStorageException {
    return generations(folder);
  }

  public static List<Path> generations(Path folder) throws LocalStorageException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches(GENERATION + "[0-9]{6}"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new LocalStorageException(folder, "list", e);
    }
  }

  /** The newest head this machine ever saw. */
  public Optional<SeenHead> seenHead() throws InftException {
    return read(folder.resolve("head"));
  }

  /** The newest head this machine ever saw in a final block: the head never goes below it. */
  public Optional<SeenHead> finalHead() throws InftException {
    return finalHead(folder);
  }

  /** The newest final head, of a working copy that is not opened and need not be there. */
  public static Optional<SeenHead> finalHead(Path folder) throws InftException {
    Optional<SeenHead> owner = read(folder.resolve(FINAL));
    Optional<SeenHead> reader = read(folder.resolve(FINAL_OF_READERS));
    boolean readerIsAhead =
        reader.isPresent() && (owner.isEmpty() || owner.get().version() < reader.get().version());
    return readerIsAhead ? reader : owner;
  }

  private static Optional<SeenHead> read(Path file) throws InftException {
    return Files.exists(file)
        ? Optional.of(SeenHead.parse(DurableFiles.read(file, MAX_NAME_BYTES)))
        : Optional.empty();
  }

  public void remember(SeenHead head) throws InftException {
    if (head.isFinal()) {
      rememberFinal(folder, FINAL, head);
    }
    DurableFiles.replace(folder.resolve("head"), head.toBytes());
  }

  /**
   * Remembers a head in a final block for a process that only reads and does not hold the lock: in
   * a file of its own, so that it never gets in the way of the process that does.
   */
  public static void rememberOfReader(Path folder, SeenHead head) throws InftException {
    synchronized (READERS) {
      rememberFinal(folder, FINAL_OF_READERS, head);
    }
  }

  private static void rememberFinal(Path folder, String file, SeenHead head) throws InftException {
    Optional<SeenHead> before = finalHead(folder);
    if (before.isEmpty() || before.get().version() < head.version()) {
      DurableFiles.replace(folder.resolve(file), head.toBytes());
    }
  }

  /** A stable name for messages and keys. */
  public static String key(Network network, DatabaseId id) {
    return network.name()
        + "|"
        + network.registry().chainId()
        + "|"
        + network.registry().address()
        + "|"
        + Digest.sha256(id.toString().getBytes(StandardCharsets.US_ASCII)).hex();
  }

  @Override
  public void close() throws InftException {
    try {
      lockChannel.close();
    } catch (IOException e) {
      throw new LocalStorageException(folder.resolve("lock"), "unlock", e);
    }
  }
}
