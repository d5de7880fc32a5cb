package io.inft.store.zerog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inft.bytes.Address;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.Meter;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.ReadOnlyException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.RenewableStore;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects on 0G Storage. Asks nothing of the network before it is used. What is written is
 * paid for once per object, however often a call is repeated after a failure or crash, as long as
 * the sender's journal survives. Safe for many threads.
 */
public final class ZeroGStore implements RenewableStore {
  /** A longer object is refused; {@link ZeroGFiles} cuts files into fragments. */
  public static final long MAX_OBJECT_BYTES = 4L << 30;

  private static final int LOCKS = 256;

  /** More than the packs of some versions. */
  private static final int SCATTERED = 64;

  /** Nodes asked at once; what is silent holds a thread for some seconds. */
  private static final int QUESTIONS = 32;

  private final ZeroGSettings settings;
  private final Chain chain;
  private final @Nullable TransactionSender sender;
  private final NodeNetwork network;
  private final Lookup lookup;
  private final Workers questions;
  private final Workers uploads;
  private final Workers downloads;
  private final ZeroGSource.SegmentCache cache;
  private final Renewing renewing;

  /** Objects of which parts are read: after the first one they need not be looked up again. */
  private final Cache<ObjectRef, ZeroGSource> scattered =
      Caffeine.newBuilder()
          .maximumSize(SCATTERED)
          .expireAfterWrite(Duration.ofMinutes(1))
          .executor(Runnable::run)
          .build();

  /** One upload of an object at a time, so that two threads do not both pay. */
  private final List<ReentrantLock> locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

  private ZeroGStore(ZeroGSettings settings, Chain chain, @Nullable TransactionSender sender) {
    this.settings = settings;
    this.chain = chain;
    this.sender = sender;
    this.questions = new Workers("inft-0g-ask", QUESTIONS);
    this.network = new NodeNetwork(settings, chain, questions);
    this.uploads = new Workers("inft-0g-upload", settings.parallelCalls());
    this.downloads = new Workers("inft-0g-download", settings.parallelCalls());
    this.lookup = new Lookup(network, chain, questions, settings.rpc());
    this.cache = new ZeroGSource.SegmentCache(settings.cacheBytes());
    this.renewing = new Renewing(this, network, settings, uploads, chain);
  }

  /** A store that reads, and writes what {@code sender} pays for. */
  public static ZeroGStore open(ZeroGSettings settings, Chain chain, TransactionSender sender) {
    return new ZeroGStore(settings, chain, sender);
  }

  /** A store that only reads: it has no key that could pay. */
  public static ZeroGStore readOnly(ZeroGSettings settings, Chain chain) {
    return new ZeroGStore(settings, chain, null);
  }

