package io.inft.registry.onchain;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.Trust;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.BlockHeader;
import io.inft.evm.Chain;
import io.inft.evm.Log;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.PastStateException;
import io.inft.failure.RpcErrorException;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Inlined;
import io.inft.registry.PaidRegistry;
import io.inft.registry.RegistryReader;
import io.inft.registry.Rights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the contract: its state by view calls, authors and history from its events. An endpoint
 * that falls behind what was seen before is waited for. Safe for many threads.
 */
final class ContractReader implements RegistryReader {
  private static final int MAX_POINTER_BYTES = 100;
  private static final int MAX_LISTS = 256;
  private static final long NO_EXPIRY = (1L << 48) - 1;

  private final Chain chain;
  private final long chainId;
  private final OnchainSettings settings;
  private final Patience patience;

  private final Cache<String, Landmarks> landmarks =
      Caffeine.newBuilder().executor(Runnable::run).maximumSize(MAX_LISTS).build();

  /** Number of the newest block that an answer was taken from. */
  private final AtomicLong newestBlock = new AtomicLong();

  /** Whether the newest record of a head came with a proof. */
  private volatile boolean isProven;

  ContractReader(Chain chain, long chainId, OnchainSettings settings, Patience patience) {
    this.chain = chain;
    this.chainId = chainId;
    this.settings = settings;
    this.patience = patience;
  }

  @Override
  public long chainId() {
    return chainId;
  }

  @Override
  public Address address() {
    return settings.contract();
  }

  @Override
  public Trust trust() {
    Trust trust = chain.trust();
    return isProven ? trust.at(Trust.Level.L2) : trust;
  }

  @Override
  public String describe() {
    return describe(chain, chainId, settings);
  }

  static String describe(Chain chain, long chainId, OnchainSettings settings) {
    return "registry "
        + settings.contract()
        + " on chain "
        + chainId
        + " ("
        + chain.describe()
        + ")";
  }

  /** The record of an id as it is now; not registered ids have one too. */
  RecordState state(DatabaseId id) throws InftException {
    return patience.ask("read '" + id + "'", () -> state(id, Chain.LATEST));
  }

  private RecordState state(DatabaseId id, String block) throws InftException {
    return RecordState.parse(
        "record of '" + id + "' that " + chain.describe() + " sent",
        chain.call(settings.contract(), RegistryCalls.withId("headOf", id), block));
  }

  private RecordState stateAt(DatabaseId id, BlockHeader block) throws InftException {
    Optional<RecordState> proven = ProvenRecord.read(chain, settings, id, block);
    isProven = proven.isPresent();
    if (proven.isPresent()) {
      return proven.get();
    }
    return RecordState.parse(
        "record of '" + id + "' that " + chain.describe() + " sent",
        chain.call(settings.contract(), RegistryCalls.withId("headOf", id), block));
  }

  private RecordState registered(DatabaseId id, RecordState state) throws NotRegisteredException {
    if (!state.isRegistered()) {
      throw new NotRegisteredException(id.toString(), describe());
    }
    return state;
  }

  private Landmarks landmarks(DatabaseId id, String list) {
    return landmarks.get(list + " of " + id, unused -> new Landmarks());
  }

  private LinkedEvents<Anchored> versions(DatabaseId id) {
    return new LinkedEvents<>(
        chain, settings.contract(), id, RegistryEvents.ANCHORED, RegistryEvents::anchored);
  }

  private LinkedEvents<Control> controls(DatabaseId id) {
    return new LinkedEvents<>(
        chain, settings.contract(), id, RegistryEvents.CONTROL, RegistryEvents::control);
  }

  @Override
  public Head head(DatabaseId id) throws InftException {
    return patience.until("read the head of '" + id + "'", () -> headNow(id));
  }

