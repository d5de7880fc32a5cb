package io.inft.evm;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.UnixTime;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.PriceLimitException;
import io.inft.failure.RevertedException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.TokenAmount;
import io.inft.failure.WrongChainException;
import io.inft.rpc.JsonFields;
import io.inft.rpc.JsonRpc;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads an EVM chain. Safe for many threads. Nothing is asked before the first use. */
public final class Chain {
  /** Which block to read the state of. */
  public static final String LATEST = "latest";

  public static final String FINALIZED = "finalized";

  private static final int MAX_LOGS = 100_000;
  private static final int MAX_TOPICS = 4;
  private static final long MAX_BLOCK = (1L << 48) - 1;
  private static final long FIRST_WINDOW_BLOCKS = 5_000;

  private final JsonRpc rpc;
  private final ChainSettings settings;
  private final LogSource logSource;
  private volatile long chainId = -1;

  public Chain(JsonRpc rpc, ChainSettings settings) {
    this(rpc, settings, List.of());
  }

  /**
   * @param sockets WebSockets of endpoints that tell of new events; nothing else is asked of them
   */
  public Chain(JsonRpc rpc, ChainSettings settings, List<URI> sockets) {
    this.rpc = rpc;
    this.settings = settings;
    this.logSource = new LogSource(this, rpc, sockets);
  }

  /** How new events are told of, for those that can do with hints. */
  public LogSource logSource() {
    return logSource;
  }

  public ChainSettings settings() {
    return settings;
  }

  /** Whether only this machine, or its own network, can reach it. */
  public boolean isPrivate() {
    return rpc.isPrivate();
  }

  /** The endpoint without keys, for messages. */
  public String describe() {
    return rpc.describe();
  }

  /**
   * Asks once.
   *
   * @throws WrongChainException if it is not the expected one
   */
  public long chainId() throws InftException {
    long known = chainId;
    if (known < 0) {
      known = JsonFields.quantityLong("chain id", rpc.call("eth_chainId"));
      if (settings.expectedChainId().isPresent() && settings.expectedChainId().get() != known) {
        throw new WrongChainException(
            rpc.describe(), "chain id " + settings.expectedChainId().get(), "chain id " + known);
      }
      chainId = known;
    }
    return known;
  }

  public long blockNumber() throws InftException {
    long number = JsonFields.quantityLong("block number", rpc.call("eth_blockNumber"));
    if (number > MAX_BLOCK) {
      throw new CorruptObjectException("block number", 0, "is above 2^48-1");
    }
    return number;
  }

  /** The header of a block, by number or by one of the names above; empty if there is none. */
  public Optional<BlockHeader> block(String numberOrName) throws InftException {
    JsonNode found = rpc.call("eth_getBlockByNumber", numberOrName, false);
    if (found.isNull()) {
      return Optional.empty();
    }
    JsonFields fields = new JsonFields("block", found);
    return Optional.of(
        new BlockHeader(
            fields.quantityLong("number"),
            fields.digest("hash"),
            fields.digest("parentHash"),
            UnixTime.instant(fields.quantityLong("timestamp")),
            found.hasNonNull("baseFeePerGas")
                ? Optional.of(fields.quantity("baseFeePerGas"))
                : Optional.empty()));
  }

  public Optional<BlockHeader> block(long number) throws InftException {
    return block(hex(number));
  }

  public BigInteger balance(Address account) throws InftException {
    return JsonFields.quantity("balance", rpc.call("eth_getBalance", account.toString(), LATEST));
  }

  /** How many transactions of the account are mined: its next nonce when nothing is pending. */
  public long minedNonce(Address account) throws InftException {
    return nonce(account, LATEST);
  }

  /** As {@link #minedNonce}, with those that wait in the endpoint's pool. */
  public long pendingNonce(Address account) throws InftException {
    return nonce(account, "pending");
  }

