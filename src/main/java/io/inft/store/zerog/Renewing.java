package io.inft.store.zerog;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.TransferListener;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.Receipt;
import io.inft.evm.TransactionSender;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.RevertedException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.store.RenewableStore.Outcome;
import io.inft.store.RenewableStore.Paid;
import io.inft.store.RenewableStore.Payment;
import io.inft.store.RenewableStore.Renewal;
import io.inft.store.RenewableStore.State;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Pays again for files that are on 0G Storage, by registering the same submission once more: nodes
 * take what they have over to it. What a node does not take over is read from 0G and sent. Safe for
 * many threads; one renewal at a time.
 */
final class Renewing {
  /** What the market's price is for where the network does not say how long it lasts. */
  static final Duration USUAL_LIFETIME = Duration.ofDays(365);

  /** Submissions in one transaction. */
  private static final int BATCH = 20;

  /** What a submission takes at most, where it cannot be estimated. */
  private static final long USUAL_GAS = 450_000;

  private static final int AT_ONCE = 64;

  private final ZeroGStore store;
  private final NodeNetwork network;
  private final ZeroGSettings settings;
  private final Workers workers;
  private final Chain chain;
  private final Payments payments;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Duration lifetime;

  Renewing(
      ZeroGStore store, NodeNetwork network, ZeroGSettings settings, Workers workers, Chain chain) {
    this.store = store;
    this.network = network;
    this.settings = settings;
    this.workers = workers;
    this.chain = chain;
    this.payments = new Payments(chain);
  }

  /** What there is to do: of each object what will become of it, and what must be paid for. */
  private record Plan(
      Map<ObjectRef, State> states,
      Map<ObjectRef, Submission> newest,
      List<Submission.Content> due) {}

  Map<ObjectRef, Paid> paid(Collection<ObjectRef> objects) throws InftException {
    Map<ObjectRef, Paid> paid = new LinkedHashMap<>();
    Map<ObjectRef, Submission> newest = newest(new LinkedHashSet<>(objects));
    for (Map.Entry<ObjectRef, Submission> one : newest.entrySet()) {
      paid.put(one.getKey(), paid(one.getValue()));
    }
    return paid;
  }

  private Paid paid(Submission submission) throws InftException {
    Instant at = payments.time(submission);
    return new Paid(at, at.plus(lifetime()));
  }

  private Duration lifetime() throws InftException {
    Duration known = lifetime;
    if (known == null) {
      known = network.contract().lifetime().orElse(USUAL_LIFETIME);
      lifetime = known;
    }
    return known;
  }

  /** The newest submissions of objects; nodes are asked where that takes more than the root. */
  private Map<ObjectRef, Submission> newest(Set<ObjectRef> objects) throws InftException {
    Map<ObjectRef, Digest> identities = new LinkedHashMap<>();
    List<ObjectRef> unclear = new ArrayList<>();
    for (ObjectRef object : objects) {
      Optional<Digest> identity = Submission.identity(object);
      if (identity.isPresent()) {
        identities.put(object, identity.get());
      } else {
        unclear.add(object);
      }
    }
    look(unclear)
        .forEach(
            (object, found) ->
                found.holders().stream()
                    .findFirst()
                    .ifPresent(
                        holder ->
                            identities.put(object, Submission.identity(holder.info().nodes()))));
    return payments.newest(network.contract(), identities);
  }

  /** What the nodes know of objects, several looked for at once. */
  private Map<ObjectRef, Lookup.Found> look(List<ObjectRef> objects) throws InftException {
    Map<ObjectRef, Lookup.Found> found = new ConcurrentHashMap<>();
    for (int from = 0; from < objects.size(); from += AT_ONCE) {
      List<Workers.Task> tasks = new ArrayList<>();
      for (ObjectRef object : objects.subList(from, Math.min(objects.size(), from + AT_ONCE))) {
        tasks.add(
            () ->
                found.put(object, store.find(object.root(), OptionalLong.of(object.sizeBytes()))));
      }
      workers.run(network.describe(), tasks);
    }
    return found;
  }

  private Plan plan(Collection<ObjectRef> objects, Duration olderThan) throws InftException {
    Map<ObjectRef, State> states = new LinkedHashMap<>();
    objects.forEach(object -> states.put(object, State.MISSING));
    Map<ObjectRef, Submission> newest = newest(states.keySet());
    Instant before = payments.now().minus(olderThan);
    List<ObjectRef> old = new ArrayList<>();
    for (ObjectRef object : List.copyOf(states.keySet())) {
      Submission paid = newest.get(object);
      if (paid == null || !payments.time(paid).isAfter(before)) {
        old.add(object);
      } else {
        states.put(object, State.RECENT);
      }
    }
    Map<ObjectRef, Lookup.Found> found = look(old);
    List<Submission.Content> due = new ArrayList<>();
    for (ObjectRef object : old) {
      Lookup.Found there = found.get(object);
      if (there != null && there.isDurable()) {
        FileInfo info = there.holders().get(0).info();
        due.add(new Submission.Content(info.sizeBytes(), info.nodes()));
        states.put(object, State.RENEWED);
      } else if (there != null && !there.failures().isEmpty()) {
        throw there.unavailable(network.describe(), "look for " + object);
      }
    }
    return new Plan(states, newest, due);
  }

