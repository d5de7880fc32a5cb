package io.inft.evm;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.Trust;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.PriceLimitException;
import io.inft.failure.RevertedException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.SplitViewException;
import io.inft.failure.TokenAmount;
import io.inft.failure.WrongChainException;
import io.inft.rpc.Endpoints;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads an EVM chain. Safe for many threads. Nothing is asked before the first use. Where several
 * endpoints must agree, what is asked of the newest block is asked of the newest one that enough of
 * them have, by its hash.
 */
public final class Chain {
  /** Which block to read the state of. */
  public static final String LATEST = "latest";

  public static final String FINALIZED = "finalized";

  private static final long MAX_BLOCK = (1L << 48) - 1;
  private static final long FIRST_WINDOW_BLOCKS = 5_000;

  /** So often a block is looked for again about which endpoints do not agree: they may just. */
  private static final int LOOKS_AT_A_SPLIT = 6;

  private static final long SPLIT_PAUSE_MILLIS = 300;

  /** How long endpoints of which none gave a proof are not asked for one again. */
  private static final long NO_PROOFS_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Endpoints endpoints;
  private final ChainSettings settings;
  private final LogSource logSource;
  private volatile long chainId = -1;
  private volatile long noProofsUntil = System.nanoTime();

  public Chain(JsonRpc rpc, ChainSettings settings) {
    this(rpc, settings, List.of());
  }

  /**
   * @param sockets WebSockets of endpoints that tell of new events; nothing else is asked of them
   */
  public Chain(JsonRpc rpc, ChainSettings settings, List<URI> sockets) {
    this(Endpoints.oneOf(rpc), settings, sockets);
  }

  /**
   * @param endpoints who is asked, and by which rule their answers become one
   */
  public Chain(Endpoints endpoints, ChainSettings settings, List<URI> sockets) {
    this.endpoints = endpoints;
    this.settings = settings;
    this.logSource = new LogSource(this, endpoints.anyone(), sockets);
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
    return endpoints.anyone().isPrivate();
  }

  /** The endpoint without keys, for messages. */
  public String describe() {
    return endpoints.describe();
  }

  /** How far its endpoints are believed, and how they stand. */
  public Trust trust() {
    return endpoints.trust();
  }

  /** What only the endpoints themselves can be asked for. */
  Endpoints endpoints() {
    return endpoints;
  }

  /**
   * Asks once.
   *
   * @throws WrongChainException if it is not the expected one
   */
  public long chainId() throws InftException {
    long known = chainId;
    if (known < 0) {
      known =
          endpoints.same(
              "the chain id", rpc -> JsonFields.quantityLong("chain id", rpc.call("eth_chainId")));
      if (settings.expectedChainId().isPresent() && settings.expectedChainId().get() != known) {
        throw new WrongChainException(
            describe(), "chain id " + settings.expectedChainId().get(), "chain id " + known);
      }
      chainId = known;
    }
    return known;
  }

  public long blockNumber() throws InftException {
    long number =
        endpoints.height(
            "the newest block's number",
            rpc -> JsonFields.quantityLong("block number", rpc.call("eth_blockNumber")));
    if (number > MAX_BLOCK) {
      throw new CorruptObjectException("block number", 0, "is above 2^48-1");
    }
    return number;
  }

  /**
   * The header of a block, by number or by one of the names above; empty if there is none. A name
   * means the newest of that kind that enough endpoints have.
   */
  public Optional<BlockHeader> block(String numberOrName) throws InftException {
    return endpoints.isQuorum() && !numberOrName.startsWith("0x")
        ? agreed(numberOrName)
        : endpoints.known("block " + numberOrName, rpc -> ChainAnswers.header(rpc, numberOrName));
  }

