package io.inft.proof;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.pack.state.Disclosure;
import io.inft.pack.state.StateTree;
import io.inft.proof.tables.RowSearch;
import io.inft.proof.tables.ShownBytes;
import io.inft.proof.tables.ShownDatabase;
import io.inft.proof.tables.ShownParts;
import io.inft.proof.tables.TableRow;
import java.util.List;
import java.util.Optional;

/**
 * Shows one row of a version, or that it has no such row, or no such table. What it says is worth
 * something only after {@link ProofCheck}. Immutable.
 *
 * @param sought the row
 * @param way how it is found; empty if there is no such table
 * @param stateNonce 16 bytes that hide the state root in the commit object
 * @param shown the parts of pages that one comes by on the way, and no others
 * @param commit the way from there to the root of the version
 * @param anchor what the registry recorded of the version
 * @param historyBefore the registry's running hash before this version
 * @param links the versions after it, without a gap; may be none
 */
public record RowProof(
    ProofContext context,
    RowSearch.Sought sought,
    Optional<RowSearch.Way> way,
    Blob stateNonce,
    Disclosure shown,
    CommitEvidence commit,
    AnchorFacts anchor,
    Digest historyBefore,
    List<HistoryLink> links)
    implements Proof {
  public RowProof {
    links = List.copyOf(links);
  }

  /**
   * The database as it was in a version.
   *
   * @param nonce of the version's manifest
   * @param tree over its pages
   * @param pages all of them
   */
  public record State(Blob nonce, StateTree tree, ShownBytes pages) {}

  /**
   * Makes a proof.
   *
   * @param entry number of the table's entry in the schema; empty to show that it has none
   * @param signed whether to show the whole commit object, so that its signature can be checked
   * @throws CorruptObjectException the database is not as SQLite makes it, or has no such table
   */
  public static RowProof of(
      ProofPlace place,
      CommitObject commit,
      State state,
      RowSearch.Sought sought,
      Optional<Long> entry,
      boolean signed)
      throws InftException {
    Optional<RowSearch.Way> way = Optional.empty();
    if (entry.isPresent()) {
      way = Optional.of(RowSearch.way(new ShownDatabase(state.pages()), sought, entry.get()));
    }
    ShownParts parts = ShownParts.of(state.pages());
    look(parts, sought, way);
    int pageSize = state.pages().pageSize();
    return new RowProof(
        place.context(),
        sought,
        way,
        state.nonce(),
        state.tree().disclose(parts.read(), page -> state.pages().bytes(page, 0, pageSize)),
        CommitEvidence.of(commit.toBytes(), signed),
        AnchorFacts.of(place.version()),
        place.historyBefore(),
        place.links());
  }

  private static Optional<TableRow> look(
      ShownParts parts, RowSearch.Sought sought, Optional<RowSearch.Way> way) throws InftException {
    ShownDatabase image = new ShownDatabase(parts);
    if (way.isPresent()) {
      return Optional.of(RowSearch.follow(image, sought, way.get()));
    }
    if (RowSearch.entry(image, sought.table()).isPresent()) {
      throw new CorruptObjectException("shown database", 0, "has such a table");
    }
    return Optional.empty();
  }

  /**
   * Reads the row out of what is shown; whether that is the version's is for others to know.
   *
   * @return empty if there is no such table
   * @throws CorruptObjectException the way leads elsewhere, or there is more than it comes by
   */
  public Optional<TableRow> read() throws InftException {
    ShownParts parts = ShownParts.of(shown);
    Optional<TableRow> row = look(parts, sought, way);
    if (!parts.read().equals(ShownParts.chunksOf(shown))) {
      throw new CorruptObjectException("shown database", 0, "has parts that nobody needs");
    }
    return row;
  }

  /** How many bytes of pages it shows. */
  public int shownBytes() {
    return shown.pages().stream().mapToInt(page -> page.chunks().size()).sum()
        * Disclosure.Chunk.BYTES;
  }

  @Override
  public byte[] toBytes() {
    return RowProofText.write(this);
  }
}
