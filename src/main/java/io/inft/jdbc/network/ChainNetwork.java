package io.inft.jdbc.network;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.SigningKey;
import io.inft.evm.AccountBook;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.FileJournal;
import io.inft.evm.SpendCap;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.failure.WrongChainException;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.Logging;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.registry.onchain.OnchainSettings;
import io.inft.registry.onchain.RegistryCode;
import io.inft.replica.local.Network;
import io.inft.replica.local.Purse;
import io.inft.replica.local.WorkingCopy;
import io.inft.rpc.Endpoints;
import io.inft.store.zerog.FlowPin;
import io.inft.store.zerog.ZeroGSettings;
import io.inft.store.zerog.ZeroGStore;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * 0G Storage and the registry contract. The signing key's journal of transactions and what it spent
 * lie in the home folder, shared by all networks and processes that use the key on the same chain.
 */
public final class ChainNetwork implements StoreProvider, RegistryProvider {
  /** Asked for when only {@code rpc} is given: the chain id it answers picks the preset. */
  static final String AUTO = "auto";

  private static final long NEWTON = 16600;
  private static final int WEI_DIGITS = 18;
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  /** Two to this power sectors of 256 bytes are a GiB. */
  private static final int SECTORS_PER_GIB_LOG = 22;

  private static final int MAX_PIN_BYTES = 200;
  private static final int MAX_CONFIRMATIONS = 10_000;

  private final String name;
  private final Optional<ChainPreset> named;

  private ChainNetwork(String name, Optional<ChainPreset> named) {
    this.name = name;
    this.named = named;
  }

  static List<ChainNetwork> all() {
    List<ChainNetwork> all = new ArrayList<>();
    all.add(new ChainNetwork(AUTO, Optional.empty()));
    for (ChainPreset preset : ChainPreset.values()) {
      all.add(new ChainNetwork(preset.networkName(), Optional.of(preset)));
    }
    return all;
  }

  @Override
  public String name() {
    return name;
  }

  /** Both halves, which then share one sender of transactions. */
  Network open(NetworkRequest request) throws InftException {
    Address contract = contract(request);
    Access access = access(request);
    ZeroGSettings storage = storageSettings(request, access);
    OnchainRegistry registry = registry(request, contract, access);
    return new Network(
        workingCopies(request, access.preset(), registry),
        storage(access, storage),
        registry,
        signer(request),
        purse(request, access),
        access.preset().syncInterval(),
        false);
  }

  @Override
  public ZeroGStore store(String reference, NetworkRequest request) throws InftException {
    Access access = access(request);
    return storage(access, storageSettings(request, access));
  }

  @Override
  public OnchainRegistry registry(String reference, NetworkRequest request) throws InftException {
    Address contract = contract(request);
    return registry(request, contract, access(request));
  }

  private static OnchainRegistry registry(NetworkRequest request, Address contract, Access access)
      throws InftException {
    Chain chain = access.chain();
    OnchainSettings settings = registrySettings(request, contract, chain, chain.chainId());
    return access.sender().isEmpty()
        ? OnchainRegistry.readOnly(settings, chain)
        : OnchainRegistry.open(settings, chain, access.sender().get());
  }

  private static ZeroGStore storage(Access access, ZeroGSettings settings) throws InftException {
    return access.sender().isEmpty()
        ? ZeroGStore.readOnly(settings, access.chain())
        : ZeroGStore.open(settings, access.chain(), access.sender().get());
  }

  @Override
  public String identity(String reference, NetworkRequest request) throws InftException {
    return preset(request).networkName();
  }

  @Override
  public Optional<SigningKey> signer(NetworkRequest request) {
    return request.writes() ? request.signingKey() : Optional.empty();
  }

  @Override
  public Duration syncInterval(NetworkRequest request) throws InftException {
    return preset(request).syncInterval();
  }

  private ChainPreset preset(NetworkRequest request) throws InftException {
    return named.isPresent() ? named.get() : access(request).preset();
  }

  /**
   * The chain, and who pays on it.
   *
   * @param isNamed whether the user named a public network, so that the chain must be that one
   * @param sender empty if nothing is to be written or no key was given
   */
  public record Access(
      Chain chain, ChainPreset preset, boolean isNamed, Optional<TransactionSender> sender) {}

  /** The storage alone: no registry need be there. */
  ZeroGStore storage(NetworkRequest request, int replicas) throws InftException {
    Access access = access(request);
    return storage(access, storageSettings(request, access).withReplicas(replicas));
  }

