package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.FileSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.ForeignFileException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import io.inft.store.merkle.SegmentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects as files of one folder, which several processes may share: the store of the
 * embedded network. The layout is in {@code store.md}. Every segment that is read is checked, so a
 * damaged disk is noticed, not served; putting the object again replaces what was damaged. Safe for
 * many threads.
 */
public final class DirectoryStore implements Store {
  private static final String MARKER = "inft-store";
  private static final String MARKER_TEXT = "inft directory store, format ";
  private static final int FORMAT = 1;
  private static final String SEGMENT_ROOTS = ".segments";
  private static final int MAX_MARKER_BYTES = 100;

  private final Path objects;
  private final Temporaries files;
  private final Path directory;

  /** Whether the folders are known to be there. */
  private volatile boolean made;

  private DirectoryStore(Path directory) {
    this.directory = directory;
    this.objects = directory.resolve("objects");
    this.files = Temporaries.at(directory.resolve("tmp"));
  }

  /**
   * Opens the folder, or makes it.
   *
   * @throws ForeignFileException something that is not a store lies there; it was not touched
   * @throws LocalStorageException the disk said no
   */
  public static DirectoryStore open(Path directory) throws InftException {
    DirectoryStore store = new DirectoryStore(directory.toAbsolutePath());
    store.make();
    return store;
  }

  /**
   * Opens the folder for a reader, which makes nothing there: it is made with the first object. A
   * folder that is not there is a store without objects; where something else lies, each read
   * fails.
   *
   * @throws ForeignFileException something that is not a store lies there
   * @throws LocalStorageException the disk said no
   */
  public static DirectoryStore openToRead(Path directory) throws InftException {
    DirectoryStore store = new DirectoryStore(directory.toAbsolutePath());
    if (Files.isDirectory(store.directory)) {
      store.requireOurs();
    }
    return store;
  }

  private void make() throws InftException {
    Temporaries.createFolder(directory);
    requireOurs();
    files.make();
    Temporaries.createFolder(objects);
    Path marker = directory.resolve(MARKER);
    if (!Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
      byte[] text = (MARKER_TEXT + FORMAT + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
      files.publish(files.write(text), marker);
    }
    checkMarker(marker);
    made = true;
  }

  private void requireOurs() throws InftException {
    Path marker = directory.resolve(MARKER);
    if (Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
      checkMarker(marker);
    } else {
      refuseForeignContent(directory);
    }
  }

  private static void refuseForeignContent(Path directory) throws InftException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        // Another process may be making the same store at this moment.
        if (!List.of("tmp", "objects", MARKER).contains(name)) {
          throw new ForeignFileException(
              directory.toString(), "it is no inft store and holds '" + name + "'");
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(directory, "list", e);
    }
  }

  private static void checkMarker(Path marker) throws InftException {
    try (FileSource source = openRegular(marker)) {
      String text =
          new String(source.readAll(MAX_MARKER_BYTES), java.nio.charset.StandardCharsets.UTF_8);
      String version = text.startsWith(MARKER_TEXT) ? text.substring(MARKER_TEXT.length()) : "";
      String digits = version.strip();
      if (!digits.matches("[1-9][0-9]{0,8}")) {
        throw new ForeignFileException(marker.toString(), "it does not mark an inft store");
      }
      int format = Integer.parseInt(digits);
      if (format > FORMAT) {
        throw new FormatTooNewException("directory store " + marker, format, FORMAT);
      }
    }
  }

