package io.inft.registry.onchain;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.ChainProxy;
import io.inft.devnet.TestPackages;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Registry.AnchorOutcome;
import io.inft.registry.Registry.AnchorRequest;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The heads of many databases moved by one account with the batch call, as many at a time as one
 * takes, with blocks in a steady rhythm and a network that takes its time for every call.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.inft.registry.onchain.AnchorManyBench -Dexec.args="1000 1 50"
 * </pre>
 *
 * Arguments: databases, block time in s, added latency in ms.
 */
public final class AnchorManyBench {
  private static final int TOGETHER = 256;
  private static final int MAX_BYTES = 98_304;

  private final Anvil anvil;
  private final Chain chain;
  private final SigningKey key;
  private final List<DatabaseId> ids = new ArrayList<>();

  private AnchorManyBench(Anvil anvil, SigningKey key) throws Exception {
    this.anvil = anvil;
    this.chain = new Chain(anvil.rpc(), ChainSettings.STANDARD);
    this.key = key;
  }

  public static void main(String[] arguments) throws Exception {
    int databases = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
    int blockSeconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    int latencyMillis = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 50;
    SigningKey key = SigningKey.generate(new SecureRandom());
    try (Anvil anvil = TestPackages.anvil();
        ChainProxy proxy = new ChainProxy(anvil.address())) {
      anvil.fund(key.address(), BigInteger.TEN.pow(24));
      AnchorManyBench bench = new AnchorManyBench(anvil, key);
      OnchainSettings settings = bench.begin(databases);
      Chain slow =
          new Chain(JsonRpc.at(proxy.address(), RpcSettings.STANDARD), ChainSettings.STANDARD);
      OnchainRegistry registry =
          OnchainRegistry.open(
              settings, slow, new TransactionSender(slow, key, new MemoryJournal()));
      proxy.delay(latencyMillis);
      anvil.control("evm_setIntervalMining", blockSeconds);
      long version = 2;
      for (int objectBytes : new int[] {0, 300, 900}) {
        bench.anchor(registry, version++, objectBytes);
      }
    }
  }

  /** Each database has its first version. */
  private OnchainSettings begin(int databases) throws Exception {
    OnchainSettings settings =
        OnchainSettings.of(
            RegistryCode.deploy(new TransactionSender(chain, key, new MemoryJournal())));
    long nonce = chain.minedNonce(key.address());
    anvil.control("anvil_impersonateAccount", key.address().toString());
    anvil.control("evm_setAutomine", false);
    for (int i = 0; i < databases; i++) {
      DatabaseId id = DatabaseId.parse("inft_" + i);
      ids.add(id);
      send(settings, RegistryCalls.register(id));
      send(settings, RegistryCalls.rotateAndAnchor(id, item(id, 1, 0).anchor()));
    }
    while (chain.minedNonce(key.address()) < nonce + 2L * databases) {
      anvil.control("evm_mine");
    }
    anvil.control("anvil_stopImpersonatingAccount", key.address().toString());
    return settings;
  }

  private void send(OnchainSettings settings, byte[] data) throws Exception {
    anvil.control(
        "eth_sendTransaction",
        Map.of(
            "from",
            key.address().toString(),
            "to",
            settings.contract().toString(),
            "gas",
            "0x7a120",
            "data",
            "0x" + HexFormat.of().formatHex(data)));
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** With an object that goes along if it has any bytes; few of them are zero. */
  private static AnchorRequest item(DatabaseId id, long version, int objectBytes) {
    byte[] object = new byte[objectBytes];
    for (int i = 0; i < objectBytes; i++) {
      object[i] = (byte) (1 + Math.floorMod(i * 31L + version + id.hashCode(), 255));
    }
    Anchor anchor =
        new Anchor(
            version,
            version == 1 ? Digest.ZERO : digest(id + " " + (version - 1)),
            digest(id + " " + version),
            objectBytes == 0 ? 1000 : objectBytes,
            objectBytes == 0 ? digest("object") : Digest.sha256(object),
            1,
            digest("keyring"),
            version == 1 ? Kind.SNAPSHOT : Kind.DELTA);
    return new AnchorRequest(
        id, anchor, objectBytes == 0 ? Optional.empty() : Optional.of(Blob.of(object)));
  }

  /** As many as one call carries, and one transaction. */
  private static int together(int objectBytes) {
    int callBytes = 352 + (objectBytes + 31) / 32 * 32;
    int most = Math.min(TOGETHER, (BatchGas.MAX_CALL_BYTES - 132) / callBytes);
    return objectBytes == 0 ? TOGETHER : Math.min(most, MAX_BYTES / objectBytes);
  }

  private void anchor(OnchainRegistry registry, long version, int objectBytes) throws Exception {
    long before = chain.blockNumber();
    long began = System.nanoTime();
    int anchored = 0;
    int together = together(objectBytes);
    for (int from = 0; from < ids.size(); from += together) {
      List<AnchorRequest> items = new ArrayList<>();
      for (DatabaseId id : ids.subList(from, Math.min(ids.size(), from + together))) {
        items.add(item(id, version, objectBytes));
      }
      for (AnchorOutcome outcome : registry.anchorMany(items)) {
        anchored += outcome.anchored().isPresent() ? 1 : 0;
        if (outcome.failure().isPresent()) {
          throw outcome.failure().get();
        }
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    long gas = 0;
    long dearest = 0;
    int transactions = 0;
    int used = 0;
    for (long number = before + 1; number <= chain.blockNumber(); number++) {
      JsonNode block = anvil.rpc().call("eth_getBlockByNumber", Chain.hex(number), false);
      long ofBlock = Long.decode(block.get("gasUsed").asText());
      gas += ofBlock;
      dearest = Math.max(dearest, ofBlock);
      transactions += block.get("transactions").size();
      used += ofBlock > 0 ? 1 : 0;
    }
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d databases, %s: %.1f s, %.0f a second; %d transactions in %d blocks, %,d gas a"
                + " database, %,d in the dearest block",
            anchored,
            objectBytes == 0 ? "stored" : objectBytes + " bytes inlined",
            seconds,
            anchored / seconds,
            transactions,
            used,
            gas / Math.max(1, anchored),
            dearest));
  }
}
