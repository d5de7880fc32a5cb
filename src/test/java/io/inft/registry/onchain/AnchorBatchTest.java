package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.Receipt;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.Registry.AnchorOutcome;
import io.inft.registry.Registry.AnchorRequest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a batch makes of what its steps say. Its receipts name nobody, so the records tell. */
class AnchorBatchTest implements AnchorBatch.Steps {
  private static final Digest ANY = Digest.keccak256(new byte[1]);
  private static final long TWO_ITEMS = 140_000;

  private final List<AnchorRequest> items = new ArrayList<>();
  private final Set<String> recorded = new HashSet<>();
  private final List<String> sent = new ArrayList<>();
  private final Set<String> refused = new HashSet<>();
  private final Set<Long> refusedVersions = new HashSet<>();
  private int looks;
  private int sendsUntilFailure = Integer.MAX_VALUE;

  @BeforeEach
  void makeItems() throws Exception {
    for (int i = 0; i < 5; i++) {
      items.add(
          new AnchorRequest(
              DatabaseId.parse("inft_" + i), new Anchor(2, ANY, ANY, 1, ANY, 1, ANY, Kind.DELTA)));
    }
  }

  private List<AnchorOutcome> anchor() throws Exception {
    return new AnchorBatch(this, 500_000, new ContractErrors("registry"), Address.ZERO)
        .anchor(items, Address.ZERO);
  }

  private static String name(AnchorRequest item) {
    return item.id() + " " + item.anchor().version();
  }

  private static String names(List<AnchorRequest> items) {
    return String.join(" ", items.stream().map(item -> item.id().toString()).toList());
  }

  @Override
  public Optional<Anchored> find(AnchorRequest item) {
    looks++;
    return recorded.contains(name(item)) ? Optional.of(anchored(item)) : Optional.empty();
  }

  private static Anchored anchored(AnchorRequest item) {
    return new Anchored(item.anchor(), Address.ZERO, ANY, 0, new Block(1, ANY, 0), 0, false);
  }

  @Override
  public long transactionLimit() {
    return TWO_ITEMS;
  }

  @Override
  public Optional<BitSet> accepted(List<AnchorRequest> batch) {
    BitSet accepted = new BitSet();
    for (int i = 0; i < batch.size(); i++) {
      AnchorRequest item = batch.get(i);
      accepted.set(
          i,
          !recorded.contains(name(item))
              && !refused.contains(item.id().toString())
              && !refusedVersions.contains(item.anchor().version()));
    }
    return Optional.of(accepted);
  }

  @Override
  public Receipt send(List<AnchorRequest> batch, long gas) throws InftException {
    if (sendsUntilFailure-- == 0) {
      throw new OutcomeUnknownException("anchoring", "nobody answers", null);
    }
    sent.add(names(batch));
    batch.forEach(item -> recorded.add(name(item)));
    return new Receipt(
        ANY, ANY, 1, true, List.of(), Optional.empty(), BigInteger.ONE, BigInteger.ONE);
  }

  @Override
  public Anchored alone(AnchorRequest item) throws InftException {
    sent.add("alone " + item.id());
    throw new HeadConflictException(item.id().toString(), 1, "a", 2, "b");
  }

  @Test
  void goesInAsFewTransactionsAsTheGasAllowsAndWhatIsRefusedByItself() throws Exception {
    recorded.add("inft_0 2");
    refused.add("inft_2");

    List<AnchorOutcome> outcomes = anchor();

    assertThat(sent).containsExactly("inft_1", "alone inft_2", "inft_3", "inft_4");
    assertThat(outcomes)
        .extracting(one -> one.anchored().isPresent())
        .containsExactly(true, true, false, true, true);
    assertThat(outcomes.get(2).failure()).containsInstanceOf(HeadConflictException.class);
  }

  @Test
  void noneIsLookedForThatWouldBeAccepted() throws Exception {
    int[] before = new int[2];
    items.subList(2, 5).clear();
    assertThat(anchor()).allMatch(one -> one.anchored().isPresent());
    before[0] = looks; // receipts that name nobody: the records tell, once each
    assertThat(anchor()).allMatch(one -> one.anchored().isPresent());
    before[1] = looks;

    assertThat(before[0]).isEqualTo(2);
    assertThat(before[1]).as("what is recorded already is found").isEqualTo(4);
    assertThat(sent).containsExactly("inft_0 inft_1");
  }

  @Test
  void whatBuildsOnAnItemOfTheSameIdIsTriedAfterIt() throws Exception {
    items.subList(2, 5).clear();
    AnchorRequest first = items.get(1);
    Anchor next = new Anchor(3, ANY, ANY, 1, ANY, 2, ANY, Kind.DELTA);
    items.add(new AnchorRequest(first.id(), next));
    refusedVersions.add(3L);

    List<AnchorOutcome> outcomes = anchor();

    assertThat(sent).containsExactly("inft_0 inft_1", "alone inft_1");
    assertThat(outcomes.get(2).failure()).containsInstanceOf(HeadConflictException.class);
  }

  @Test
  void aTransactionThatFailsTakesNothingFromThoseBeforeItAndNoneFollows() throws Exception {
    sendsUntilFailure = 1;

    List<AnchorOutcome> outcomes = anchor();

    assertThat(sent).containsExactly("inft_0 inft_1");
    assertThat(outcomes.subList(0, 2)).allMatch(one -> one.anchored().isPresent());
    assertThat(outcomes.subList(2, 5))
        .allSatisfy(
            one -> assertThat(one.failure()).containsInstanceOf(OutcomeUnknownException.class));
  }
}