  Renewal price(Collection<ObjectRef> objects, Duration olderThan) throws InftException {
    Plan plan = plan(objects, olderThan);
    FlowContract flow = network.contract();
    BigInteger storage = flow.feeWei(plan.due());
    BigInteger gas = BigInteger.ZERO;
    List<List<Submission.Content>> batches = batches(plan.due());
    for (List<Submission.Content> batch : batches) {
      gas = gas.add(gas(flow, batch));
    }
    BigInteger gasWei = gas.signum() == 0 ? BigInteger.ZERO : gas.multiply(chain.fees().maxWei());
    return renewal(plan, Map.of(), batches.size(), new Cost(storage, gasWei, 0));
  }

  /** What it costs to register a file that is stored anew. */
  Payment price(Submission.Content file) throws InftException {
    FlowContract flow = network.contract();
    BigInteger gas = gas(flow, List.of(file));
    return new Payment(1, flow.feeWei(List.of(file)), gas.multiply(chain.fees().maxWei()));
  }

  /** Estimated for our account, or what it usually is where that cannot pay. */
  private BigInteger gas(FlowContract flow, List<Submission.Content> batch) throws InftException {
    BigInteger usual = BigInteger.valueOf(USUAL_GAS).multiply(BigInteger.valueOf(batch.size()));
    TransactionSender payer = store.sender();
    if (payer == null) {
      return usual;
    }
    try {
      Call call = flow.submitting(batch, payer.account());
      return chain.estimateGas(payer.account(), call, "renew " + batch.size() + " files");
    } catch (RpcErrorException | RevertedException cannotPay) {
      return usual;
    }
  }

  private static List<List<Submission.Content>> batches(List<Submission.Content> due) {
    List<List<Submission.Content>> batches = new ArrayList<>();
    for (int from = 0; from < due.size(); from += BATCH) {
      batches.add(due.subList(from, Math.min(due.size(), from + BATCH)));
    }
    return batches;
  }

  /** What was paid and sent so far. */
  private record Cost(BigInteger storageWei, BigInteger gasWei, long sentBytes) {
    static final Cost NOTHING = new Cost(BigInteger.ZERO, BigInteger.ZERO, 0);

    Cost and(BigInteger moreStorageWei, BigInteger moreGasWei) {
      return new Cost(storageWei.add(moreStorageWei), gasWei.add(moreGasWei), sentBytes);
    }

    Cost sending(long bytes) {
      return new Cost(storageWei, gasWei, sentBytes + bytes);
    }
  }

