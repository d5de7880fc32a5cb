package io.inft.store.zerog;

import io.inft.bytes.Address;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.Log;
import io.inft.evm.Receipt;
import io.inft.evm.TransactionSender;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.GasLimitException;
import io.inft.failure.InftException;
import io.inft.failure.PriceLimitException;
import io.inft.failure.RevertedException;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.TokenAmount;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectTree;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The contract in which files are registered and paid for. Speaks the ABI in use since January 2026
 * and recognises the one before it. Safe for many threads.
 */
public final class FlowContract {
  private static final String SUBMIT = "submit(((uint256,bytes,(bytes32,uint256)[]),address))";
  private static final String BATCH_SUBMIT =
      "batchSubmit(((uint256,bytes,(bytes32,uint256)[]),address)[])";
  private static final String LEGACY_SUBMIT = "submit((uint256,bytes,(bytes32,uint256)[]))";

  /** What one submission may use at most; on the public network it is a third of a million. */
  private static final long MAX_GAS_PER_FILE = 2_000_000;

  /** Two to this power sectors of 256 bytes are a GiB. */
  private static final int SECTORS_PER_GIB_LOG = 22;

  private static final long DEEPEST_REORGANIZATION = 256;

  /** As the network counts: its prices are for months of 31 days. */
  private static final Duration MONTH = Duration.ofDays(31);

  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final Chain chain;
  private final Address flow;
  private final BigInteger maxPricePerSectorWei;

  public FlowContract(Chain chain, Address flow) {
    this(chain, flow, ZeroGSettings.MAX_PRICE_PER_SECTOR_WEI);
  }

  /**
   * @param maxPricePerSectorWei what is asked beyond it is not paid
   */
  public FlowContract(Chain chain, Address flow, BigInteger maxPricePerSectorWei) {
    this.chain = chain;
    this.flow = flow;
    this.maxPricePerSectorWei = maxPricePerSectorWei;
  }

  public Address address() {
    return flow;
  }

  /**
   * What registering an object costs now, read from the market and to be paid exactly.
   *
   * @throws PriceLimitException it is beyond the limit
   */
  public BigInteger feeWei(ObjectLayout layout) throws InftException {
    return pricePerSectorWei().multiply(BigInteger.valueOf(layout.paddedChunks()));
  }

  private Address market() throws InftException {
    return new AbiReader("market", chain.call(flow, AbiWriter.selector("market()")))
        .address("address");
  }

  private BigInteger pricePerSectorWei() throws InftException {
    Address market = market();
    BigInteger price =
        new AbiReader("price", chain.call(market, AbiWriter.selector("pricePerSector()")))
            .uint("wei");
    if (price.compareTo(maxPricePerSectorWei) > 0) {
      throw new PriceLimitException(
          "storage in Flow contract " + flow,
          perGib(maxPricePerSectorWei),
          perGib(price),
          "its market " + market + ", as " + chain.describe() + " shows it,",
          "maxStoragePrice");
    }
    return price;
  }

  /** What registering all of these costs now. */
  BigInteger feeWei(List<Submission.Content> files) throws InftException {
    long sectors = files.stream().mapToLong(file -> file.layout().paddedChunks()).sum();
    return pricePerSectorWei().multiply(BigInteger.valueOf(sectors));
  }

  /**
   * How long a payment lasts: so long the network's reward contract pays miners for it. Empty where
   * it does not say that, or says what cannot be.
   */
  Optional<Duration> lifetime() throws InftException {
    Address reward;
    try {
      reward =
          new AbiReader("reward", chain.call(market(), AbiWriter.selector("reward()")))
              .address("address");
    } catch (RevertedException | CorruptObjectException e) {
      return Optional.empty();
    }
    Optional<Duration> exact = number(reward, "releaseSeconds()").map(Duration::ofSeconds);
    return (exact.isPresent()
            ? exact
            : number(reward, "releaseMonths()").map(months -> MONTH.multipliedBy(months)))
        .filter(time -> time.compareTo(MONTH) >= 0 && time.compareTo(LONGEST) <= 0);
  }