  private Optional<BlockHeader> agreed(String name) throws InftException {
    for (int look = 1; ; look++) {
      long number =
          endpoints.height(
              "the number of the " + name + " block",
              rpc ->
                  ChainAnswers.header(rpc, name)
                      .orElseThrow(() -> new CorruptObjectException(name + " block", 0, "is none"))
                      .number());
      try {
        Optional<BlockHeader> found =
            endpoints.known("block " + number, rpc -> ChainAnswers.header(rpc, hex(number)));
        if (found.isPresent() || look >= LOOKS_AT_A_SPLIT) {
          return found;
        }
      } catch (SplitViewException e) {
        if (look >= LOOKS_AT_A_SPLIT) {
          throw e;
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(SPLIT_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RpcUnavailableException(describe(), "eth_getBlockByNumber", "interrupted", e);
      }
    }
  }

  public Optional<BlockHeader> block(long number) throws InftException {
    return block(hex(number));
  }

  /**
   * Words of a contract's storage in a block that was read from here, proven by whichever endpoint
   * gives proofs; empty if none does, or there is no quorum that would vouch for the block.
   */
  public Optional<ProvenState> proven(Address contract, List<Digest> slots, BlockHeader block)
      throws InftException {
    if (!endpoints.isQuorum() || System.nanoTime() - noProofsUntil < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          endpoints.first(
              "proofs of " + contract, rpc -> ProvenState.ask(rpc, contract, slots, block)));
    } catch (RpcErrorException | RpcUnavailableException | CorruptObjectException notOffered) {
      noProofsUntil = System.nanoTime() + NO_PROOFS_NANOS;
      return Optional.empty();
    }
  }

  /** The block of a question: its name, or where endpoints must agree the hash of their newest. */
  private Object at(String block) throws InftException {
    if (!endpoints.isQuorum() || !block.equals(LATEST)) {
      return block;
    }
    BlockHeader newest =
        block(LATEST)
            .orElseThrow(() -> new CorruptObjectException("newest block", 0, "is nowhere"));
    return Map.of("blockHash", newest.hash().toString());
  }

  private static String shown(Object block) {
    return " at " + (block instanceof Map<?, ?> hash ? hash.get("blockHash") : "block " + block);
  }

  public BigInteger balance(Address account) throws InftException {
    return endpoints.reached(
        "the balance of " + account,
        rpc ->
            JsonFields.quantity("balance", rpc.call("eth_getBalance", account.toString(), LATEST)));
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
    return endpoints.reached(
        "the nonce of " + account,
        rpc ->
            JsonFields.quantityLong(
                "nonce", rpc.call("eth_getTransactionCount", account.toString(), block)));
  }

  public boolean hasCode(Address account) throws InftException {
    return codeHash(account).isPresent();
  }

  /** Keccak-256 of a contract's code; empty where there is none. */
  public Optional<Digest> codeHash(Address account) throws InftException {
    Object block = at(LATEST);
    return endpoints.same(
        "the code of " + account + shown(block),
        rpc -> {
          Blob code = JsonFields.hex("code", rpc.call("eth_getCode", account.toString(), block));
          return code.isEmpty() ? Optional.empty() : Optional.of(Digest.keccak256(code.toBytes()));
        });
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

  /** As {@link #call(Address, byte[], String)}, of a block that was read from here. */
  public Blob call(Address to, byte[] data, BlockHeader block) throws InftException {
    Map<String, String> request = request(null, Call.of(to, data));
    return endpoints.isQuorum()
        ? called(request, Map.of("blockHash", block.hash().toString()))
        : called(request, hex(block.number()));
  }

  Blob call(@Nullable Address from, Call call, String block) throws InftException {
    return called(request(from, call), at(block));
  }

  private Blob called(Map<String, String> request, Object block) throws InftException {
    return endpoints.same(
        "a call of " + request.get("to") + shown(block),
        rpc -> {
          try {
            return JsonFields.hex("call result", rpc.call("eth_call", request, block));
          } catch (RpcErrorException e) {
            throw orReverted(e, "answer a call");
          }
        });
  }

  /**
   * Runs what an account would send, on the newest state and with no more than this gas.
   *
   * @throws RevertedException the contract refused
   */
  public Blob call(Address from, Call call, long gas) throws InftException {
    Map<String, String> request = request(from, call);
    request.put("gas", hex(gas));
    return called(request, at(LATEST));
  }

  /** Gas that all transactions of a block may use together, as the newest block says. */
  public long blockGasLimit() throws InftException {
    BigInteger limit = // of some: no bound
        endpoints.reached(
            "the gas limit of a block",
            rpc ->
                new JsonFields("block", rpc.call("eth_getBlockByNumber", LATEST, false))
                    .quantity("gasLimit"));
    return limit.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
  }

  /** Gas a transaction would need now. */
  public BigInteger estimateGas(Address from, Call call, String action) throws InftException {
    return endpoints.reached(
        "the gas to " + action,
        rpc -> {
          try {
            return JsonFields.quantity(
                "gas estimate", rpc.call("eth_estimateGas", request(from, call)));
          } catch (RpcErrorException e) {
            throw orReverted(e, action);
          }
        });
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
    return endpoints.known(
        "the receipt of " + transactionHash, rpc -> ChainAnswers.receipt(rpc, transactionHash));
  }

  /** Whether the endpoint knows a transaction, mined or waiting. */
  public boolean knows(Digest transactionHash) throws InftException {
    return endpoints.reached(
        "transaction " + transactionHash,
        rpc -> !rpc.call("eth_getTransactionByHash", transactionHash.toString()).isNull());
  }

  /**
   * What the transactions of a block call with, in their order; empty if there is no such block in
   * the chain.
   */
  public Optional<List<Blob>> callData(Digest blockHash) throws InftException {
    return endpoints.known(
        "the transactions of block " + blockHash, rpc -> ChainAnswers.callData(rpc, blockHash));
  }

  /** Hands a signed transaction to the network. Handing it in twice is harmless. */
  void broadcast(Blob raw) throws InftException {
    String transaction = "0x" + HexFormat.of().formatHex(raw.toBytes());
    endpoints.tell("a transaction", rpc -> rpc.call("eth_sendRawTransaction", transaction));
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
    Object where =
        filter.containsKey("blockHash")
            ? filter.get("blockHash")
            : filter.get("fromBlock") + " to " + filter.get("toBlock");
    return endpoints.same("the events of block " + where, rpc -> ChainAnswers.logs(rpc, filter));
  }

  /**
   * What to offer now: twice the base fee and a tip, or a gas price where there is no base fee.
   * Near the limit less than twice the base fee is offered.
   *
   * @throws PriceLimitException the endpoint says that it takes more than is allowed
   */
  public Fees fees() throws InftException {
    Together.Answer<BigInteger> tip = Together.ask(this::suggestedTip);
    try {
      return fees(block(LATEST).flatMap(BlockHeader::baseFeeWei), tip);
    } finally {
      tip.forget();
    }
  }

  private BigInteger suggestedTip() throws InftException {
    try {
      return endpoints.reached(
          "the tip", rpc -> JsonFields.quantity("tip", rpc.call("eth_maxPriorityFeePerGas")));
    } catch (RpcErrorException notKnownEverywhere) {
      return BigInteger.ZERO;
    }
  }

  private Fees fees(Optional<BigInteger> base, Together.Answer<BigInteger> suggested)
      throws InftException {
    if (settings.legacy() || base.isEmpty()) {
      BigInteger price =
          endpoints.reached(
              "the gas price", rpc -> JsonFields.quantity("gas price", rpc.call("eth_gasPrice")));
      BigInteger offered = price.max(settings.tipFloorWei());
      requireAffordable(offered);
      return new Fees(offered, Optional.empty());
    }
    BigInteger tip = suggested.get().max(settings.tipFloorWei());
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