  @Override
  public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
    long size = object.sizeBytes();
    if (size < 1) {
      throw new IllegalArgumentException("an object has at least one byte");
    }
    if (!made) {
      make();
    }
    Path temporary = files.newTemporary();
    try {
      ObjectTree tree = copy(object, temporary, listener);
      Path target = path(tree.ref());
      Temporaries.createFolder(folderOf(target));
      if (tree.layout().segments() > 1) {
        files.replace(files.write(segmentRoots(tree)), besides(target));
      }
      boolean isNew = files.publish(temporary, target);
      if (!isNew && !isSound(tree)) {
        Path again = files.newTemporary();
        copy(object, again, TransferListener.NONE);
        files.replace(again, target);
      }
      listener.transferred(size, size);
      return tree.ref();
    } finally {
      files.discard(temporary);
    }
  }

  private ObjectTree copy(ByteSource object, Path temporary, TransferListener listener)
      throws InftException {
    long size = object.sizeBytes();
    Progress progress = new Progress(listener, size);
    try (FileChannel channel = files.create(temporary)) {
      ObjectTree tree =
          ObjectTree.of(
              object,
              (index, bytes) -> {
                long offset = (long) index * ObjectLayout.SEGMENT_BYTES;
                try {
                  ByteBuffer buffer = ByteBuffer.wrap(bytes);
                  while (buffer.hasRemaining()) {
                    channel.write(buffer, offset + buffer.position());
                  }
                } catch (IOException e) {
                  throw new LocalStorageException(temporary, "write", e);
                }
                progress.add(bytes.length);
              });
      channel.force(true);
      return tree;
    } catch (IOException e) {
      throw new LocalStorageException(temporary, "write", e);
    }
  }

  /** Reports all but the last byte: that one is safe when the file has its name. */
  private static final class Progress {
    private final ReentrantLock lock = new ReentrantLock();
    private final TransferListener listener;
    private final long total;
    private long done;

    Progress(TransferListener listener, long total) {
      this.listener = listener;
      this.total = total;
    }

    void add(int count) {
      lock.lock();
      try {
        done += count;
        listener.transferred(Math.min(done, total - 1), total);
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean isSound(ObjectTree tree) throws InftException {
    Path path = path(tree.ref());
    try (FileSource stored = openRegular(path)) {
      return stored.sizeBytes() == tree.layout().sizeBytes()
          && MerkleRoot.of(stored).equals(tree.root());
    }
  }

  private static byte[] segmentRoots(ObjectTree tree) {
    ByteBuffer roots = ByteBuffer.allocate(tree.layout().segments() * Digest.BYTES);
    for (int i = 0; i < tree.layout().segments(); i++) {
      roots.put(tree.segmentRoot(i).toBytes());
    }
    return roots.array();
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    Path path = path(object);
    if (!exists(object)) {
      throw missing(object);
    }
    ObjectLayout layout = new ObjectLayout(object.sizeBytes());
    List<Digest> roots = knownSegmentRoots(object, path, layout);
    if (roots == null) {
      roots = computedSegmentRoots(object, path);
    }
    List<Digest> expected = roots;
    return new SegmentedSource(
        layout,
        index -> {
          byte[] bytes = readSegment(object, path, layout, index);
          Digest found = SegmentHash.root(layout, index, bytes);
          if (!found.equals(expected.get(index))) {
            throw new SubstitutedObjectException(
                "segment " + index + " of " + path,
                expected.get(index).toString(),
                found.toString());
          }
          return bytes;
        });
  }

  @Override
  public ByteSource openUnproved(ObjectRef object) throws InftException {
    if (!exists(object)) {
      throw missing(object);
    }
    return new FileContent(object, path(object));
  }

  /** The bytes of an object's file as they are; opened at each read, so nobody has to close it. */
  private record FileContent(ObjectRef object, Path path) implements ByteSource {
    @Override
    public long sizeBytes() {
      return object.sizeBytes();
    }

    @Override
    public byte[] read(long offset, int length) throws InftException {
      try (FileSource source = openRegular(path)) {
        checkSize(object, path, source);
        return source.read(offset, length);
      }
    }

    @Override
    public void read(long offset, byte[] target, int at, int length) throws InftException {
      try (FileSource source = openRegular(path)) {
        checkSize(object, path, source);
        source.read(offset, target, at, length);
      }
    }
  }

  /** The roots beside the object, if they are there and lead to the object's root. */
  private static @Nullable List<Digest> knownSegmentRoots(
      ObjectRef object, Path path, ObjectLayout layout) throws InftException {
    if (layout.segments() == 1) {
      return List.of(object.root());
    }
    Path beside = besides(path);
    if (!Files.isRegularFile(beside, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    List<Digest> roots = new ArrayList<>();
    try (FileSource source = FileSource.open(beside)) {
      if (source.sizeBytes() != (long) layout.segments() * Digest.BYTES) {
        return null;
      }
      ByteBuffer bytes = ByteBuffer.wrap(source.read(0, Math.toIntExact(source.sizeBytes())));
      byte[] root = new byte[Digest.BYTES];
      while (bytes.hasRemaining()) {
        bytes.get(root);
        roots.add(Digest.of(root));
      }
    }
    boolean fits = ObjectTree.ofSegmentRoots(layout, roots).root().equals(object.root());
    return fits ? List.copyOf(roots) : null;
  }

  /** Reads the whole object once, because what lies beside it is lost or damaged. */
  private static List<Digest> computedSegmentRoots(ObjectRef object, Path path)
      throws InftException {
    try (FileSource source = openRegular(path)) {
      checkSize(object, path, source);
      ObjectTree tree = ObjectTree.of(source);
      if (!tree.root().equals(object.root())) {
        throw new SubstitutedObjectException(
            path.toString(), object.root().toString(), tree.root().toString());
      }
      return IntStream.range(0, tree.layout().segments()).mapToObj(tree::segmentRoot).toList();
    }
  }

  private static byte[] readSegment(ObjectRef object, Path path, ObjectLayout layout, int index)
      throws InftException {
    try (FileSource source = openRegular(path)) {
      checkSize(object, path, source);
      return source.read(layout.offset(index), layout.bytesIn(index));
    }
  }

  private static void checkSize(ObjectRef object, Path path, FileSource source)
      throws SubstitutedObjectException {
    if (source.sizeBytes() != object.sizeBytes()) {
      throw new SubstitutedObjectException(
          path.toString(), object.sizeBytes() + " bytes", source.sizeBytes() + " bytes");
    }
  }

  private InftException missing(ObjectRef object) throws LocalStorageException {
    Path folder = folderOf(path(object));
    String root = object.root().hex();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, root + "-*")) {
        for (Path entry : entries) {
          String name = String.valueOf(entry.getFileName());
          if (!name.endsWith(SEGMENT_ROOTS)) {
            return new SubstitutedObjectException(
                "object " + object,
                object.sizeBytes() + " bytes",
                name.substring(root.length() + 1) + " bytes");
          }
        }
      } catch (IOException e) {
        return new LocalStorageException(folder, "list", e);
      }
    }
    return new ObjectMissingException(object.toString(), describe());
  }

  @Override
  public boolean contains(ObjectRef object) throws InftException {
    return exists(object);
  }

  private boolean exists(ObjectRef object) throws ForeignFileException {
    Path path = path(object);
    BasicFileAttributes found;
    try {
      // One look: between two of them another writer may put it there.
      found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException notThere) {
      return false;
    }
    if (!found.isRegularFile()) {
      throw new ForeignFileException(path.toString(), "an object's file should be here");
    }
    return true;
  }

  private static FileSource openRegular(Path path) throws InftException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new ForeignFileException(path.toString(), "it is not a regular file");
    }
    return FileSource.open(path);
  }

  private Path path(ObjectRef object) {
    String hex = object.root().hex();
    return objects.resolve(hex.substring(0, 2)).resolve(hex + "-" + object.sizeBytes());
  }

  private static Path folderOf(Path path) {
    return Temporaries.folderOf(path);
  }

  private static Path besides(Path path) {
    return folderOf(path).resolve(path.getFileName() + SEGMENT_ROOTS);
  }

  @Override
  public String describe() {
    return "directory " + directory;
  }

  @Override
  public void close() {}
}