  /** The chain alone: neither registry nor storage need be there. */
  public Access access(NetworkRequest request) throws InftException {
    RpcAddresses at = rpcAddresses(request);
    Endpoints endpoints = at.endpoints(request);
    long chainId = new Chain(endpoints, ChainSettings.STANDARD, List.of()).chainId();
    requireChain(request, endpoints.describe(), chainId);
    ChainPreset preset = named.orElseGet(() -> ChainPreset.ofChain(chainId));
    int confirmations = confirmations(request, preset);
    Chain chain =
        new Chain(
            endpoints,
            ChainSettings.STANDARD
                .withExpectedChainId(chainId)
                .withConfirmations(confirmations)
                .withMaxGasPrice(
                    BigInteger.valueOf(request.number(InftProperty.MAX_GAS_PRICE).orElseThrow())
                        .multiply(GWEI)),
            at.sockets());
    Optional<SigningKey> key = request.writes() ? request.signingKey() : Optional.empty();
    return new Access(
        chain,
        preset,
        named.flatMap(ChainPreset::chainId).isPresent(),
        key.isEmpty()
            ? Optional.empty()
            : Optional.of(sender(request, preset, chain, chainId, key.get())));
  }

  private static int confirmations(NetworkRequest request, ChainPreset preset)
      throws SettingException {
    long blocks = request.number(InftProperty.CONFIRMATIONS).orElse((long) preset.confirmations());
    if (blocks > MAX_CONFIRMATIONS) {
      throw new SettingException(
          "confirmations", "at most " + MAX_CONFIRMATIONS + " blocks can be waited for");
    }
    return (int) blocks;
  }

  /**
   * Working copies lie under the name of the chain, whatever name was given: else one contract
   * would have two, and each would take the other for another machine. What was begun under the
   * given name is gone on with, because it may hold unpublished commits.
   */
  private static String workingCopies(
      NetworkRequest request, ChainPreset preset, OnchainRegistry registry) {
    String given = preset.networkName();
    String ofChain = ChainPreset.ofChain(registry.chainId()).networkName();
    Path begun = WorkingCopy.folderOf(request.home(), given, registry);
    if (given.equals(ofChain) || !Files.isDirectory(begun)) {
      return ofChain;
    }
    Path other = WorkingCopy.folderOf(request.home(), ofChain, registry);
    if (Files.isDirectory(other)) {
      Logging.LOG.warn(
          "this machine has two sets of working copies for {}: {}, begun with network={} and used"
              + " now, and {}; take one name, and look into both for what is unpublished",
          registry.describe(),
          begun,
          given,
          other);
    }
    return given;
  }

  private static TransactionSender sender(
      NetworkRequest request, ChainPreset preset, Chain chain, long chainId, SigningKey key)
      throws InftException {
    Path folder = accountFolder(request, chainId, key);
    DurableFiles.createFolders(folder);
    return new TransactionSender(
        chain,
        key,
        FileJournal.open(folder.resolve("transactions")),
        SpendCap.of(weiPerHour(request, preset), folder, Clock.systemUTC()));
  }

  private static Path accountFolder(NetworkRequest request, long chainId, SigningKey key) {
    return folder(request, chainId).resolve("account-" + key.address().toString().substring(2));
  }

  private static BigInteger weiPerHour(NetworkRequest request, ChainPreset preset) {
    BigDecimal cap = request.amount(InftProperty.MAX_FEE_PER_HOUR).orElse(preset.maxFeePerHour());
    return cap.scaleByPowerOfTen(WEI_DIGITS).toBigIntegerExact();
  }

  /** What the account spends on this chain; empty without a key. Makes no folder. */
  Optional<Purse> purse(NetworkRequest request) throws InftException {
    return request.signingKey().isEmpty() ? Optional.empty() : purse(request, access(request));
  }

  private static Optional<Purse> purse(NetworkRequest request, Access access) throws InftException {
    Optional<SigningKey> key = request.signingKey();
    if (key.isEmpty()) {
      return Optional.empty();
    }
    Path folder = accountFolder(request, access.chain().chainId(), key.get());
    AccountBook book =
        request.writes()
            ? AccountBook.of(
                folder, FileJournal.open(folder.resolve("transactions")), Clock.systemUTC())
            : AccountBook.toRead(folder, Clock.systemUTC());
    return Optional.of(
        new ChainPurse(
            access.chain(),
            key.get().address(),
            folder,
            book,
            weiPerHour(request, access.preset())));
  }

  private static Path folder(NetworkRequest request, long chainId) {
    return request.home().resolve("chain-" + chainId);
  }

  private RpcAddresses rpcAddresses(NetworkRequest request) throws SettingException {
    Optional<String> text =
        request.text(InftProperty.RPC).or(() -> named.flatMap(ChainPreset::rpc));
    if (text.isEmpty()) {
      throw new SettingException(
          "rpc", "network=" + name + " needs the JSON-RPC URL of its chain; set rpc (ZERO_G_RPC)");
    }
    return RpcAddresses.parse(text.get());
  }

  private void requireChain(NetworkRequest request, String endpoints, long found)
      throws WrongChainException {
    Optional<Long> pinned = request.number(InftProperty.CHAIN_ID);
    if (pinned.isPresent() && pinned.get() != found) {
      throw new WrongChainException(
          endpoints,
          pinned.get() == NEWTON
              ? "chain id 16600, which was the retired Newton test network (mainnet is 16661,"
                  + " Galileo 16602: set chainId or ZERO_G_CHAIN_ID to that)"
              : "chain id " + pinned.get(),
          "chain id " + found);
    }
    Optional<Long> ofNetwork = named.flatMap(ChainPreset::chainId);
    if (ofNetwork.isPresent() && ofNetwork.get() != found) {
      throw new WrongChainException(
          endpoints,
          "chain id " + ofNetwork.get() + ", that of network=" + name,
          "chain id " + found);
    }
  }

