package io.inft.store.zerog;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.evm.Receipt;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.ReadOnlyException;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files of any size on 0G Storage, named by the roots of their fragments, as users of its other
 * clients name them. What does not fit one object is cut into fragments, up to ten of which are
 * registered in one transaction. Safe for many threads.
 */
public final class ZeroGFiles {
  /** As the other clients cut: 4 GiB. */
  public static final long FRAGMENT_BYTES = 4L << 30;

  private static final int FRAGMENTS_PER_TRANSACTION = 10;

  private final ZeroGStore store;

  public ZeroGFiles(ZeroGStore store) {
    this.store = store;
  }

  /**
   * What a node says about a file with a root.
   *
   * @param isFinalized the node has all of the file that it should have
   */
  public record Status(
      String node,
      String shard,
      long txSeq,
      long sizeBytes,
      boolean isFinalized,
      boolean isPruned,
      long uploadedSegments,
      long segments) {}

  /** Stores a file in fragments of the usual size. */
  public List<ObjectRef> put(ByteSource file, TransferListener listener) throws InftException {
    return put(file, FRAGMENT_BYTES, listener);
  }

  /**
   * Stores a file and returns its fragments in order. May be repeated after any failure; what is
   * stored or paid for already is not paid again.
   *
   * @param fragmentBytes a power of two, at least 256, at most {@link #FRAGMENT_BYTES}
   */
  public List<ObjectRef> put(ByteSource file, long fragmentBytes, TransferListener listener)
      throws InftException {
    boolean isPower = Long.bitCount(fragmentBytes) == 1;
    if (!isPower || fragmentBytes < ObjectLayout.CHUNK_BYTES || fragmentBytes > FRAGMENT_BYTES) {
      throw new IllegalArgumentException("a fragment is a power of two from 256 to 4 GiB");
    }
    long size = file.sizeBytes();
    if (size <= fragmentBytes) {
      return List.of(store.put(file, listener));
    }
    List<ByteSource> fragments = new ArrayList<>();
    for (long from = 0; from < size; from += fragmentBytes) {
      fragments.add(file.slice(from, Math.min(fragmentBytes, size - from)));
    }
    List<ObjectRef> refs = new ArrayList<>();
    long done = 0;
    for (int from = 0; from < fragments.size(); from += FRAGMENTS_PER_TRANSACTION) {
      int to = Math.min(fragments.size(), from + FRAGMENTS_PER_TRANSACTION);
      long before = done;
      refs.addAll(
          putGroup(
              fragments.subList(from, to),
              (now, ignored) -> listener.transferred(before + now, size)));
      done = fragments.subList(0, to).stream().mapToLong(ByteSource::sizeBytes).sum();
    }
    return List.copyOf(refs);
  }

  private List<ObjectRef> putGroup(List<ByteSource> fragments, TransferListener listener)
      throws InftException {
    List<ObjectTree> trees = new ArrayList<>();
    StringBuilder names = new StringBuilder();
    for (ByteSource fragment : fragments) {
      ObjectTree tree = ObjectTree.of(fragment);
      trees.add(tree);
      names.append(tree.ref()).append('\n');
    }
    Digest name = Digest.sha256(names.toString().getBytes(StandardCharsets.UTF_8));
    try {
      Batch batch = new Batch("0G files " + name, trees);
      batch.register();
      long done = 0;
      for (int i = 0; i < fragments.size(); i++) {
        long before = done;
        store.upload(
            fragments.get(i),
            trees.get(i),
            batch.registration(trees.get(i)),
            false,
            (now, ignored) -> listener.transferred(before + now, before + now));
        done += fragments.get(i).sizeBytes();
      }
      batch.forget();
    } catch (InftException e) {
      throw store.asStoreFailure("store " + fragments.size() + " fragments", e);
    }
    return trees.stream().map(ObjectTree::ref).toList();
  }

  /** The registration of several fragments in one transaction. */
  private final class Batch {
    private final String purpose;
    private final List<ObjectTree> trees;
    private final List<ObjectTree> missing = new ArrayList<>();
    private final FlowContract flow;
    private final TransactionSender sender;

    Batch(String purpose, List<ObjectTree> trees) throws InftException {
      this.purpose = purpose;
      this.trees = trees;
      this.flow = store.flow();
      TransactionSender payer = store.sender();
      if (payer == null) {
        throw new ReadOnlyException("0G Storage", "storing needs a signing key that pays");
      }
      this.sender = payer;
    }

