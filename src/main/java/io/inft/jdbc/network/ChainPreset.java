package io.inft.jdbc.network;

import io.inft.bytes.Address;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is known of a public network, and what is assumed of any other. The tip floor of 2 gwei is
 * that of {@code ChainSettings}: nodes of 0G refuse less, whatever they suggest.
 */
public enum ChainPreset {
  MAINNET(
      "mainnet",
      16661,
      "https://evmrpc.0g.ai",
      "https://indexer-storage-turbo.0g.ai",
      "0x62D4144dB0F0a6fBBaeb6296c785C71B3D57C526",
      "https://chainscan.0g.ai",
      1),
  GALILEO(
      "galileo",
      16602,
      "https://evmrpc-testnet.0g.ai",
      "https://indexer-storage-testnet-turbo.0g.ai",
      "0x22E03a6A89B950F1c82ec5e74F8eCa321a105296",
      "https://chainscan-galileo.0g.ai",
      1),
  CUSTOM("custom", 0, "", "", "", "", 0);

  private final String networkName;
  private final long chainId;
  private final String rpc;
  private final String indexer;
  private final String flow;
  private final String explorer;
  private final int confirmations;

  ChainPreset(
      String networkName,
      long chainId,
      String rpc,
      String indexer,
      String flow,
      String explorer,
      int confirmations) {
    this.networkName = networkName;
    this.chainId = chainId;
    this.rpc = rpc;
    this.indexer = indexer;
    this.flow = flow;
    this.explorer = explorer;
    this.confirmations = confirmations;
  }

  /** The preset of a public chain, else the one for any other. */
  public static ChainPreset ofChain(long chainId) {
    return Arrays.stream(values())
        .filter(preset -> preset.chainId == chainId)
        .findFirst()
        .orElse(CUSTOM);
  }

  public String networkName() {
    return networkName;
  }

  /** Empty accepts any chain. */
  Optional<Long> chainId() {
    return chainId == 0 ? Optional.empty() : Optional.of(chainId);
  }

  Optional<String> rpc() {
    return Optional.of(rpc).filter(text -> !text.isEmpty());
  }

  Optional<URI> indexer() {
    return Optional.of(indexer).filter(text -> !text.isEmpty()).map(URI::create);
  }

  /** The Flow contract that belongs to {@link #indexer}. */
  Optional<Address> flow() {
    return Optional.of(flow).filter(text -> !text.isEmpty()).map(Address::parse);
  }

  /** Where people look at transactions. */
  public Optional<String> explorer() {
    return Optional.of(explorer).filter(text -> !text.isEmpty());
  }

  int confirmations() {
    return confirmations;
  }

  /** How long publishing gathers commits. */
  Duration syncInterval() {
    return Duration.ofSeconds(30);
  }

  /**
   * How long a version may lie in the chain's log alone. Some nodes keep logs for 10,000 blocks: 83
   * minutes of the public chains, whose fastest blocks take half a second. What other chains do
   * nobody knows; that many blocks of a fast one are over in half an hour.
   */
  Duration inlineMaxAge() {
    return this == CUSTOM ? Duration.ofMinutes(10) : Duration.ofMinutes(30);
  }

  /** Spend cap in tokens; ordinary publishing every 30 seconds needs about a fifteenth of it. */
  BigDecimal maxFeePerHour() {
    return BigDecimal.ONE;
  }
}
