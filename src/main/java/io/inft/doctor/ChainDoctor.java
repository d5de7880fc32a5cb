package io.inft.doctor;

import io.inft.bytes.Address;
import io.inft.evm.BlockHeader;
import io.inft.evm.Chain;
import io.inft.evm.Fees;
import io.inft.failure.InftException;
import io.inft.failure.TokenAmount;
import io.inft.jdbc.network.ChainNetwork;
import io.inft.jdbc.network.ChainPreset;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.registry.Registry;
import io.inft.registry.onchain.RegistryCode;
import io.inft.store.zerog.StoreHealth;
import io.inft.store.zerog.ZeroGSettings;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The doctor's look at a chain, the registry contract on it, the account, and 0G Storage. */
final class ChainDoctor {
  /** Of an anchor by a granted account with an interval, of an NFT's id: the dearest usual one. */
  private static final BigInteger ANCHOR_GAS = BigInteger.valueOf(75_000);

  private static final BigInteger FEW_ANCHORS = BigInteger.valueOf(200);
  private static final Duration OLD_BLOCK = Duration.ofMinutes(5);
  private static final long FAR_BEHIND_BLOCKS = 1_000;

  private final DoctorNotes notes;
  private final ChainNetwork network;
  private final NetworkRequest request;
  private final Clock clock;

  ChainDoctor(DoctorNotes notes, ChainNetwork network, NetworkRequest request, Clock clock) {
    this.notes = notes;
    this.network = network;
    this.request = request;
    this.clock = clock;
  }

  /** Whether a database could be looked for: chain, contract and storage are usable. */
  boolean examine() {
    Optional<ChainNetwork.Access> access =
        notes.look(
            "chain",
            "check rpc (ZERO_G_RPC) and chainId (ZERO_G_CHAIN_ID); mainnet is 16661, Galileo 16602",
            () -> network.access(request));
    if (access.isEmpty()) {
      notes.skip("contract", "the chain cannot be asked");
      notes.skip("balance", "the chain cannot be asked");
      notes.skip("storage", "the chain cannot be asked");
      return false;
    }
    Chain chain = access.get().chain();
    boolean fresh = chain(chain, access.get().preset());
    boolean contract = contract(chain);
    balance(chain);
    boolean storage = storage(chain, access.get());
    return fresh && contract && storage;
  }

  private boolean chain(Chain chain, ChainPreset preset) {
    Optional<BlockHeader> newest =
        notes.look(
            "chain",
            "try another RPC endpoint",
            () ->
                chain
                    .block(Chain.LATEST)
                    .orElseThrow(
                        () ->
                            new io.inft.failure.CorruptObjectException(
                                "answer of " + chain.describe(), 0, "names no block")));
    if (newest.isEmpty()) {
      return false;
    }
    Duration age = Duration.between(newest.get().time(), clock.instant());
    Optional<String> what =
        notes
            .look("chain", "", chain::chainId)
            .map(
                id ->
                    "chain "
                        + id
                        + " ("
                        + preset.networkName()
                        + ") at "
                        + chain.describe()
                        + ", block "
                        + newest.get().number());
    if (what.isEmpty()) {
      return false;
    }
    if (age.abs().compareTo(OLD_BLOCK) > 0) {
      notes.warn(
          "chain",
          what.get() + ", made " + age.toSeconds() + " seconds ago by this machine's clock",
          age.isNegative()
              ? "set this machine's clock"
              : "the endpoint may lag or stand still, or this machine's clock is wrong; try another"
                  + " endpoint");
    } else {
      notes.ok("chain", what.get());
    }
    return true;
  }

  private boolean contract(Chain chain) {
    Optional<Registry> registry =
        notes.look(
            "contract",
            "set contract (ZERO_G_STORAGE_CONTRACT) to a registry on this chain; 'inft registry"
                + " deploy' makes one",
            () -> network.registry("", request));
    if (registry.isEmpty()) {
      return false;
    }
    Address address = registry.get().address();
    boolean ours =
        notes
            .look("contract", "", () -> chain.codeHash(address))
            .flatMap(hash -> hash)
            .filter(RegistryCode.HASH::equals)
            .isPresent();
    if (ours) {
      notes.ok("contract", "registry " + address + ", with the code of this release");
    } else {
      notes.warn(
          "contract",
          "registry "
              + address
              + " says it has version 1, but its code is not that of this release",
          "make sure that you trust who deployed it; its code is pinned since it was first seen");
    }
    registry.get().close();
    return true;
  }