    boolean isUnderWay() throws InftException {
      return !sender.hashes(purpose).isEmpty();
    }

    /** Submits what no node knows yet, all at once. */
    void register() throws InftException {
      if (isUnderWay()) {
        return;
      }
      for (ObjectTree tree : trees) {
        if (store.findAtWriters(tree).holders().isEmpty()
            && missing.stream().noneMatch(other -> other.ref().equals(tree.ref()))) {
          missing.add(tree);
        }
      }
      if (!missing.isEmpty()) {
        flow.submit(sender, purpose, missing);
      }
    }

    private Optional<Submission> in(Receipt receipt, ObjectTree tree) throws InftException {
      return flow.submissions(receipt).stream().filter(one -> one.isOf(tree)).findFirst();
    }

    void forget() throws InftException {
      sender.forget(purpose);
    }

    Registration registration(ObjectTree tree) {
      Registration alone = Registration.single(flow, sender, tree);
      return new Registration() {
        @Override
        public boolean isUnderWay() throws InftException {
          return Batch.this.isUnderWay() && (current().isPresent() || isLost());
        }

        /** The receipt is gone, perhaps by a reorganization: the batch must be waited for. */
        private boolean isLost() throws InftException {
          return sender.outcome(purpose).isEmpty();
        }

        @Override
        public Submission submit() throws InftException {
          if (!Batch.this.isUnderWay()) {
            return alone.submit();
          }
          List<ObjectTree> signed = missing.isEmpty() ? trees : missing;
          Optional<Submission> found = in(flow.await(sender, purpose, signed), tree);
          if (found.isEmpty()) {
            throw new OutcomeUnknownException(
                "storing fragment " + tree.ref(), "its transaction does not hold it", null);
          }
          return found.get();
        }

        @Override
        public Optional<Submission> current() throws InftException {
          Optional<Receipt> receipt = sender.outcome(purpose);
          return receipt.isPresent() ? in(receipt.get(), tree) : Optional.empty();
        }

        @Override
        public void forget() throws InftException {
          alone.forget(); // the batch is forgotten when all of its fragments are stored
        }
      };
    }
  }

  /**
   * Opens a file by the roots of its fragments, in order.
   *
   * @throws io.inft.failure.ObjectMissingException a root is known to no node
   */
  public ByteSource open(List<Digest> roots) throws InftException {
    List<ByteSource> fragments = new ArrayList<>();
    for (Digest root : roots) {
      fragments.add(store.openByRoot(root));
    }
    return fragments.size() == 1 ? fragments.get(0) : new Concatenation(fragments);
  }

  /**
   * What the nodes that know a root say about it: those that are trusted, those where the indexer
   * says that it is, and some of the strangers. Empty if none does.
   */
  public List<Status> info(Digest root) throws InftException {
    return store.findEverywhere(root).holders().stream()
        .map(
            holder ->
                new Status(
                    holder.node().describe(),
                    holder.node().shard().toString(),
                    holder.info().txSeq(),
                    holder.info().sizeBytes(),
                    holder.info().finalized(),
                    holder.info().pruned(),
                    holder.info().uploadedSegments(),
                    new ObjectLayout(holder.info().sizeBytes()).segments()))
        .toList();
  }

  private static final class Concatenation implements ByteSource {
    private final List<ByteSource> parts;
    private final long sizeBytes;

    Concatenation(List<ByteSource> parts) {
      this.parts = List.copyOf(parts);
      this.sizeBytes = parts.stream().mapToLong(ByteSource::sizeBytes).sum();
    }

    @Override
    public long sizeBytes() {
      return sizeBytes;
    }

    @Override
    public byte[] read(long offset, int length) throws InftException {
      if (offset < 0 || length < 0 || offset > sizeBytes - length) {
        throw new IllegalArgumentException("range outside the file");
      }
      byte[] result = new byte[length];
      long start = 0;
      for (ByteSource part : parts) {
        long from = Math.max(offset, start);
        long to = Math.min(offset + length, start + part.sizeBytes());
        if (from < to) {
          byte[] bytes = part.read(from - start, (int) (to - from));
          System.arraycopy(bytes, 0, result, (int) (from - offset), bytes.length);
        }
        start += part.sizeBytes();
      }
      return result;
    }
  }
}
