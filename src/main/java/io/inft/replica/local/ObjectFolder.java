package io.inft.replica.local;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.FileSource;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.store.StoreReader;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectRef;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Sealed objects of one generation by their root: what is on its way out, and the commit objects
 * that the newest version's restore set points into. It answers for the store, first, because the
 * store may not have them yet.
 */
public final class ObjectFolder implements StoreReader {
  private final Path folder;
  private final StoreReader store;

  public ObjectFolder(Path generation, StoreReader store) throws InftException {
    this.folder = generation.resolve("objects");
    this.store = store;
    DurableFiles.createFolders(folder);
  }

  /** Keeps an object; durable when this returns. */
  public ObjectRef keep(byte[] object) throws InftException {
    ObjectRef ref = new ObjectRef(MerkleRoot.of(ByteSource.of(object)), object.length);
    DurableFiles.replace(path(ref), object);
    return ref;
  }

  /** A file to write an object into that is not finished; it has no name that counts. */
  public Path unfinished(String name) {
    return folder.resolve(name + ".part");
  }

  /** Keeps a finished file that was forced to disk already. */
  public ObjectRef adopt(Path finished, ObjectRef ref) throws InftException {
    DurableFiles.rename(finished, path(ref));
    return ref;
  }

  /** Keeps objects that another generation keeps; durable when this returns. */
  public void copyAll(List<ObjectRef> objects, ObjectFolder from) throws InftException {
    for (ObjectRef object : objects) {
      copy(object, from);
    }
  }

  private void copy(ObjectRef ref, ObjectFolder from) throws InftException {
    Path copy = unfinished(path(ref).getFileName().toString());
    try {
      Files.copy(from.path(ref), copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new LocalStorageException(copy, "write", e);
    }
    DurableFiles.force(copy);
    DurableFiles.rename(copy, path(ref));
  }

  /** Whether it lies here in its full length; less of it is as good as nothing. */
  public boolean has(ObjectRef ref) {
    File file = path(ref).toFile();
    return file.isFile() && file.length() == ref.sizeBytes();
  }

  /** A kept object as a file; the caller closes it. */
  public FileSource file(ObjectRef ref) throws InftException {
    return FileSource.open(path(ref));
  }

  /**
   * The bytes of an object that must lie here, whole and unchanged.
   *
   * @throws CorruptObjectException the disk has other bytes than were kept
   */
  public Blob kept(ObjectRef ref, Digest checksum) throws InftException {
    byte[] bytes = DurableFiles.read(path(ref), Math.toIntExact(ref.sizeBytes()));
    if (!Digest.sha256(bytes).equals(checksum)) {
      throw new CorruptObjectException(
          path(ref).toString(), 0, "its SHA-256 is not " + checksum + " as it was when kept");
    }
    return Blob.of(bytes);
  }

  /** The bytes of an object of at most 2 GiB; empty if they do not lie here as they were. */
  public Optional<byte[]> proven(ObjectRef ref) throws InftException {
    if (!has(ref)) {
      return Optional.empty();
    }
    byte[] bytes = DurableFiles.read(path(ref), Math.toIntExact(ref.sizeBytes()));
    boolean whole = bytes.length == ref.sizeBytes();
    return whole && MerkleRoot.of(ByteSource.of(bytes)).equals(ref.root())
        ? Optional.of(bytes)
        : Optional.empty();
  }

  /** The bytes of an object of at most 2 GiB from the store, whatever lies here. */
  public byte[] fetch(ObjectRef ref) throws InftException {
    return store.open(ref).readAll(Math.toIntExact(ref.sizeBytes()));
  }

  /** Deletes what is not needed any more. */
  public void retain(Set<ObjectRef> needed) throws InftException {
    List<Path> superfluous;
    Set<String> names =
        needed.stream()
            .map(ref -> path(ref).getFileName().toString())
            .collect(java.util.stream.Collectors.toSet());
    try (Stream<Path> files = Files.list(folder)) {
      superfluous =
          files
              .filter(file -> !names.contains(file.getFileName().toString()))
              .filter(file -> !file.getFileName().toString().endsWith(".part"))
              .toList();
    } catch (IOException e) {
      throw new LocalStorageException(folder, "list", e);
    }
    for (Path file : superfluous) {
      DurableFiles.deleteIfExists(file);
    }
  }

  /** Deletes what a process that was killed had begun. */
  public void forgetUnfinished() throws InftException {
    List<Path> unfinished;
    try (Stream<Path> files = Files.list(folder)) {
      unfinished = files.filter(ObjectFolder::isUnfinished).toList();
    } catch (IOException e) {
      throw new LocalStorageException(folder, "list", e);
    }
    for (Path file : unfinished) {
      DurableFiles.deleteIfExists(file);
    }
  }

  /** A name that counts ends with a size. */
  private static boolean isUnfinished(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".part") || name.endsWith(".new");
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    return has(object) ? new Local(path(object), object.sizeBytes()) : store.open(object);
  }

  @Override
  public ByteSource openUnproved(ObjectRef object) throws InftException {
    return has(object) ? open(object) : store.openUnproved(object);
  }

  @Override
  public ByteSource openScattered(ObjectRef object) throws InftException {
    return has(object) ? open(object) : store.openScattered(object);
  }

  @Override
  public byte[] readPart(ObjectRef object, long offset, int length, Digest sha256)
      throws InftException {
    return has(object)
        ? StoreReader.super.readPart(object, offset, length, sha256)
        : store.readPart(object, offset, length, sha256);
  }

  @Override
  public boolean contains(ObjectRef object) throws InftException {
    return has(object) || store.contains(object);
  }

  @Override
  public String describe() {
    return store.describe();
  }

  private Path path(ObjectRef ref) {
    return folder.resolve(ref.root().hex() + "-" + ref.sizeBytes());
  }

  /** Opens the file at each read, so that nobody has to close it. */
  private record Local(Path path, long sizeBytes) implements ByteSource {
    @Override
    public byte[] read(long offset, int length) throws InftException {
      try (FileSource file = FileSource.open(path)) {
        return file.read(offset, length);
      }
    }

    @Override
    public void read(long offset, byte[] target, int at, int length) throws InftException {
      try (FileSource file = FileSource.open(path)) {
        file.read(offset, target, at, length);
      }
    }
  }
}