  private Optional<Head> headNow(DatabaseId id) throws InftException {
    BlockHeader latest = latest();
    if (latest.number() < newestBlock.get()) {
      return Optional.empty();
    }
    RecordState state;
    Optional<Anchored> newest = Optional.empty();
    try {
      state = registered(id, stateAt(id, latest));
      if (state.version() > 0) {
        newest = newest(id, state);
        if (newest.isEmpty()) {
          return Optional.empty();
        }
      }
    } catch (RpcErrorException notThereYet) {
      // behind a balancer, the next node may not have the block that the first one named
      return Optional.empty();
    }
    newestBlock.accumulateAndGet(latest.number(), Math::max);
    return Optional.of(
        new Head(
            id,
            state.liveOwner(),
            state.status(),
            newest,
            state.keyEpoch(),
            state.keyringHash(),
            state.controlSequence(),
            state.controlHash(),
            new Block(latest.number(), latest.hash(), latest.time().getEpochSecond())));
  }

  private BlockHeader latest() throws InftException {
    return chain
        .block(Chain.LATEST)
        .orElseThrow(
            () -> new CorruptObjectException("answer of " + chain.describe(), 0, "names no block"));
  }

  /** The event of the newest version, which must say the same as the contract's state. */
  private Optional<Anchored> newest(DatabaseId id, RecordState state) throws InftException {
    return Optional.ofNullable(versions(id).inBlock(state.blockNumber()).get(state.version()))
        .map(LinkedEvents.Link::value)
        .filter(found -> found.historyHash().equals(state.historyHash()))
        .filter(found -> found.inlined() == state.inlined())
        .filter(found -> found.anchor().root().equals(state.root()));
  }

  @Override
  public Anchored version(DatabaseId id, long version, long blockHint) throws InftException {
    String action = "read version " + version + " of '" + id + "'";
    return patience.until(
        action,
        () -> {
          Optional<Anchored> hinted = hinted(id, version, blockHint);
          if (hinted.isPresent()) {
            return hinted;
          }
          RecordState state = registered(id, state(id, Chain.LATEST));
          if (version < 1 || version > state.version()) {
            throw new PastStateException(
                "version " + version + " of '" + id + "'",
                state.version() == 0
                    ? "nothing was anchored yet"
                    : "there are versions 1 to " + state.version());
          }
          return versions(id)
              .walk(
                  version, version, state.version(), state.blockNumber(), landmarks(id, "versions"))
              .map(found -> found.get(0));
        });
  }

  /** What the block that was named has of a version; one question, and nothing if it has none. */
  private Optional<Anchored> hinted(DatabaseId id, long version, long block) throws InftException {
    if (version < 1 || block < 1) {
      return Optional.empty();
    }
    LinkedEvents.Link<Anchored> found;
    try {
      found = versions(id).inBlock(block).get(version);
    } catch (RpcErrorException noSuchBlock) {
      return Optional.empty();
    }
    if (found == null) {
      return Optional.empty();
    }
    landmarks(id, "versions").note(version, block);
    return Optional.of(found.value());
  }

  @Override
  public Blob object(DatabaseId id, Anchored version) throws InftException {
    return patience.ask(
        "read the object of version " + version.version() + " of '" + id + "'",
        () -> new InlinedObjects(chain, settings).find(id, version, describe()));
  }

  @Override
  public Optional<PaidRegistry.Mined> transaction(DatabaseId id, Anchored version)
      throws InftException {
    return patience.ask(
        "read the transaction of version " + version.version() + " of '" + id + "'",
        () -> {
          List<Log> logs =
              chain.logsOf(
                  version.block().hash(),
                  settings.contract(),
                  List.of(
                      RegistryEvents.ANCHORED, id.hash(), RegistryEvents.topic(version.version())));
          return logs.isEmpty()
              ? Optional.empty()
              : chain
                  .receipt(logs.get(0).transactionHash())
                  .map(
                      receipt ->
                          new PaidRegistry.Mined(
                              receipt.transactionHash(),
                              receipt.blockNumber(),
                              receipt.gasUsed(),
                              receipt.feeWei()));
        });
  }

  @Override
  public List<Inlined> tail(DatabaseId id, Anchored newest) throws InftException {
    List<Anchored> versions = Inlined.tail(this, id, newest);
    return patience.ask(
        "read the objects up to version " + newest.version() + " of '" + id + "'",
        () -> new InlinedObjects(chain, settings).ofAll(id, versions));
  }

  @Override
  public List<Anchored> history(DatabaseId id, long from, long to) throws InftException {
    requireFirst(from);
    return patience.until(
        "read the history of '" + id + "'",
        () -> {
          RecordState state = registered(id, state(id, Chain.LATEST));
          return versions(id)
              .walk(from, to, state.version(), state.blockNumber(), landmarks(id, "versions"));
        });
  }

