package io.inft.proof;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.commit.Manifest;
import io.inft.commit.SignedVersions;
import io.inft.failure.InftException;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import io.inft.proof.tables.RowSearch;
import io.inft.proof.tables.ShownBytes;
import io.inft.proof.tables.ShownDatabase;
import io.inft.proof.tables.ShownParts;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.RunningHashes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A database file as the second of three versions, and proofs of its rows; all but the file follows
 * from a seed.
 */
final class RowWorld {
  final DatabaseId id;
  final RowProof.State state;
  final MemoryPages pages;
  private final CommitObject commit;
  private final Digest historyBefore;
  private final List<Anchored> versions;

  /** A database in memory. */
  static final class MemoryPages implements ShownBytes {
    private final byte[] file;
    private final int pageSize;

    MemoryPages(byte[] file, int pageSize) {
      this.file = file;
      this.pageSize = pageSize;
    }

    @Override
    public int pageSize() {
      return pageSize;
    }

    @Override
    public long pageCount() {
      return file.length / pageSize;
    }

    @Override
    public byte[] bytes(long page, int from, int length) {
      int at = Math.toIntExact((page - 1) * pageSize + from);
      return Arrays.copyOfRange(file, at, at + length);
    }
  }

  RowWorld(long seed, Path database) throws Exception {
    this(seed, Files.readAllBytes(database));
  }

  RowWorld(long seed, byte[] file) throws Exception {
    int stored = (file[16] & 0xff) << 8 | (file[17] & 0xff);
    pages = new MemoryPages(file, stored == 1 ? 65536 : stored);
    Random random = new Random(seed);
    id = DatabaseId.parse("rows-" + seed);
    byte[] key = new byte[32];
    byte[] nonce = new byte[16];
    random.nextBytes(key);
    random.nextBytes(nonce);
    StateTree tree = new StateTree(new StateKey(StateRoot.CHUNKS, Blob.of(key)), pages.pageSize());
    tree.resize(pages.pageCount());
    for (long page = 1; page <= pages.pageCount(); page++) {
      tree.set(page, tree.leaf(page, pages.bytes(page, 0, pages.pageSize())));
    }
    state = new RowProof.State(Blob.of(nonce), tree, pages);
    Digest context =
        new ProofContext(ReceiptWorld.CHAIN, ReceiptWorld.REGISTRY, id.toString(), 1, Digest.ZERO)
            .digest();
    SignedVersions signed = new SignedVersions(context);
    Digest genesis =
        RunningHashes.genesis(
            ReceiptWorld.CHAIN, ReceiptWorld.REGISTRY, id, ReceiptWorld.AUTHOR.address());
    Anchored first =
        ReceiptWorld.anchored(signed.next(ReceiptWorld.AUTHOR, Digest.ZERO, 600), genesis);
    historyBefore = first.historyHash();
    commit =
        signed.next(
            ReceiptWorld.AUTHOR,
            Manifest.stateCommit(state.nonce(), tree.root()),
            Digest.ZERO,
            300 + random.nextInt(3000));
    Anchored second = ReceiptWorld.anchored(commit, historyBefore);
    Anchored third =
        ReceiptWorld.anchored(
            signed.next(ReceiptWorld.AUTHOR, Digest.ZERO, 700), second.historyHash());
    versions = List.of(first, second, third);
  }

  private ProofPlace place(boolean further) {
    return new ProofPlace(
        ReceiptWorld.CHAIN,
        ReceiptWorld.REGISTRY,
        id,
        historyBefore,
        versions.get(1),
        further ? versions.subList(2, 3) : List.of());
  }

  /** The number of a table's entry in the schema. */
  Optional<Long> entry(String table) throws InftException {
    return RowSearch.entry(new ShownDatabase(pages), table).map(RowSearch.TableEntry::number);
  }

  RowProof proof(RowSearch.Sought sought) throws InftException {
    return proof(sought, false, false);
  }

  RowProof proof(RowSearch.Sought sought, boolean further, boolean signed) throws InftException {
    return RowProof.of(place(further), commit, state, sought, entry(sought.table()), signed);
  }

  /**
   * What somebody would hand out who has the keys and means harm: any way, and whatever somebody
   * who goes it asks for.
   */
  RowProof forged(RowSearch.Sought sought, Optional<RowSearch.Way> way) throws InftException {
    ShownParts parts = ShownParts.of(pages);
    try {
      ShownDatabase image = new ShownDatabase(parts);
      if (way.isPresent()) {
        RowSearch.follow(image, sought, way.get());
      } else {
        RowSearch.entry(image, sought.table());
      }
    } catch (InftException e) {
      // as far as it went
    }
    RowProof genuine =
        new RowProof(
            place(false).context(),
            sought,
            way,
            state.nonce(),
            state.tree().disclose(parts.read(), page -> pages.bytes(page, 0, pages.pageSize())),
            CommitEvidence.of(commit.toBytes(), false),
            AnchorFacts.of(versions.get(1)),
            historyBefore,
            List.of());
    return genuine;
  }

  ProofPin pin() throws Exception {
    return ProofPin.parse("pin", recorded(1).toString());
  }

  /** The registry's word on a version, counted from 0. */
  ProofPin recorded(int version) {
    return ProofPin.recorded(ReceiptWorld.CHAIN, ReceiptWorld.REGISTRY, id, versions.get(version));
  }

  ProofReport check(RowProof proof) throws Exception {
    return ProofCheck.check(proof.toBytes(), pin());
  }
}