  private long nonce(Address account, String block) throws InftException {
    return JsonFields.quantityLong(
        "nonce", rpc.call("eth_getTransactionCount", account.toString(), block));
  }

  public boolean hasCode(Address account) throws InftException {
    return codeHash(account).isPresent();
  }

  /** Keccak-256 of a contract's code; empty where there is none. */
  public Optional<Digest> codeHash(Address account) throws InftException {
    Blob code = JsonFields.hex("code", rpc.call("eth_getCode", account.toString(), LATEST));
    return code.isEmpty() ? Optional.empty() : Optional.of(Digest.keccak256(code.toBytes()));
  }

  /** Runs a call on the newest state. */
  public Blob call(Address to, byte[] data) throws InftException {
    return call(to, data, LATEST);
  }

  /**
   * Runs a call on the state of a block.
   *
   * @param block a block number in hex or one of the names above
   * @throws RevertedException the contract refused
   */
  public Blob call(Address to, byte[] data, String block) throws InftException {
    return call(null, Call.of(to, data), block);
  }

  Blob call(@Nullable Address from, Call call, String block) throws InftException {
    try {
      return JsonFields.hex("call result", rpc.call("eth_call", request(from, call), block));
    } catch (RpcErrorException e) {
      throw orReverted(e, "answer a call");
    }
  }

  /**
   * Runs what an account would send, on the newest state and with no more than this gas.
   *
   * @throws RevertedException the contract refused
   */
  public Blob call(Address from, Call call, long gas) throws InftException {
    Map<String, String> request = request(from, call);
    request.put("gas", hex(gas));
    try {
      return JsonFields.hex("call result", rpc.call("eth_call", request, LATEST));
    } catch (RpcErrorException e) {
      throw orReverted(e, "answer a call");
    }
  }

  /** Gas that all transactions of a block may use together, as the newest block says. */
  public long blockGasLimit() throws InftException {
    JsonNode block = rpc.call("eth_getBlockByNumber", LATEST, false);
    BigInteger limit = new JsonFields("block", block).quantity("gasLimit"); // of some: no bound
    return limit.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
  }

  /** Gas a transaction would need now. */
  public BigInteger estimateGas(Address from, Call call, String action) throws InftException {
    try {
      return JsonFields.quantity("gas estimate", rpc.call("eth_estimateGas", request(from, call)));
    } catch (RpcErrorException e) {
      throw orReverted(e, action);
    }
  }

  private static Map<String, String> request(@Nullable Address from, Call call) {
    Map<String, String> request = new LinkedHashMap<>();
    if (from != null) {
      request.put("from", from.toString());
    }
    call.to().ifPresent(to -> request.put("to", to.toString()));
    if (call.valueWei().signum() > 0) {
      request.put("value", "0x" + call.valueWei().toString(16));
    }
    // Geth before 1.12 knows only "data", so both clients and servers accept that name.
    request.put("data", "0x" + HexFormat.of().formatHex(call.data().toBytes()));
    return request;
  }

  /** Tells a revert from other errors by its data (or code 3), never by its text alone. */
  private static InftException orReverted(RpcErrorException error, String action) {
    Revert revert = revertOf(error);
    return revert == null
        ? error
        : new RevertedException(
            action, revert.describe(), "0x" + HexFormat.of().formatHex(revert.data().toBytes()));
  }

  private static @Nullable Revert revertOf(RpcErrorException error) {
    String data = error.data();
    if (data != null && data.matches("0x([0-9a-fA-F]{2})*")) {
      return new Revert(Blob.of(HexFormat.of().parseHex(data, 2, data.length())));
    }
    boolean saysSo = error.code() == 3 || error.reason().contains("revert");
    return saysSo ? new Revert(Blob.EMPTY) : null;
  }