  /** Empty if the contract has no such function, or its answer is beyond all times. */
  private Optional<Long> number(Address contract, String function) throws InftException {
    try {
      long number =
          new AbiReader("lifetime", chain.call(contract, AbiWriter.selector(function)))
              .uint63("number");
      return number <= LONGEST.toSeconds() ? Optional.of(number) : Optional.empty();
    } catch (RevertedException | CorruptObjectException e) {
      return Optional.empty();
    }
  }

  private static String perGib(BigInteger pricePerSectorWei) {
    return TokenAmount.text(pricePerSectorWei.shiftLeft(SECTORS_PER_GIB_LOG)) + " per GiB";
  }

  /** How many files were submitted so far: the number of the next one. */
  public long submissions() throws InftException {
    return new AbiReader("count", chain.call(flow, AbiWriter.selector("numSubmissions()")))
        .uint63("number");
  }

  /** Call data that registers one object. */
  static byte[] submitData(Submission.Content file, Address submitter) {
    return new AbiWriter().tuple(submission(file, submitter, new byte[0])).call(SUBMIT);
  }

  /** Call data that registers several objects, in order. */
  static byte[] batchSubmitData(List<Submission.Content> files, Address submitter) {
    List<AbiWriter> submissions =
        files.stream().map(file -> submission(file, submitter, new byte[0])).toList();
    return new AbiWriter().array(submissions).call(BATCH_SUBMIT);
  }

  static AbiWriter submission(Submission.Content file, Address submitter, byte[] tags) {
    return new AbiWriter().tuple(data(file, tags)).address(submitter);
  }

  private static AbiWriter data(Submission.Content file, byte[] tags) {
    List<AbiWriter> nodes =
        file.nodes().stream()
            .map(node -> new AbiWriter().bytes32(node.root()).uint(node.height()))
            .toList();
    return new AbiWriter().uint(file.sizeBytes()).bytes(tags).array(nodes);
  }

  /** What registers files, and is paid exactly. */
  Call submitting(List<Submission.Content> files, Address submitter) throws InftException {
    byte[] data =
        files.size() == 1 ? submitData(files.get(0), submitter) : batchSubmitData(files, submitter);
    return Call.paying(flow, feeWei(files), data);
  }

  /**
   * Registers objects in one transaction and returns their submissions in the same order. The same
   * purpose pays once, see {@link TransactionSender#send}.
   */
  List<Submission> submit(TransactionSender sender, String purpose, List<ObjectTree> trees)
      throws InftException {
    return submissions(await(sender, purpose, trees), trees);
  }

  /** As {@link #submit}, for whoever looks into the receipt himself. */
  Receipt await(TransactionSender sender, String purpose, List<ObjectTree> trees)
      throws InftException {
    List<Submission.Content> files = trees.stream().map(Submission.Content::of).toList();
    return register(sender, purpose, submitting(files, sender.account()), files);
  }

  /**
   * As {@link #await}, of files that need not be at hand.
   *
   * @param call as {@link #submitting} makes it of them
   */
  Receipt register(
      TransactionSender sender, String purpose, Call call, List<Submission.Content> files)
      throws InftException {
    String action = files.size() == 1 ? "submit a file" : "submit " + files.size() + " files";
    try {
      return sender.send(purpose, action, call, MAX_GAS_PER_FILE * files.size());
    } catch (GasLimitException e) {
      throw new StoreRefusedException(
          "Flow contract " + flow,
          action,
          chain.describe()
              + " estimates "
              + e.neededGas()
              + " gas, and at most "
              + e.limitGas()
              + " are ever spent on it; compare with another endpoint");
    } catch (RevertedException e) {
      throw new StoreRefusedException("Flow contract " + flow, action, explain(e, files.get(0)));
    }
  }