  private void balance(Chain chain) {
    if (request.signingKey().isEmpty()) {
      notes.skip("balance", "there is no account");
      return;
    }
    Address account = request.signingKey().get().address();
    record Money(BigInteger balance, Fees fees) {}
    Optional<Money> money =
        notes.look(
            "balance",
            "try another RPC endpoint",
            () -> new Money(chain.balance(account), chain.fees()));
    if (money.isEmpty()) {
      return;
    }
    BigInteger anchor = ANCHOR_GAS.multiply(money.get().fees().maxWei()).max(BigInteger.ONE);
    BigInteger anchors = money.get().balance().divide(anchor);
    String what =
        "account "
            + account
            + " has "
            + TokenAmount.text(money.get().balance())
            + ", enough for about "
            + anchors
            + " anchors at up to "
            + TokenAmount.gasPrice(money.get().fees().maxWei())
            + " for a unit of gas, storage fees not counted";
    String advice = "send tokens of this chain to " + account;
    if (anchors.signum() == 0) {
      notes.fail("balance", what, advice + "; without them nothing can be published");
    } else if (anchors.compareTo(FEW_ANCHORS) < 0) {
      notes.warn("balance", what, advice);
    } else {
      notes.ok("balance", what);
    }
  }

  private boolean storage(Chain chain, ChainNetwork.Access access) {
    Optional<ZeroGSettings> settings =
        notes.look(
            "storage",
            "set indexer (ZERO_G_INDEXER) or nodes (ZERO_G_NODES)",
            () -> ChainNetwork.storageSettings(request, access));
    if (settings.isEmpty()) {
      return false;
    }
    StoreHealth health = StoreHealth.of(settings.get(), chain);
    List<StoreHealth.Node> usable =
        health.nodes().stream().filter(StoreHealth.Node::usable).toList();
    String what =
        health.store()
            + ": "
            + usable.size()
            + " of "
            + health.nodes().size()
            + " nodes answer"
            + (health.strangersNotAsked() == 0
                ? ""
                : ", " + health.strangersNotAsked() + " discovered ones were not asked");
    if (!health.covers(settings.get().replicas())) {
      Optional<? extends InftException> first =
          health.failures().isEmpty()
              ? firstFailure(health)
              : Optional.of(health.failures().get(0));
      String why = first.map(failure -> String.valueOf(failure.getMessage())).orElse("");
      notes.fail(
          "storage",
          what + ", which do not keep every segment" + (why.isEmpty() ? "" : ": " + why),
          "check indexer or nodes; if they are right, wait until the nodes are back");
      return false;
    }
    List<StoreHealth.Node> trusted =
        usable.stream().anyMatch(StoreHealth.Node::isTrusted)
            ? usable.stream().filter(StoreHealth.Node::isTrusted).toList()
            : usable;
    Optional<Long> head = notes.look("storage", "", chain::blockNumber);
    long slowest = trusted.stream().mapToLong(node -> node.syncedBlock().orElse(0)).min().orElse(0);
    if (head.isPresent() && head.get() - slowest > FAR_BEHIND_BLOCKS) {
      notes.warn(
          "storage",
          what + "; one of them is " + (head.get() - slowest) + " blocks behind the chain",
          "what is published now may take long to be stored; try other nodes if it stays so");
    } else if (usable.size() < health.nodes().size()) {
      notes.warn("storage", what, "nothing, while the others keep every segment");
    } else {
      notes.ok("storage", what + " and keep every segment");
    }
    return true;
  }

  private static Optional<InftException> firstFailure(StoreHealth health) {
    return health.nodes().stream().flatMap(node -> node.failure().stream()).findFirst();
  }
}