  /** What became of a transaction; empty while it is not mined. */
  public Optional<Receipt> receipt(Digest transactionHash) throws InftException {
    JsonNode found = rpc.call("eth_getTransactionReceipt", transactionHash.toString());
    if (found.isNull()) {
      return Optional.empty();
    }
    JsonFields fields = new JsonFields("receipt", found);
    Digest hash = fields.digest("transactionHash");
    if (!hash.equals(transactionHash)) {
      throw fields.corrupt("transactionHash", "is not the one asked for");
    }
    BigInteger gasUsed = fields.quantity("gasUsed");
    BigInteger price =
        found.hasNonNull("effectiveGasPrice")
            ? fields.quantity("effectiveGasPrice")
            : BigInteger.ZERO;
    return Optional.of(
        new Receipt(
            hash,
            fields.digest("blockHash"),
            fields.quantityLong("blockNumber"),
            fields.quantity("status").equals(BigInteger.ONE),
            logs(fields.array("logs", MAX_LOGS)),
            found.hasNonNull("contractAddress")
                ? Optional.of(fields.address("contractAddress"))
                : Optional.empty(),
            gasUsed,
            gasUsed.multiply(price)));
  }

  /** Whether the endpoint knows a transaction, mined or waiting. */
  public boolean knows(Digest transactionHash) throws InftException {
    return !rpc.call("eth_getTransactionByHash", transactionHash.toString()).isNull();
  }

  /**
   * What the transactions of a block call with, in their order; empty if there is no such block in
   * the chain.
   */
  public Optional<List<Blob>> callData(Digest blockHash) throws InftException {
    JsonNode found = rpc.call("eth_getBlockByHash", blockHash.toString(), true);
    if (found.isNull()) {
      return Optional.empty();
    }
    List<Blob> calls = new ArrayList<>();
    for (JsonNode node : new JsonFields("block", found).array("transactions", MAX_LOGS)) {
      calls.add(new JsonFields("transaction", node).hex("input"));
    }
    return Optional.of(calls);
  }

  /** Hands a signed transaction to the network. Handing it in twice is harmless. */
  void broadcast(Blob raw) throws InftException {
    rpc.call("eth_sendRawTransaction", "0x" + HexFormat.of().formatHex(raw.toBytes()));
  }

  /**
   * Events of a contract in a range of blocks, read in windows that shrink when the endpoint
   * refuses one.
   *
   * @param topics topic by position; null matches anything
   * @param fromBlock first block
   * @param toBlock last block; blocks that do not exist yet are left out
   */
  public List<Log> logs(
      Address address, List<@Nullable Digest> topics, long fromBlock, long toBlock)
      throws InftException {
    long last = Math.min(toBlock, blockNumber());
    List<Log> found = new ArrayList<>();
    long window = FIRST_WINDOW_BLOCKS;
    long from = fromBlock;
    while (from <= last) {
      long to = Math.min(last, from + window - 1);
      try {
        found.addAll(logsWithin(address, topics, from, to));
        from = to + 1;
      } catch (RpcErrorException e) {
        if (window == 1) {
          throw e;
        }
        window = Math.max(1, window / 4);
      }
    }
    return found;
  }

  /** As {@link #logs} in one question, for few blocks, all of which exist. */
  public List<Log> logsWithin(Address address, List<@Nullable Digest> topics, long from, long to)
      throws InftException {
    Map<String, Object> filter = filter(address, topics);
    filter.put("fromBlock", hex(from));
    filter.put("toBlock", hex(to));
    return logs(filter);
  }

  /**
   * As {@link #logsWithin}, of events that have one of these topics at a position.
   *
   * @param first topic 0
   * @param position of the topic that may be any of these, 1 to 3
   */
  public List<Log> logsOfAny(
      Address address, Digest first, int position, Collection<Digest> any, long from, long to)
      throws InftException {
    List<@Nullable Object> topics = new ArrayList<>();
    topics.add(first.toString());
    for (int i = 1; i < position; i++) {
      topics.add(null);
    }
    topics.add(any.stream().map(Digest::toString).toList());
    Map<String, Object> filter = new LinkedHashMap<>();
    filter.put("address", address.toString());
    filter.put("topics", topics);
    filter.put("fromBlock", hex(from));
    filter.put("toBlock", hex(to));
    return logs(filter);
  }

