package io.inft.faults;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Set;

/**
 * The real files, seen through paths that tell a {@link Hook} before each step that changes the
 * disk. A hook may throw (the disk is full, the device is gone), halt the JVM, or copy the folder
 * as a process killed at this moment would leave it. A write of several bytes is two steps, so that
 * half of it can be on the disk.
 *
 * <p>SQLite does not write through Java and is not seen here.
 */
public final class FaultyFiles extends FileSystem {
  /** Told before each step. */
  @FunctionalInterface
  public interface Hook {
    /**
     * Hears of a step, and may keep it from being done.
     *
     * @param step what is about to be done
     * @throws IOException it is not done
     */
    void before(Step step, Path path) throws IOException;

    /**
     * Hears of a {@link Step#LINK} or {@link Step#MOVE}.
     *
     * @param from where it comes from
     */
    default void before(Step step, Path path, Path from) throws IOException {
      before(step, path);
    }
  }

  /** What changes a disk. */
  public enum Step {
    CREATE,
    WRITE,
    FORCE,
    TRUNCATE,
    LINK,
    MOVE,
    DELETE
  }

  private static final Hook NOTHING = (step, path) -> {};

  private final FileSystem real;
  private final FaultyProvider provider;
  private volatile Hook hook = NOTHING;

  private FaultyFiles(FileSystem real) {
    this.real = real;
    this.provider = new FaultyProvider(this, real.provider());
  }

  /** A folder of the real file system; paths resolved from it stay under the hook. */
  public static FaultyFiles over(FileSystem real) {
    return new FaultyFiles(real);
  }

  /** The same place, under the hook. */
  public Path path(Path realPath) {
    return new FaultyPath(this, realPath);
  }

  /** From now on. */
  public void hook(Hook next) {
    hook = next;
  }

  public void unhook() {
    hook = NOTHING;
  }

  void before(Step step, Path path) throws IOException {
    hook.before(step, path);
  }

  void before(Step step, Path path, Path from) throws IOException {
    hook.before(step, path, from);
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("the real file system stays open");
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return real.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    throw new UnsupportedOperationException("begin at a folder");
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return real.getFileStores();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return real.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return path(real.getPath(first, more));
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    PathMatcher matcher = real.getPathMatcher(syntaxAndPattern);
    return path -> matcher.matches(FaultyPath.real(path));
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    return real.getUserPrincipalLookupService();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("not watched");
  }
}
