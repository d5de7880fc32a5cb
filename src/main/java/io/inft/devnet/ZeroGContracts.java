package io.inft.devnet;

import io.inft.bytes.Address;
import io.inft.bytes.ByteWriter;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.TransactionSender;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The real Flow and market contracts of 0G Storage, with the bytecode that the 0G TypeScript SDK
 * carries; it is fetched from npm and never part of this project.
 *
 * @param flow where files are submitted
 * @param market what holds the price
 */
public record ZeroGContracts(Address flow, Address market) {
  /** Seen on the live networks. */
  public static final BigInteger PRICE_PER_SECTOR_WEI = BigInteger.valueOf(30_733_644_962L);

  private static final NpmPackage SDK =
      new NpmPackage(
          "@0gfoundation/0g-ts-sdk",
          "1.2.8",
          "sha512-JuPwdo1gugDWgCD+45y71xxGdjNaO5BIG0kRMas8JqWvRJHvK63pHy5m3cbIm+5CLB/vmMaEBbvVWVETcsRhNg==",
          Map.of(
              "lib.commonjs/contracts/flow/factories/FixedPriceFlow__factory.js",
              "FixedPriceFlow.js",
              "lib.commonjs/contracts/market/factories/FixedPrice__factory.js",
              "FixedPrice.js"));
  private static final Pattern BYTECODE =
      Pattern.compile("_bytecode\\s*=\\s*['\"]0x([0-9a-fA-F]+)['\"]");

  /** How long a payment lasts, as the reward contract says: twelve months of 31 days. */
  public static final Duration LIFETIME = Duration.ofDays(12 * 31);

  /**
   * Stands in for the miners' reward: answers a call of four bytes, which is {@code
   * releaseSeconds()}, with {@link #LIFETIME}; takes any other, and any value. The first line is
   * the creation code.
   */
  private static final byte[] REWARD =
      HexFormat.of()
          .parseHex(
              "6016600c60003960166000f3"
                  + "3660041460085700"
                  + ("5b63"
                      + String.format(Locale.ROOT, "%08x", LIFETIME.toSeconds())
                      + "60005260206000f3"));

  /** Epochs end never, so that a submission does not pay for closing them. */
  private static final long BLOCKS_PER_EPOCH = 1_000_000_000L;

  /** Deploys and initializes both; the sender becomes their administrator. */
  public static ZeroGContracts deploy(
      TransactionSender sender, Path packages, Consumer<String> progress) throws InftException {
    Path folder = SDK.in(packages, progress);
    byte[] marketCode = bytecode(folder.resolve("FixedPrice.js"));
    byte[] flowCode = bytecode(folder.resolve("FixedPriceFlow.js"));
    progress.accept("deploying the contracts of 0G Storage");
    Address reward = deploy(sender, "reward", REWARD);
    Address market = deploy(sender, "market", marketCode);
    byte[] noDelay = new AbiWriter().uint(0).encode();
    Address flow =
        deploy(sender, "flow", new ByteWriter().bytes(flowCode).bytes(noDelay).toBytes());
    run(
        sender,
        "initialize the market",
        market,
        new AbiWriter()
            .uint(PRICE_PER_SECTOR_WEI)
            .address(flow)
            .address(reward)
            .call("initialize(uint256,address,address)"));
    run(
        sender,
        "initialize the flow",
        flow,
        new AbiWriter().address(market).uint(BLOCKS_PER_EPOCH).call("initialize(address,uint256)"));
    return new ZeroGContracts(flow, market);
  }

  private static Address deploy(TransactionSender sender, String name, byte[] code)
      throws InftException {
    String purpose = "deploy " + name;
    Address deployed =
        sender.send(purpose, purpose, Call.deploying(code)).contract().orElse(Address.ZERO);
    sender.forget(purpose);
    return deployed;
  }

  private static void run(TransactionSender sender, String action, Address to, byte[] data)
      throws InftException {
    sender.send(action, action, Call.of(to, data));
    sender.forget(action);
  }

  private static byte[] bytecode(Path factory) throws InftException {
    try {
      Matcher found = BYTECODE.matcher(Files.readString(factory));
      if (!found.find()) {
        throw new CorruptObjectException("contract factory " + factory, 0, "holds no bytecode");
      }
      return HexFormat.of().parseHex(found.group(1));
    } catch (IOException e) {
      throw new LocalStorageException(factory, "read", e);
    }
  }
}
