package io.inft.cli.proof;

import io.inft.bytes.DurableFiles;
import io.inft.bytes.Scratch;
import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.proof.ProofContext;
import io.inft.proof.ProofPin;
import io.inft.registry.DatabaseId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Where a proof is written, and what goes with it by another way. */
final class ProofFile {
  private ProofFile() {}

  /** What whoever gets the proof must know by another way. */
  static String pin(ProofContext context) throws InftException {
    return new ProofPin(
            context.chainId(),
            context.registry(),
            DatabaseId.parse(context.id()),
            context.version(),
            Optional.of(context.root()),
            Optional.empty())
        .toString();
  }

  /** It appears whole or not at all. */
  static void write(Path target, byte[] bytes) throws InftException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new ForeignFileException(target.toString(), "it must lie in a folder that is there");
    }
    if (Files.isDirectory(target)) {
      throw new ForeignFileException(target.toString(), "it is a folder");
    }
    try (Scratch scratch = Scratch.in(folder, "proof")) {
      Path part = scratch.folder().resolve("part");
      Files.write(part, bytes);
      DurableFiles.force(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      DurableFiles.forceFolder(folder);
    } catch (IOException e) {
      throw new LocalStorageException(target, "write", e);
    }
  }
}