  private Address contract(NetworkRequest request) throws SettingException {
    Optional<String> text = request.text(InftProperty.CONTRACT);
    if (text.isEmpty()) {
      throw new SettingException(
          "contract",
          "network="
              + name
              + " needs the address of a registry on its chain; set contract"
              + " (ZERO_G_STORAGE_CONTRACT); 'inft registry deploy' makes one");
    }
    return address(InftProperty.CONTRACT, text.get());
  }

  private static Address address(InftProperty property, String text) throws SettingException {
    try {
      return Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          property.propertyName(),
          "'" + text + "' is no address: 0x and 40 hex digits are expected");
    }
  }

  private static OnchainSettings registrySettings(
      NetworkRequest request, Address contract, Chain chain, long chainId) throws InftException {
    OnchainSettings settings =
        OnchainSettings.of(contract)
            .withGasLimit(request.number(InftProperty.GAS_LIMIT).orElseThrow())
            .withInlineMaxAge(ChainPreset.ofChain(chainId).inlineMaxAge());
    Digest found = chain.codeHash(contract).orElse(RegistryCode.HASH);
    return found.equals(RegistryCode.HASH)
        ? settings
        : settings.withCodeHash(pin(request, chainId, contract, found));
  }

  /** Code that this release does not know is remembered at first sight and must stay the same. */
  private static Digest pin(NetworkRequest request, long chainId, Address contract, Digest found)
      throws InftException {
    Path file = folder(request, chainId).resolve("code-" + contract.toString().substring(2));
    if (!Files.exists(file)) {
      Logging.LOG.warn(
          "the code of contract {} is not that of this release; whoever deployed it is trusted",
          contract);
      DurableFiles.createFolders(folder(request, chainId));
      DurableFiles.replace(file, found.toString().getBytes(StandardCharsets.US_ASCII));
    }
    String pinned =
        new String(DurableFiles.read(file, MAX_PIN_BYTES), StandardCharsets.US_ASCII).strip();
    try {
      return Digest.parse(pinned);
    } catch (IllegalArgumentException e) {
      throw new SettingException("home", "'" + file + "' holds no hash");
    }
  }

  public static ZeroGSettings storageSettings(NetworkRequest request, Access access)
      throws InftException {
    ZeroGSettings settings = nodes(request, access.preset()).withFlow(flow(request, access));
    BigInteger perGib = wei(request.amount(InftProperty.MAX_STORAGE_PRICE).orElseThrow());
    return settings.withMaxPricePerSector(perGib.shiftRight(SECTORS_PER_GIB_LOG));
  }

  private static ZeroGSettings nodes(NetworkRequest request, ChainPreset preset)
      throws SettingException {
    Optional<String> nodes = request.text(InftProperty.NODES);
    if (nodes.isPresent()) {
      return ZeroGSettings.withNodes(RpcAddresses.servers(InftProperty.NODES, nodes.get()));
    }
    Optional<String> indexer = request.text(InftProperty.INDEXER);
    if (indexer.isPresent()) {
      return ZeroGSettings.withIndexer(
          RpcAddresses.servers(InftProperty.INDEXER, indexer.get()).get(0));
    }
    return ZeroGSettings.withIndexer(
        preset
            .indexer()
            .orElseThrow(
                () ->
                    new SettingException(
                        "indexer",
                        "chain and contract say who is the head, but not where objects are; set"
                            + " indexer (ZERO_G_INDEXER) or nodes (ZERO_G_NODES)")));
  }

  /**
   * Which Flow contract is paid, whoever the nodes are: what was set, else that of a public chain,
   * else what the nodes name first. A development network takes the chain id of the public test
   * network, but has no contract at its address.
   */
  private static FlowPin flow(NetworkRequest request, Access access) throws InftException {
    Optional<String> given = request.text(InftProperty.FLOW);
    if (given.isPresent()) {
      return FlowPin.of(address(InftProperty.FLOW, given.get()), "set with the property flow");
    }
    long chainId = access.chain().chainId();
    ChainPreset known = ChainPreset.ofChain(chainId);
    Optional<Address> flow = known.flow();
    boolean isPinned =
        flow.isPresent()
            && (known == ChainPreset.MAINNET
                || access.isNamed()
                || access.chain().hasCode(flow.get()));
    return isPinned
        ? FlowPin.of(flow.get(), "that of chain " + chainId)
        : new FlowFile(folder(request, chainId));
  }

  private static BigInteger wei(BigDecimal tokens) {
    return tokens.scaleByPowerOfTen(WEI_DIGITS).toBigInteger();
  }
}