  /** All submissions a receipt holds, in order. */
  List<Submission> submissions(Receipt receipt) throws InftException {
    List<Submission> found = new ArrayList<>();
    for (Log log : receipt.logs()) {
      if (Submission.isOne(flow, log)) {
        found.add(Submission.of(log));
      }
    }
    return found;
  }

  /** The submissions a receipt holds, compared with what was to be registered. */
  List<Submission> submissions(Receipt receipt, List<ObjectTree> trees) throws InftException {
    List<Submission> found = submissions(receipt);
    boolean fits = found.size() == trees.size();
    for (int i = 0; fits && i < trees.size(); i++) {
      fits = found.get(i).isOf(trees.get(i));
    }
    if (!fits) {
      throw new CorruptObjectException(
          "receipt of transaction " + receipt.transactionHash(),
          0,
          "its Submit events are not those of the objects submitted");
    }
    return found;
  }

  private String explain(RevertedException reverted, Submission.Content file) throws InftException {
    String data = reverted.data();
    if (data.startsWith("0xf85c6482")) {
      return "the fee paid is not enough; the price was raised meanwhile, try again";
    }
    if (data.startsWith("0xd93c0665")) {
      return "the contract is paused by its administrators";
    }
    if (data.equals("0x") && speaksTheLegacyAbi(file)) {
      return "it is a Flow contract of before 2026 (legacy ABI, submit 0xef3e12dc), which this"
          + " client does not pay into";
    }
    return reverted.reason();
  }

  /** It answers the old selector with anything but a revert without data. */
  private boolean speaksTheLegacyAbi(Submission.Content file) throws InftException {
    byte[] legacy = new AbiWriter().tuple(data(file, new byte[0])).call(LEGACY_SUBMIT);
    try {
      chain.call(flow, legacy);
      return true;
    } catch (RevertedException e) {
      return !e.data().equals("0x");
    }
  }

  /**
   * Looks through all events for the newest submission of this content with this size. Only needed
   * when several files share a root, which happens to objects that end in zeros.
   */
  Optional<Submission> find(List<ObjectTree.Node> nodes, long sizeBytes) throws InftException {
    List<Log> logs =
        chain.logs(
            flow,
            Arrays.asList(Submission.TOPIC, null, Submission.identity(nodes)),
            firstBlock(),
            Long.MAX_VALUE);
    for (int i = logs.size() - 1; i >= 0; i--) {
      Submission submission = Submission.of(logs.get(i));
      if (submission.sizeBytes() == sizeBytes && submission.nodes().equals(nodes)) {
        return Optional.of(submission);
      }
    }
    return Optional.empty();
  }

  /**
   * Where the chain has a submission that a node remembers. A node may remember one that the chain
   * took back; only the last blocks are looked at, because no reorganization goes deeper.
   *
   * @return empty if the chain does not have it; another place if it moved
   */
  Optional<Submission.Place> confirmed(Submission.Place remembered, ObjectTree tree)
      throws InftException {
    if (remembered.txSeq() >= submissions()) {
      return Optional.empty();
    }
    long newest = chain.blockNumber();
    long from = Math.max(0, newest - DEEPEST_REORGANIZATION);
    boolean isAsRecent = false;
    Optional<Submission.Place> elsewhere = Optional.empty();
    for (Log log : chain.logs(flow, List.of(Submission.TOPIC), from, newest)) {
      Submission found = Submission.of(log);
      if (found.isOf(tree)) {
        elsewhere = Optional.of(found.place());
        if (found.txSeq() == remembered.txSeq()) {
          return elsewhere;
        }
      }
      isAsRecent |= found.txSeq() <= remembered.txSeq();
    }
    // An older one is not among them, and stays.
    return elsewhere.isPresent() || isAsRecent ? elsewhere : Optional.of(remembered);
  }

  long firstBlock() throws InftException {
    return new AbiReader("block", chain.call(flow, AbiWriter.selector("firstBlock()")))
        .uint63("first block");
  }
}
