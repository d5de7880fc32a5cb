package io.inft.custody;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Trust;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.SplitViewException;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.registry.Rights;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An endpoint that changes what a registry says before it hands it on. */
final class LyingRegistry implements RegistryReader {
  private final RegistryReader honest;
  UnaryOperator<List<Anchored>> history = UnaryOperator.identity();
  UnaryOperator<List<Control>> controls = UnaryOperator.identity();
  UnaryOperator<Head> head = UnaryOperator.identity();
  final Set<Long> pruned = new HashSet<>();
  final Map<Long, byte[]> served = new HashMap<>();
  boolean down;
  boolean lags;
  boolean split;
  Optional<Trust> trust = Optional.empty();

  LyingRegistry(RegistryReader honest) {
    this.honest = honest;
  }

  private void ask() throws InftException {
    if (down) {
      throw new io.inft.failure.RegistryUnavailableException("test endpoint", "it is down", null);
    }
    if (split) {
      throw new io.inft.failure.RegistryUnavailableException(
          "test endpoints",
          "read it",
          new SplitViewException("block 7", 2, List.of("a says one", "b says other")));
    }
  }

  @Override
  public long chainId() {
    return honest.chainId();
  }

  @Override
  public Address address() {
    return honest.address();
  }

  @Override
  public Head head(DatabaseId id) throws InftException {
    ask();
    return head.apply(honest.head(id));
  }

  @Override
  public Anchored version(DatabaseId id, long version, long blockHint) throws InftException {
    ask();
    return honest.version(id, version, blockHint);
  }

  @Override
  public List<Anchored> history(DatabaseId id, long from, long to) throws InftException {
    ask();
    return history.apply(honest.history(id, from, to));
  }

  @Override
  public Blob object(DatabaseId id, Anchored version) throws InftException {
    ask();
    if (pruned.contains(version.version())) {
      throw ObjectMissingException.dropped(
          version.anchor().root().toString(), describe(), "block " + version.block().number());
    }
    byte[] other = served.get(version.version());
    return other == null ? honest.object(id, version) : Blob.of(other);
  }

  @Override
  public List<Control> controls(DatabaseId id, long from, long to) throws InftException {
    ask();
    return controls.apply(honest.controls(id, from, to));
  }

  @Override
  public Rights rights(DatabaseId id, Address account) throws InftException {
    ask();
    return honest.rights(id, account);
  }

  @Override
  public boolean isFinal(Block block) throws InftException {
    ask();
    return honest.isFinal(block);
  }

  @Override
  public boolean lagsBehind(Block block) throws InftException {
    ask();
    return lags || honest.lagsBehind(block);
  }

  @Override
  public boolean isCanonical(Block block) throws InftException {
    ask();
    return honest.isCanonical(block);
  }

  @Override
  public Trust trust() {
    return trust.orElseGet(honest::trust);
  }

  @Override
  public String describe() {
    return "lying " + honest.describe();
  }
}