  @Override
  public List<Control> controls(DatabaseId id, long from, long to) throws InftException {
    requireFirst(from);
    return patience.until(
        "read the control operations of '" + id + "'",
        () -> {
          RecordState state = registered(id, state(id, Chain.LATEST));
          return controls(id)
              .walk(
                  from,
                  to,
                  state.controlSequence(),
                  state.controlBlock(),
                  landmarks(id, "controls"));
        });
  }

  @Override
  public List<Blob> sealedKeys(DatabaseId id, Address recipient, int keyEpoch, long lastBlock)
      throws InftException {
    return patience.ask(
        "read the keys of '" + id + "' for " + recipient,
        () -> {
          List<@Nullable Digest> topics =
              Arrays.asList(
                  RegistryEvents.SEALED_KEY,
                  id.hash(),
                  RegistryEvents.topic(recipient),
                  RegistryEvents.topic(keyEpoch));
          long from = Math.max(0, lastBlock - SEALED_KEYS_BLOCKS + 1);
          List<Blob> found = new ArrayList<>();
          for (Log log : chain.logs(settings.contract(), topics, from, lastBlock)) {
            if (!log.address().equals(settings.contract()) || !log.topics().equals(topics)) {
              throw new CorruptObjectException(
                  "events that " + chain.describe() + " sent", 0, "are not those asked for");
            }
            found.add(0, RegistryEvents.sealedKey(log));
          }
          return List.copyOf(found);
        });
  }

  private static void requireFirst(long from) {
    if (from < 1) {
      throw new IllegalArgumentException("the first one has number 1, not " + from);
    }
  }

  @Override
  public Rights rights(DatabaseId id, Address account) throws InftException {
    return patience.ask("read the rights to '" + id + "'", () -> rightsNow(id, account));
  }

  private Rights rightsNow(DatabaseId id, Address account) throws InftException {
    AbiReader in =
        new AbiReader(
            "rights", chain.call(settings.contract(), RegistryCalls.rightsOf(id, account)));
    boolean owner = in.bool("isOwner");
    long roles = in.uint63("roles");
    long expiry = in.uint63("expiry");
    if (!owner && roles == 0) {
      registered(id, state(id, Chain.LATEST));
    }
    return new Rights(
        owner,
        (roles & Rights.WRITER) != 0,
        (roles & Rights.KEY_ADMIN) != 0,
        (roles & Rights.GUARDIAN) != 0,
        expiry == NO_EXPIRY ? Long.MAX_VALUE : expiry);
  }

  @Override
  public Optional<String> guidePointer(DatabaseId id) throws InftException {
    return patience.ask(
        "read the pointer of '" + id + "'",
        () -> {
          byte[] call = new AbiWriter().string(id.toString()).call("getStoragePointer(string)");
          AbiReader in = new AbiReader("pointer", chain.call(settings.contract(), call));
          return Optional.of(in.string("storageHash", MAX_POINTER_BYTES))
              .filter(hash -> !hash.isEmpty() && !hash.startsWith("0x"));
        });
  }

  @Override
  public boolean isCanonical(Block block) throws InftException {
    return patience.ask(
        "look at block " + block.number(),
        () ->
            chain
                .block(block.number())
                .filter(found -> found.hash().equals(block.hash()))
                .isPresent());
  }

  @Override
  public boolean lagsBehind(Block block) throws InftException {
    return patience.ask("read the block number", () -> chain.blockNumber() < block.number());
  }

  @Override
  public boolean isFinal(Block block) throws InftException {
    // In this order, because mostly the first answer is enough.
    return patience.ask("look at the final block", () -> block.number() <= finalNumber())
        && isCanonical(block);
  }

  private long finalNumber() throws InftException {
    Optional<BlockHeader> marked = Optional.empty();
    try {
      marked = chain.block(Chain.FINALIZED);
    } catch (RpcErrorException notKnownEverywhere) {
      // the depth decides
    }
    return marked.isPresent()
        ? marked.get().number()
        : chain.blockNumber() - settings.finalityBlocks();
  }
}
