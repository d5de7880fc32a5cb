package io.inft.custody;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.Scratch;
import io.inft.commit.CommitObject;
import io.inft.commit.Manifest;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.pack.PackReader;
import io.inft.pack.state.StateTree;
import io.inft.seal.DataKey;
import io.inft.seal.ObjectLabel;
import io.inft.seal.Seal;
import io.inft.seal.SealedType;
import io.inft.sqlite.IntegrityCheck;
import io.inft.sqlite.IntegrityReport;
import io.inft.sqlite.StepLimit;
import io.inft.vectors.VectorFunctions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.JDBC;

/**
 * Step 6 for the pages: lays the restore set of one version on an empty file, computes the state
 * root again, and lets SQLite check the file. Written apart from the driver's own restore on
 * purpose. The file is gone afterwards.
 */
final class Rebuild {
  private final Fetch fetch;
  private final EpochKeys keys;
  private final Digest context;
  private final Path scratch;
  private final Findings findings;

  Rebuild(Fetch fetch, EpochKeys keys, Digest context, Path scratch, Findings findings) {
    this.fetch = fetch;
    this.keys = keys;
    this.context = context;
    this.scratch = scratch;
    this.findings = findings;
  }

  /**
   * Rebuilds a version.
   *
   * @return whether it was rebuilt to the state that was signed
   */
  boolean check(CommitObject commit, Manifest manifest) {
    try (Scratch own = Scratch.in(scratch, "verify")) {
      return rebuilt(own.make("database.sqlite"), commit, manifest);
    } catch (IOException | LocalStorageException e) {
      findings.add(Code.SCRATCH_UNUSABLE, 0, scratch + ": " + e);
      return false;
    }
  }

  private boolean rebuilt(Path file, CommitObject commit, Manifest manifest) throws IOException {
    long version = commit.body().version();
    StateTree tree = new StateTree(manifest.stateKey(), manifest.pageSize());
    try (FileChannel pages =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (PackEntry entry : commit.body().restoreSet()) {
        Optional<DataKey> key = keys.of(entry.epoch());
        if (key.isEmpty()) {
          findings.add(
              Code.KEY_UNREACHABLE,
              Severity.UNDETERMINED,
              version,
              "a pack is sealed with the key of epoch " + entry.epoch());
          return false;
        }
        lay(commit, entry, key.get(), manifest, tree, pages);
      }
      if (tree.pageCount() < manifest.pageCount()) {
        findings.add(
            Code.STATE_MISMATCH,
            version,
            "the manifest says "
                + manifest.pageCount()
                + " pages, the packs bring at most "
                + tree.pageCount());
        return false;
      }
      long size = manifest.pageCount() * manifest.pageSize();
      pages.truncate(size);
      if (pages.size() < size) {
        pages.write(ByteBuffer.wrap(new byte[1]), size - 1);
      }
    } catch (ScratchException e) {
      throw e.why;
    } catch (InftException | IllegalArgumentException e) {
      Code code = e instanceof InftException typed ? Failures.ofObject(typed) : Code.MALFORMED;
      findings.add(code, version, "rebuilding: " + e.getMessage());
      return false;
    }
    Digest root = tree.root();
    if (!root.equals(manifest.stateRoot())) {
      findings.add(
          Code.STATE_MISMATCH,
          version,
          "the packs rebuild the state " + root + ", signed was " + manifest.stateRoot());
      return false;
    }
    askSqlite(file, version, manifest);
    return true;
  }

  private void lay(
      CommitObject commit,
      PackEntry entry,
      DataKey key,
      Manifest manifest,
      StateTree tree,
      FileChannel pages)
      throws InftException, IOException {
    SealedType type = SealedType.of(entry.type().code());
    ObjectLabel label =
        new ObjectLabel(context, entry.producedBy(), entry.epoch(), type, entry.index());
    ByteSource sealed =
        fetch.sealed(commit, entry.producedBy(), entry.location(), entry.sizeBytes());
    PackReader pack = PackReader.open(Seal.open(key, label, sealed), manifest.stateKey());
    if (pack.header().pageSize() != manifest.pageSize()
        || pack.header().kind() != entry.type()
        || pack.header().fromVersion() != entry.fromVersion()
        || pack.header().toVersion() != entry.toVersion()) {
      throw new io.inft.failure.CorruptObjectException(
          "page pack", 0, "is " + pack.header() + ", listed as " + entry);
    }
    // A page count is a claim: the tree grows with what packs bring, and the lock page.
    long most = Math.min(StateTree.MAX_PAGES, tree.pageCount() + pack.pages() + 1);
    tree.resize(Math.max(tree.pageCount(), Math.min(most, manifest.pageCount())));
    for (int block = 0; block < pack.blocks(); block++) {
      pack.block(
          block,
          number -> read(pages, number, manifest.pageSize()),
          (page, content) -> {
            // Later packs may build on a page that a still later one cuts off.
            write(pages, (page.pageNumber() - 1) * manifest.pageSize(), content);
            if (page.pageNumber() <= manifest.pageCount()) {
              tree.set(page.pageNumber(), tree.leaf(page.pageNumber(), content));
            }
          });
    }
  }

  /** Carries a failure of the scratch file through the pack reader. */
  private static final class ScratchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final IOException why;

    private ScratchException(IOException why) {
      super(why);
      this.why = why;
    }
  }

  private static byte[] read(FileChannel pages, long number, int pageSize) {
    ByteBuffer page = ByteBuffer.allocate(pageSize);
    long at = (number - 1) * pageSize;
    try {
      while (page.hasRemaining() && pages.read(page, at + page.position()) >= 0) {
        // beyond the end there are zeros
      }
    } catch (IOException e) {
      throw new ScratchException(e);
    }
    return page.array();
  }

  private static void write(FileChannel pages, long at, byte[] content) {
    ByteBuffer page = ByteBuffer.wrap(content);
    try {
      while (page.hasRemaining()) {
        pages.write(page, at + page.position());
      }
    } catch (IOException e) {
      throw new ScratchException(e);
    }
  }

  /**
   * Whether the author published a sound database. Rows against a constraint and the like are the
   * application's affair, and what SQLite lacks here is no damage: both are warnings.
   */
  private void askSqlite(Path file, long version, Manifest manifest) {
    if (manifest.pageCount() == 0) {
      return;
    }
    // Not read-only: SQLite does not even read the CHECK constraints of a database it cannot write.
    try (Connection connection =
        new JDBC().connect("jdbc:sqlite:" + file.toAbsolutePath(), new Properties())) {
      VectorFunctions.register(connection, VectorFunctions.Failures.UNTOLD);
      IntegrityReport report;
      try (StepLimit limit = StepLimit.on(connection)) {
        report = IntegrityCheck.of(connection, limit);
      }
      if (!report.isPublishable()) {
        findings.add(Code.DB_CORRUPT, version, report.damage());
      } else if (!report.warnings().isEmpty()) {
        findings.add(Code.DB_QUESTIONABLE, version, String.join("; ", report.warnings()));
      }
    } catch (SQLException e) {
      findings.add(
          IntegrityCheck.isDamage(e) ? Code.DB_CORRUPT : Code.SCRATCH_UNUSABLE,
          version,
          String.valueOf(e.getMessage()));
    }
  }
}
