package io.inft.devnet;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.store.merkle.MerkleProof;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The segments a development node keeps, each with the proof it came with, one file a segment. Not
 * synced: a development node may lose what was written just before the power went.
 */
final class Segments {
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final int MAX_PROOF_LENGTH = 64;

  private final Path folder;

  Segments(Path folder) throws LocalStorageException {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new LocalStorageException(folder, "create", e);
    }
  }

  /** Whole chunks and the proof of their place. */
  static final class Kept {
    private final byte[] bytes;
    private final MerkleProof proof;

    Kept(byte[] bytes, MerkleProof proof) {
      this.bytes = bytes;
      this.proof = proof;
    }

    byte[] bytes() {
      return bytes;
    }

    MerkleProof proof() {
      return proof;
    }
  }

  private Path of(long txSeq, Digest root) {
    return folder.resolve(txSeq + "-" + root.hex());
  }

  void keep(long txSeq, Digest root, int index, Kept kept) throws LocalStorageException {
    ByteWriter file = new ByteWriter(kept.bytes().length + 2048);
    file.u16(kept.proof().lemma().size());
    kept.proof().lemma().forEach(file::digest);
    file.u16(kept.proof().path().size());
    kept.proof().path().forEach(isLeft -> file.u8(isLeft ? 1 : 0));
    file.bytes32(kept.bytes());
    Path target = of(txSeq, root).resolve(String.valueOf(index));
    try {
      Files.createDirectories(of(txSeq, root));
      Path temporary = folder.resolve(UUID.randomUUID() + ".tmp");
      Files.write(temporary, file.toBytes());
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LocalStorageException(target, "write", e);
    }
  }

  Optional<Kept> get(long txSeq, Digest root, int index) throws InftException {
    Path path = of(txSeq, root).resolve(String.valueOf(index));
    byte[] content;
    try {
      content = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LocalStorageException(path, "read", e);
    }
    return Optional.of(decode(content));
  }

  private static Kept decode(byte[] content) throws CorruptObjectException {
    ByteReader reader = new ByteReader("kept segment", content);
    int lemmas = Math.min(MAX_PROOF_LENGTH, reader.u16("lemma length"));
    List<Digest> lemma = new ArrayList<>(lemmas);
    for (int i = 0; i < lemmas; i++) {
      lemma.add(reader.digest("lemma"));
    }
    int levels = Math.min(MAX_PROOF_LENGTH, reader.u16("path length"));
    List<Boolean> path = new ArrayList<>(levels);
    for (int i = 0; i < levels; i++) {
      path.add(reader.u8("path") == 1);
    }
    byte[] bytes = reader.bytes32("data", MAX_FILE_BYTES);
    reader.end();
    return new Kept(bytes, new MerkleProof(lemma, path));
  }

  /** Deletes what there is of a file. */
  void drop(long txSeq, Digest root) throws LocalStorageException {
    Path path = of(txSeq, root);
    for (int index : kept(txSeq, root).stream().toArray()) {
      try {
        Files.deleteIfExists(path.resolve(String.valueOf(index)));
      } catch (IOException e) {
        throw new LocalStorageException(path, "delete", e);
      }
    }
  }

  /** Which segments of a file are there. */
  BitSet kept(long txSeq, Digest root) throws LocalStorageException {
    BitSet kept = new BitSet();
    Path path = of(txSeq, root);
    if (Files.isDirectory(path)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
        for (Path file : files) {
          kept.set(Integer.parseInt(String.valueOf(file.getFileName())));
        }
      } catch (IOException e) {
        throw new LocalStorageException(path, "list", e);
      }
    }
    return kept;
  }
}