  /**
   * Events of a contract in one block, which is named by its hash.
   *
   * @throws RpcErrorException the endpoint may not know the block
   */
  public List<Log> logsOf(Digest blockHash, Address address, List<@Nullable Digest> topics)
      throws InftException {
    Map<String, Object> filter = filter(address, topics);
    filter.put("blockHash", blockHash.toString());
    return logs(filter);
  }

  private static Map<String, Object> filter(Address address, List<@Nullable Digest> topics) {
    Map<String, Object> filter = new LinkedHashMap<>();
    filter.put("address", address.toString());
    List<@Nullable String> wanted = new ArrayList<>();
    for (Digest topic : topics) {
      wanted.add(topic == null ? null : topic.toString());
    }
    filter.put("topics", wanted);
    return filter;
  }

  private List<Log> logs(Map<String, Object> filter) throws InftException {
    JsonNode answer = rpc.call("eth_getLogs", filter);
    if (!answer.isArray() || answer.size() > MAX_LOGS) {
      throw new CorruptObjectException("logs", 0, "no list of at most " + MAX_LOGS);
    }
    return logs(answer);
  }

  private static List<Log> logs(JsonNode array) throws CorruptObjectException {
    List<Log> logs = new ArrayList<>(array.size());
    for (JsonNode node : array) {
      logs.add(log(node));
    }
    return logs;
  }

  static Log log(JsonNode node) throws CorruptObjectException {
    JsonFields fields = new JsonFields("log", node);
    List<Digest> topics = new ArrayList<>();
    for (JsonNode topic : fields.array("topics", MAX_TOPICS)) {
      topics.add(JsonFields.digest("topic", topic));
    }
    return new Log(
        fields.address("address"),
        topics,
        fields.hex("data"),
        fields.quantityLong("blockNumber"),
        fields.digest("blockHash"),
        fields.digest("transactionHash"),
        fields.quantityLong("logIndex"));
  }

  /**
   * What to offer now: twice the base fee and a tip, or a gas price where there is no base fee.
   * Near the limit less than twice the base fee is offered.
   *
   * @throws PriceLimitException the endpoint says that it takes more than is allowed
   */
  public Fees fees() throws InftException {
    Optional<BigInteger> base = block(LATEST).flatMap(BlockHeader::baseFeeWei);
    if (settings.legacy() || base.isEmpty()) {
      BigInteger price = JsonFields.quantity("gas price", rpc.call("eth_gasPrice"));
      BigInteger offered = price.max(settings.tipFloorWei());
      requireAffordable(offered);
      return new Fees(offered, Optional.empty());
    }
    BigInteger suggested;
    try {
      suggested = JsonFields.quantity("tip", rpc.call("eth_maxPriorityFeePerGas"));
    } catch (RpcErrorException notKnownEverywhere) {
      suggested = BigInteger.ZERO;
    }
    BigInteger tip = suggested.max(settings.tipFloorWei());
    requireAffordable(base.get().add(tip));
    BigInteger most = base.get().shiftLeft(1).add(tip);
    return new Fees(most.min(settings.maxGasPriceWei()), Optional.of(tip));
  }

  private void requireAffordable(BigInteger gasPriceWei) throws PriceLimitException {
    if (gasPriceWei.compareTo(settings.maxGasPriceWei()) > 0) {
      throw new PriceLimitException(
          "gas",
          TokenAmount.gasPrice(settings.maxGasPriceWei()),
          TokenAmount.gasPriceAtLeast(gasPriceWei),
          describe(),
          "maxGasPrice");
    }
  }

  /** A block's number as {@link #call(Address, byte[], String)} and {@link #block} take it. */
  public static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }
}