  @Override
  public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
    return put(object, false, listener);
  }

  @Override
  public ObjectRef putNew(ByteSource object, TransferListener listener) throws InftException {
    return put(object, true, listener);
  }

  private ObjectRef put(ByteSource object, boolean isNew, TransferListener listener)
      throws InftException {
    if (object.sizeBytes() < 1) {
      throw new IllegalArgumentException("an object has at least one byte");
    }
    if (object.sizeBytes() > MAX_OBJECT_BYTES) {
      throw new StoreRefusedException(
          describe(),
          "store " + object.sizeBytes() + " bytes",
          "one object has at most " + MAX_OBJECT_BYTES + " bytes; split it");
    }
    ObjectTree tree = ObjectTree.of(object);
    ReentrantLock lock = locks.get(Math.floorMod(tree.ref().hashCode(), LOCKS));
    lock.lock();
    try {
      upload(object, tree, Registration.single(flow(), sender, tree), isNew, listener);
      return tree.ref();
    } catch (InftException e) {
      throw asStoreFailure("store " + tree.ref(), e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What storing an object would cost.
   *
   * @param feeWei of the storage, exactly
   * @param gas of the submission, as the chain estimates it now
   * @param maxWei of fee and gas together, at most
   * @param balanceWei what the account has
   */
  public record Price(
      BigInteger feeWei, BigInteger gas, BigInteger maxWei, BigInteger balanceWei) {}

  /** Asks the chain what storing an object would cost now. Nothing is sent. */
  public Price price(ByteSource object) throws InftException {
    Address account =
        Optional.ofNullable(sender)
            .map(TransactionSender::account)
            .orElseThrow(() -> new ReadOnlyException(describe(), "there is no key that could pay"));
    try {
      ObjectTree tree = ObjectTree.of(object);
      FlowContract flow = flow();
      BigInteger fee = flow.feeWei(tree.layout());
      byte[] data = FlowContract.submitData(Submission.Content.of(tree), account);
      BigInteger gas =
          chain.estimateGas(account, Call.paying(flow.address(), fee, data), "submit a file");
      BigInteger most = fee.add(gas.multiply(chain.fees().maxWei()));
      return new Price(fee, gas, most, chain.balance(account));
    } catch (InftException e) {
      throw asStoreFailure("price " + object.sizeBytes() + " bytes", e);
    }
  }

  @Override
  public Map<ObjectRef, Paid> paid(Collection<ObjectRef> objects) throws InftException {
    try {
      return renewing.paid(objects);
    } catch (InftException e) {
      throw asStoreFailure("look up what was paid for", e);
    }
  }

  @Override
  public Renewal priceOfRenewal(Collection<ObjectRef> objects, Duration olderThan)
      throws InftException {
    try {
      return renewing.price(objects, olderThan);
    } catch (InftException e) {
      throw asStoreFailure("price a renewal of " + objects.size() + " objects", e);
    }
  }

  @Override
  public Renewal renew(Collection<ObjectRef> objects, Duration olderThan, TransferListener listener)
      throws InftException {
    TransactionSender payer = sender;
    if (payer == null) {
      throw new ReadOnlyException(describe(), "there is no key that could pay");
    }
    try {
      return renewing.renew(payer, objects, olderThan, listener);
    } catch (InftException e) {
      throw asStoreFailure("renew " + objects.size() + " objects", e);
    }
  }

  @Override
  public Payment priceOfStoring(ByteSource object) throws InftException {
    try {
      return renewing.price(Submission.Content.of(ObjectTree.of(object)));
    } catch (InftException e) {
      throw asStoreFailure("price " + object.sizeBytes() + " bytes", e);
    }
  }

  @Override
  public Payment storeAgain(ByteSource object) throws InftException {
    try (Meter meter = Meter.open()) {
      put(object, TransferListener.NONE);
      return meter.mined().values().stream()
          .map(cost -> new Payment(1, cost.valueWei(), cost.feeWei()))
          .reduce(Payment.NONE, Payment::and);
    }
  }

  /**
   * @param isNew nobody can have stored it before, so it is looked for nowhere
   */
  void upload(
      ByteSource object,
      ObjectTree tree,
      Registration registration,
      boolean isNew,
      TransferListener listener)
      throws InftException {
    new Upload(network, lookup, settings, uploads, registration, object, tree, listener).run(isNew);
  }

  @Override
  public ByteSource open(ObjectRef object) throws InftException {
    return open(object, ZeroGSource.AHEAD);
  }

  @Override
  public ByteSource openScattered(ObjectRef object) throws InftException {
    return scattered(object);
  }

  private ZeroGSource scattered(ObjectRef object) throws InftException {
    ZeroGSource known = scattered.getIfPresent(object);
    if (known != null) {
      return known;
    }
    ZeroGSource source = open(object, 0);
    scattered.put(object, source);
    return source;
  }

  @Override
  public byte[] readPart(ObjectRef object, long offset, int length, Digest sha256)
      throws InftException {
    if (length < 1) {
      throw new IllegalArgumentException("a part of " + length + " bytes");
    }
    return scattered(object).part(offset, length, sha256);
  }

  private ZeroGSource open(ObjectRef object, int ahead) throws InftException {
    try {
      Lookup.Found found = lookup.find(object.root(), OptionalLong.of(object.sizeBytes()));
      if (!found.holders().isEmpty()) {
        return source(object, found, ahead);
      }
      if (!found.otherSizes().isEmpty()) {
        throw new SubstitutedObjectException(
            "object " + object,
            object.sizeBytes() + " bytes",
            found.otherSizes().get(0) + " bytes");
      }
      if (!found.failures().isEmpty()) {
        throw found.unavailable(describe(), "look for " + object);
      }
      throw new ObjectMissingException(object.toString(), describe());
    } catch (InftException e) {
      throw asStoreFailure("open " + object, e);
    }
  }

  private ZeroGSource source(ObjectRef object, Lookup.Found found, int ahead) {
    return new ZeroGSource(
        describe(),
        object,
        found,
        known -> lookup.besides(known, object.root(), OptionalLong.of(object.sizeBytes())),
        cache,
        downloads.executor(),
        questions,
        ahead);
  }

  @Override
  public boolean contains(ObjectRef object) throws InftException {
    try {
      Lookup.Found found = lookup.find(object.root(), OptionalLong.of(object.sizeBytes()));
      if (found.isDurable()) {
        return true;
      }
      if (!found.failures().isEmpty()) {
        throw found.unavailable(describe(), "look for " + object);
      }
      return false;
    } catch (InftException e) {
      throw asStoreFailure("look for " + object, e);
    }
  }

  /** Opens a file of which only the root is known, as users of other clients name files. */
  ByteSource openByRoot(Digest root) throws InftException {
    Lookup.Found found = find(root, OptionalLong.empty());
    if (found.holders().isEmpty()) {
      throw new ObjectMissingException(root.toString(), describe());
    }
    FileInfo info = found.holders().get(0).info();
    ObjectRef ref = new ObjectRef(root, info.sizeBytes());
    return source(ref, found, ZeroGSource.AHEAD);
  }

  /** What the nodes know of a root, until enough of them do. */
  Lookup.Found find(Digest root, OptionalLong size) throws InftException {
    return found(root, () -> lookup.find(root, size));
  }

  /** What all nodes that are asked at all know of a root. */
  Lookup.Found findEverywhere(Digest root) throws InftException {
    return found(root, () -> lookup.everywhere(root, OptionalLong.empty()));
  }

  /** What the nodes that would be written to know of an object. */
  Lookup.Found findAtWriters(ObjectTree tree) throws InftException {
    return found(
        tree.root(),
        () -> lookup.at(network.forWriting(Set.of()), tree.root(), tree.layout().sizeBytes()));
  }

  @FunctionalInterface
  private interface Finding {
    Lookup.Found find() throws InftException;
  }

  private Lookup.Found found(Digest root, Finding finding) throws InftException {
    try {
      Lookup.Found found = finding.find();
      if (found.holders().isEmpty() && !found.failures().isEmpty()) {
        throw found.unavailable(describe(), "look for " + root);
      }
      return found;
    } catch (InftException e) {
      throw asStoreFailure("look for " + root, e);
    }
  }

  FlowContract flow() throws InftException {
    return network.contract();
  }

  @Nullable TransactionSender sender() {
    return sender;
  }

  /** Failures of the layers below in the words of the door; typed ones stay as they are. */
  InftException asStoreFailure(String action, InftException failure) {
    if (failure instanceof RpcUnavailableException || failure instanceof OutcomeUnknownException) {
      return new StoreUnavailableException(describe(), action, failure);
    }
    if (failure instanceof RpcErrorException) {
      StoreRefusedException refused =
          new StoreRefusedException(describe(), action, String.valueOf(failure.getMessage()));
      refused.addSuppressed(failure);
      return refused;
    }
    return failure;
  }

  @Override
  public String describe() {
    return network.describe();
  }

  @Override
  public void close() {
    uploads.close();
    downloads.close();
    questions.close();
  }
}