  private Renewal renewal(Plan plan, Map<ObjectRef, Submission> made, int transactions, Cost cost)
      throws InftException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Map.Entry<ObjectRef, State> one : plan.states().entrySet()) {
      Submission newest = made.getOrDefault(one.getKey(), plan.newest().get(one.getKey()));
      Optional<Paid> paid = newest == null ? Optional.empty() : Optional.of(paid(newest));
      outcomes.add(new Outcome(one.getKey(), one.getValue(), paid));
    }
    return new Renewal(outcomes, transactions, cost.storageWei(), cost.gasWei(), cost.sentBytes());
  }

  Renewal renew(
      TransactionSender payer,
      Collection<ObjectRef> objects,
      Duration olderThan,
      TransferListener listener)
      throws InftException {
    lock.lock();
    try {
      network.forWriting(Set.of()); // nobody to keep the data: do not pay
      FlowContract flow = network.contract();
      String prefix = "0G renewal in " + flow.address() + " of ";
      Cost cost = Cost.NOTHING.sending(settle(flow, payer, prefix));
      Plan plan = plan(objects, olderThan);
      Advance advance = new Advance(plan.states().keySet(), listener);
      for (ObjectRef object : plan.states().keySet()) {
        Submission newest = plan.newest().get(object);
        if (plan.states().get(object) == State.RECENT && newest != null) {
          cost = cost.sending(ensureKept(newest, fixed(newest)));
          advance.passed(object);
        }
      }
      Map<ObjectRef, Submission> made = new HashMap<>();
      List<List<Submission.Content>> batches = batches(plan.due());
      for (List<Submission.Content> batch : batches) {
        String purpose = prefix + name(batch);
        Call call = flow.submitting(batch, payer.account());
        Receipt receipt = flow.register(payer, purpose, call, batch);
        cost = cost.and(call.valueWei(), receipt.feeWei());
        for (Submission submission : made(flow, receipt, batch)) {
          made.put(submission.content().ref(), submission);
          cost = cost.sending(ensureKept(submission, ofPurpose(flow, payer, purpose, submission)));
          advance.passed(submission.content().ref());
        }
        payer.forget(purpose);
      }
      return renewal(plan, made, batches.size(), cost);
    } finally {
      lock.unlock();
    }
  }

  private static List<Submission> made(
      FlowContract flow, Receipt receipt, List<Submission.Content> batch) throws InftException {
    List<Submission> made = flow.submissions(receipt);
    if (!made.stream().map(Submission::content).toList().equals(batch)) {
      throw new CorruptObjectException(
          "receipt of transaction " + receipt.transactionHash(),
          0,
          "its Submit events are not those of the objects renewed");
    }
    return made;
  }

  private static String name(List<Submission.Content> batch) {
    StringBuilder names = new StringBuilder();
    batch.forEach(file -> names.append(file.ref()).append('\n'));
    return Digest.sha256(names.toString().getBytes(StandardCharsets.UTF_8)).toString();
  }

  /**
   * Brings to an end what a process that died had sent: its payment then counts as recent, and is
   * not made twice.
   *
   * @return how much had to be sent
   */
  private long settle(FlowContract flow, TransactionSender payer, String prefix)
      throws InftException {
    long sent = 0;
    for (String purpose : payer.purposes(prefix)) {
      Optional<Receipt> receipt;
      try {
        receipt = payer.settle(purpose, "renew files");
      } catch (RevertedException e) {
        continue; // nothing was paid, so it is still due
      }
      if (receipt.isPresent()) {
        for (Submission made : flow.submissions(receipt.get())) {
          sent += ensureKept(made, ofPurpose(flow, payer, purpose, made));
        }
      }
      payer.forget(purpose);
    }
    return sent;
  }

  /**
   * Sees to it that the nodes have what a submission paid for.
   *
   * @return how much had to be sent
   */
  private long ensureKept(Submission submission, Registration registration) throws InftException {
    if (isKept(submission)) {
      return 0;
    }
    ObjectRef object = submission.content().ref();
    ByteSource source = store.open(object);
    ObjectTree tree = ObjectTree.of(source);
    store.upload(source, tree, registration, false, TransferListener.NONE);
    return object.sizeBytes();
  }

  /** A node takes over what it has before it says that it has read the block. */
  private boolean isKept(Submission submission) throws InftException {
    for (StorageNode node : network.forWriting(Set.of())) {
      Deadline deadline = new Deadline(settings);
      while (true) {
        try {
          boolean hasRead = node.status().syncedBlock() >= submission.blockNumber();
          Optional<FileInfo> info = node.fileInfo(submission.txSeq());
          boolean isOurs =
              info.isPresent()
                  && info.get().sizeBytes() == submission.sizeBytes()
                  && info.get().nodes().equals(submission.nodes());
          if (isOurs && info.get().finalized()) {
            break;
          }
          if (hasRead || deadline.isOver()) {
            return false;
          }
        } catch (RpcUnavailableException | RpcErrorException e) {
          return false; // sending to it says what is wrong, and goes to another
        }
        deadline.pause(network.describe());
      }
    }
    return true;
  }

  /** Of something that was mined long ago. */
  private static Registration fixed(Submission submission) {
    return new Registration() {
      @Override
      public boolean isUnderWay() {
        return true;
      }

      @Override
      public Submission submit() {
        return submission;
      }

      @Override
      public Optional<Submission> current() {
        return Optional.of(submission);
      }

      @Override
      public void forget() {}
    };
  }

  /** Of one of the files that a transaction of ours registered; a reorganization may move it. */
  private static Registration ofPurpose(
      FlowContract flow, TransactionSender payer, String purpose, Submission made) {
    return new Registration() {
      @Override
      public boolean isUnderWay() {
        return true;
      }

      @Override
      public Submission submit() throws InftException {
        Optional<Receipt> receipt = payer.settle(purpose, "renew files");
        Optional<Submission> now = receipt.isPresent() ? in(receipt.get()) : Optional.empty();
        return now.orElseThrow(
            () ->
                new OutcomeUnknownException(
                    "renewing " + made.content().ref(), "its transaction is gone", null));
      }

      @Override
      public Optional<Submission> current() throws InftException {
        Optional<Receipt> receipt = payer.outcome(purpose);
        return receipt.isPresent() ? in(receipt.get()) : Optional.empty();
      }

      private Optional<Submission> in(Receipt receipt) throws InftException {
        return flow.submissions(receipt).stream()
            .filter(one -> one.content().equals(made.content()))
            .findFirst();
      }

      @Override
      public void forget() {} // the batch is forgotten when all of it is kept
    };
  }

  /** How much of the objects is dealt with. */
  private static final class Advance {
    private final TransferListener listener;
    private final long total;
    private long done;

    Advance(Set<ObjectRef> objects, TransferListener listener) {
      this.listener = listener;
      this.total = objects.stream().mapToLong(ObjectRef::sizeBytes).sum();
    }

    void passed(ObjectRef object) {
      done += object.sizeBytes();
      listener.transferred(done, total);
    }
  }
}
