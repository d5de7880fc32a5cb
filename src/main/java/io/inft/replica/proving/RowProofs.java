package io.inft.replica.proving;

import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.PastStateException;
import io.inft.pack.state.PageHasher;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import io.inft.proof.Proof;
import io.inft.proof.ProofPlace;
import io.inft.proof.RowProof;
import io.inft.proof.tables.RowSearch;
import io.inft.proof.tables.ShownBytes;
import io.inft.proof.tables.ShownDatabase;
import io.inft.proof.tables.TableDefinition;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.replica.local.Network;
import io.inft.replica.restore.Restore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/** Makes row proofs: what shows to somebody without keys that a version has a row, or has not. */
public final class RowProofs {
  /**
   * What is wanted.
   *
   * @param absentTable whether to show that there is no such table if there is none, which takes
   *     the names of all others
   * @param to lead on to this version's history hash; 0 for no further than the version itself
   * @param signed whether to show the whole commit object, so that its signature can be checked
   */
  public record Order(RowSearch.Sought sought, boolean absentTable, long to, boolean signed) {
    /** The shortest proof of a row. */
    public static Order of(RowSearch.Sought sought) {
      return new Order(sought, false, 0, false);
    }
  }

  private final DatabaseId id;
  private final Restore.Opened opened;
  private final ProofPlaces places;

  /**
   * @param opened the version
   */
  public RowProofs(Network network, DatabaseId id, Restore.Opened opened) {
    this.id = id;
    this.opened = opened;
    this.places = new ProofPlaces(network.registry(), id);
  }

  /**
   * Makes a proof, and judges it by what the registry says before it is handed out.
   *
   * @param database the version as it was restored
   * @throws PastStateException there is no such table, or it cannot be shown
   */
  public RowProof make(Path database, Order order) throws InftException {
    Manifest manifest = opened.tip().manifest();
    if (manifest.stateKey().kind() != StateRoot.CHUNKS) {
      throw refused(
          order, "it was begun with a state root of kind 1, which shows no less than whole pages");
    }
    if (manifest.pageCount() == 0) {
      throw refused(order, "version " + version() + " is from before the first table");
    }
    Head head = places.head();
    ProofPlace place = places.of(opened.anchored(), order.to(), head);
    try (FileChannel file = FileChannel.open(database)) {
      FilePages pages = new FilePages(file, manifest.pageSize(), manifest.pageCount(), database);
      Optional<RowSearch.TableEntry> entry = entry(pages, order);
      RowSearch.Sought asked = order.sought();
      StateTree tree = tree(pages, manifest);
      RowProof proof =
          RowProof.of(
              place,
              opened.tip().commit(),
              new RowProof.State(manifest.stateNonce(), tree, pages),
              new RowSearch.Sought(
                  entry.map(RowSearch.TableEntry::name).orElse(asked.table()),
                  asked.rowid(),
                  asked.key()),
              entry.map(RowSearch.TableEntry::number),
              order.signed());
      int bytes = proof.toBytes().length;
      if (bytes > Proof.MAX_BYTES) {
        throw refused(
            order, "it takes " + bytes + " bytes, a proof has at most " + Proof.MAX_BYTES);
      }
      places.requireProves(proof, place, "database");
      return proof;
    } catch (IOException e) {
      throw new LocalStorageException(database, "read", e);
    }
  }

  private long version() {
    return opened.anchored().version();
  }

  private PastStateException refused(Order order, String why) {
    return new PastStateException(
        "of '" + id + "' to prove a row of " + order.sought().table(), why);
  }

  /** The table's entry in the schema, if what is sought can be sought there. */
  private Optional<RowSearch.TableEntry> entry(FilePages pages, Order order) throws InftException {
    RowSearch.Sought sought = order.sought();
    if (!sought.isPossible()) {
      throw refused(order, "the schema does not name it");
    }
    Optional<RowSearch.TableEntry> entry =
        RowSearch.entry(new ShownDatabase(pages), sought.table());
    if (entry.isEmpty()) {
      if (order.absentTable()) {
        return Optional.empty();
      }
      throw refused(
          order,
          "version "
              + version()
              + " has no such table; to prove that takes the names of all tables, indexes, views"
              + " and triggers, and is done with --absent-table");
    }
    if (!entry.get().isTable()) {
      throw refused(order, "it is a view; its rows are those of other tables");
    }
    try {
      requireKey(order, RowSearch.definition(new ShownDatabase(pages), entry.get()));
    } catch (CorruptObjectException e) {
      throw refused(order, "the table cannot be read: " + e.reason());
    }
    return entry;
  }

  private void requireKey(Order order, TableDefinition table) throws PastStateException {
    int wanted = table.key().size();
    int given = order.sought().key().size();
    if (wanted != given) {
      String names =
          table.key().stream()
              .map(part -> table.columns().get(part.column()).name())
              .collect(Collectors.joining(", "));
      throw refused(
          order,
          wanted == 0
              ? "its rows are found by their numbers (--rowid)"
              : "it is WITHOUT ROWID: its rows are found by their key (--key), " + names);
    }
  }

  /** Made from the file, so that a wrong page shows before anything is said of it. */
  private StateTree tree(FilePages pages, Manifest manifest) throws InftException {
    StateTree tree = new StateTree(manifest.stateKey(), manifest.pageSize());
    tree.resize(manifest.pageCount());
    PageHasher hasher = tree.hasher();
    byte[] leaf = new byte[Digest.BYTES];
    for (long page = 1; page <= manifest.pageCount(); page++) {
      hasher.leaf(page, pages.bytes(page, 0, manifest.pageSize()), 0, leaf, 0);
      tree.set(page, leaf, 0);
    }
    if (!tree.root().equals(manifest.stateRoot())) {
      throw new CorruptObjectException(
          "restored database", 0, "of version " + version() + " has another state root");
    }
    return tree;
  }

  /** A database file. */
  private record FilePages(FileChannel file, int pageSize, long pageCount, Path path)
      implements ShownBytes {
    @Override
    public byte[] bytes(long page, int from, int length) throws InftException {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      try {
        while (bytes.hasRemaining()) {
          long at = (page - 1) * pageSize + from + bytes.position();
          if (file.read(bytes, at) < 0) {
            throw new EOFException("page " + page + " is not in the file");
          }
        }
      } catch (IOException e) {
        throw new LocalStorageException(path, "read", e);
      }
      return bytes.array();
    }
  }
}
