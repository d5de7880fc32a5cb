package io.inft.evm;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.GasLimitException;
import io.inft.failure.InftException;
import io.inft.failure.InsufficientFundsException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.PriceLimitException;
import io.inft.failure.RevertedException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends transactions of one account, each purpose once. A signed transaction is in the journal
 * before it is sent; after a crash, a lost answer or a time-out the same purpose goes on with the
 * same transaction instead of paying again. Safe for many threads; several processes may share an
 * account if they share the journal, and get along (with retries) if they do not.
 */
public final class TransactionSender {
  /** For calls whose gas is not limited beyond the estimate. */
  public static final long NO_GAS_LIMIT = Long.MAX_VALUE;

  private static final int MAX_ROUNDS = 6;
  private static final int LOOKS_BETWEEN_GAP_CHECKS = 16;

  /** Only then is asked for more than the receipt, while nothing is overdue. */
  private static final int LOOKS_BETWEEN_CHECKS = 8;

  /** Fees that were seen a moment ago are those of what is sent behind. */
  private static final Duration FEES_LAST = Duration.ofSeconds(2);

  private static final Duration FIRST_POLL = Duration.ofMillis(15);
  private static final BigInteger MARGIN_GAS = BigInteger.valueOf(50_000);

  private final Chain chain;
  private final SigningKey key;
  private final TransactionJournal journal;
  private final @Nullable SpendCap cap;
  private final Together.Receipts together;
  private volatile @Nullable TransactionSigner signer;
  private volatile @Nullable SeenFees seenFees;

  /** A sender that spends without a bound. */
  public TransactionSender(Chain chain, SigningKey key, TransactionJournal journal) {
    this(chain, key, journal, null);
  }

  /**
   * @param cap bounds what the account spends; null for no bound
   */
  public TransactionSender(
      Chain chain, SigningKey key, TransactionJournal journal, @Nullable SpendCap cap) {
    this.chain = chain;
    this.key = key;
    this.journal = journal;
    this.cap = cap;
    this.together = new Together.Receipts(chain);
  }

  public Address account() {
    return key.address();
  }

  /** As {@link #send(String, String, Call, long)} without a limit. */
  public Receipt send(String purpose, String action, Call call) throws InftException {
    return send(purpose, action, call, NO_GAS_LIMIT);
  }

  /**
   * Fulfils a purpose: sends its transaction unless one was sent already, and waits until it is
   * mined with the configured confirmations. Until {@link #forget} the same purpose returns the
   * same receipt.
   *
   * @param purpose unique name of what shall happen once: "store 0x12…/99"
   * @param action for messages: "store an object"
   * @param call ignored when a transaction of this purpose was signed before
   * @param gasLimit refused if more is needed
   * @throws RevertedException it was refused, before sending or in a block; the purpose is
   *     forgotten
   * @throws InsufficientFundsException nothing was sent
   * @throws io.inft.failure.SpendLimitException nothing was sent
   * @throws OutcomeUnknownException it was sent but not mined in time; call again to go on
   */
  public Receipt send(String purpose, String action, Call call, long gasLimit)
      throws InftException {
    return fulfil(purpose, action, call, () -> estimate(action, call, gasLimit));
  }

  /**
   * As {@link #send(String, String, Call, long)}, with gas that the caller computed in place of an
   * estimate: what a call takes now says little where a stranger's contract decides what it takes
   * in a block.
   */
  public Receipt sendWithGas(String purpose, String action, Call call, long gas)
      throws InftException {
    return fulfil(purpose, action, call, () -> BigInteger.valueOf(gas));
  }

  /**
   * Sends the transaction of a purpose unless one was sent already, with gas that the caller
   * computed, and waits for nothing: what is to happen before it may be on its way. {@link #send}
   * for the same purpose goes on with it. Behind one that was sent just now only the next nonce is
   * asked for, which somebody else may have taken; whoever refuses it finds out the rest.
   *
   * @throws RpcErrorException it was not taken, and is forgotten
   */
  public void sendAhead(String purpose, String action, Call call, long gas) throws InftException {
    if (!signed(purpose).isEmpty()) {
      return;
    }
    SeenFees seen = seenFees;
    OptionalLong newest = ours().stream().mapToLong(SignedTransaction::nonce).max();
    if (seen != null && seen.isFresh() && newest.isPresent()) {
      long next = newest.getAsLong() + 1;
      if (chain.pendingNonce(account()) == next) {
        sign(purpose, call, new Terms(BigInteger.valueOf(gas), seen.fees(), next - 1, next));
        return;
      }
    }
    sign(purpose, action, call, () -> BigInteger.valueOf(gas));
  }

  /** What a unit of gas cost when that was asked last. */
  private record SeenFees(Fees fees, long nanos) {
    static SeenFees now(Fees fees) {
      return new SeenFees(fees, System.nanoTime());
    }

    boolean isFresh() {
      return System.nanoTime() - nanos < FEES_LAST.toNanos();
    }
  }

  /**
   * What a transaction is signed with.
   *
   * @param mined nonces below this are used up
   * @param pending the lowest one that may be free
   */
  private record Terms(BigInteger gas, Fees fees, long mined, long pending) {
    Terms with(Fees now, long minedNow, long pendingNow) {
      return new Terms(gas, fees.atLeast(now), minedNow, pendingNow);
    }
  }

  private interface GasChoice {
    BigInteger gas() throws InftException;
  }

  private Receipt fulfil(String purpose, String action, Call call, GasChoice choice)
      throws InftException {
    long deadline = System.nanoTime() + chain.settings().receiptTimeout().toNanos();
    for (int round = 0; round < MAX_ROUNDS; round++) {
      List<SignedTransaction> signed = signed(purpose);
      if (signed.isEmpty()) {
        signed = List.of(sign(purpose, action, call, choice));
      }
      Optional<Receipt> receipt = await(action, signed, deadline);
      noteOutcome(signed, receipt);
      if (receipt.isPresent()) {
        Meter.mined(receipt.get(), call.valueWei());
        if (!receipt.get().succeeded()) {
          journal.forget(purpose);
          throw reverted(action, call, receipt.get());
        }
        return receipt.get();
      }
      // Another transaction has taken the nonce: what we signed can never be mined.
      journal.forget(purpose);
    }
    throw new OutcomeUnknownException(
        action, "other transactions of " + account() + " took its nonce again and again", null);
  }

  private void noteOutcome(List<SignedTransaction> signed, Optional<Receipt> receipt)
      throws InftException {
    long nonce = signed.get(0).nonce();
    noteCost(
        receipt.isPresent()
            ? spending -> spending.settle(nonce, receipt.get())
            : spending -> spending.forget(nonce));
  }

  private interface Cost {
    void noteIn(SpendCap spending) throws InftException;
  }

  private void noteCost(Cost cost) throws InftException {
    if (cap != null) {
      TransactionJournal.Lock lock = journal.lock();
      try {
        cost.noteIn(cap);
      } finally {
        lock.close();
      }
    }
  }

  /**
   * Whether what was sent for a purpose is known to have taken effect in the block where a
   * transaction of this account that was sent before it was found last; then {@link #send} returns
   * without asking for it. Waits a moment for an answer that is under way, and asks nothing.
   */
  public boolean isMinedToo(String purpose) throws InftException {
    return together.has(signed(purpose));
  }

  /** What became of a purpose so far, without sending or waiting. */
  public Optional<Receipt> outcome(String purpose) throws InftException {
    for (SignedTransaction transaction : signed(purpose)) {
      Optional<Receipt> receipt = chain.receipt(transaction.hash());
      if (receipt.isPresent()) {
        return receipt;
      }
    }
    return Optional.empty();
  }

  /**
   * Waits for what was signed for a purpose before, perhaps by a process that died. Signs nothing
   * anew, except to raise fees.
   *
   * @return empty if nothing was signed or it can never be mined; then the purpose is forgotten
   * @throws RevertedException it was refused in a block; the purpose is forgotten
   * @throws OutcomeUnknownException it was not mined in time; call again to go on
   */
  public Optional<Receipt> settle(String purpose, String action) throws InftException {
    List<SignedTransaction> signed = signed(purpose);
    if (signed.isEmpty()) {
      return Optional.empty();
    }
    long deadline = System.nanoTime() + chain.settings().receiptTimeout().toNanos();
    Optional<Receipt> receipt = await(action, signed, deadline);
    noteOutcome(signed, receipt);
    if (receipt.isEmpty()) {
      journal.forget(purpose);
    } else if (!receipt.get().succeeded()) {
      journal.forget(purpose);
      throw new RevertedException(action, "it was refused in a block", "0x");
    }
    return receipt;
  }

  /** Purposes that begin like this and are not forgotten, each once. */
  public List<String> purposes(String prefix) throws InftException {
    return ours().stream()
        .map(SignedTransaction::purpose)
        .filter(purpose -> purpose.startsWith(prefix))
        .distinct()
        .toList();
  }

  /** Hashes of what was signed for a purpose that is not forgotten, oldest first. */
  public List<Digest> hashes(String purpose) throws InftException {
    return signed(purpose).stream().map(SignedTransaction::hash).toList();
  }

  /**
   * Nobody wants to know what becomes of a purpose any more. If that is known by now, what it cost
   * is noted and it is forgotten; else nothing changes, because what is on its way still takes a
   * nonce. Waits for nothing.
   */
  public void giveUp(String purpose) throws InftException {
    List<SignedTransaction> signed = signed(purpose);
    if (signed.isEmpty()) {
      return;
    }
    Optional<Receipt> receipt = mined(signed);
    boolean isOver =
        receipt.isPresent()
            ? isConfirmed(receipt.get())
            : chain.minedNonce(account()) > signed.get(0).nonce() && !knowsAny(signed);
    if (isOver) {
      noteOutcome(signed, receipt);
      journal.forget(purpose);
    }
  }

  /** Forgets a purpose whose result is recorded elsewhere; it could be sent anew after this. */
  public void forget(String purpose) throws InftException {
    journal.forget(purpose);
  }

  private List<SignedTransaction> ours() throws InftException {
    long chainId = chain.chainId();
    return journal.all().stream()
        .filter(tx -> tx.chainId() == chainId && tx.sender().equals(account()))
        .toList();
  }

  private List<SignedTransaction> signed(String purpose) throws InftException {
    return ours().stream().filter(tx -> tx.purpose().equals(purpose)).toList();
  }

  /** What must be known of the chain before something is signed, asked for at once. */
  private final class Prospect {
    final Together.Answer<Fees> fees = Together.ask(chain::fees);
    final Together.Answer<BigInteger> balance = Together.ask(() -> chain.balance(account()));
    final Together.Answer<BigInteger> gas;
    final Together.Answer<Long> mined = Together.ask(() -> chain.minedNonce(account()));
    final Together.Answer<Long> pending = Together.ask(() -> chain.pendingNonce(account()));

    Prospect(GasChoice choice) {
      this.gas = Together.ask(choice::gas);
    }

    void forget() {
      List.of(fees, balance, gas, mined, pending).forEach(Together.Answer::forget);
    }
  }

  private SignedTransaction sign(String purpose, String action, Call call, GasChoice choice)
      throws InftException {
    Prospect prospect = new Prospect(choice);
    try {
      return sign(purpose, action, call, prospect);
    } finally {
      prospect.forget();
    }
  }

  private SignedTransaction sign(String purpose, String action, Call call, Prospect prospect)
      throws InftException {
    Fees fees = prospect.fees.get();
    seenFees = SeenFees.now(fees);
    BigInteger gas = affordable(action, call, prospect, fees);
    return sign(purpose, call, new Terms(gas, fees, prospect.mined.get(), prospect.pending.get()));
  }

  private SignedTransaction sign(String purpose, Call call, Terms first) throws InftException {
    Terms terms = first;
    for (int attempt = 0; ; attempt++) {
      TransactionJournal.Lock lock = journal.lock();
      try {
        List<SignedTransaction> already = signed(purpose); // by another thread or process
        if (!already.isEmpty()) {
          return already.get(already.size() - 1);
        }
        // Asked for before the lock was taken, the first time: what others have sent since with
        // this journal is in it, or mined, and then the endpoint refuses the nonce.
        long nonce = nextNonce(terms.mined(), Math.max(terms.mined(), terms.pending()));
        Optional<Expenses.Expense> before =
            cap == null
                ? Optional.empty()
                : cap.reserve(nonce, call.valueWei(), terms.gas().multiply(terms.fees().maxWei()));
        SignedTransaction transaction =
            signer().sign(purpose, key, chain.chainId(), nonce, terms.gas(), call, terms.fees(), 0);
        journal.remember(transaction);
        try {
          broadcast(transaction);
          return transaction;
        } catch (RpcErrorException refused) {
          journal.forget(purpose);
          if (cap != null) {
            cap.takeBack(nonce, before);
          }
          boolean nonceTaken = chain.pendingNonce(account()) > transaction.nonce();
          if (!nonceTaken || attempt + 1 >= MAX_ROUNDS) {
            throw refused;
          }
          terms =
              terms.with(chain.fees(), chain.minedNonce(account()), chain.pendingNonce(account()));
        }
      } finally {
        lock.close();
      }
    }
  }

  /** Only an answer that says no, about a transaction the endpoint does not know, is a refusal. */
  private void broadcast(SignedTransaction transaction) throws InftException {
    try {
      chain.broadcast(transaction.raw());
    } catch (RpcErrorException refused) {
      if (!chain.knows(transaction.hash())) {
        throw refused;
      }
    } catch (RpcUnavailableException mayHaveArrived) {
      // The waiting that follows finds out, and sends it again if it did not.
    }
  }

  /** The lowest nonce nobody has; what the endpoint forgot of ours is sent again. */
  private long nextNonce(long mined, long pending) throws InftException {
    long next = pending;
    Set<Long> taken = new HashSet<>();
    for (SignedTransaction earlier : ours()) {
      if (earlier.nonce() >= mined) {
        taken.add(earlier.nonce());
        if (earlier.nonce() >= next && !chain.knows(earlier.hash())) {
          chain.broadcast(earlier.raw());
        }
      }
    }
    while (taken.contains(next)) {
      next++;
    }
    return next;
  }

  private BigInteger affordable(String action, Call call, Prospect prospect, Fees fees)
      throws InftException {
    BigInteger balance = prospect.balance.get();
    if (balance.compareTo(call.valueWei()) <= 0) {
      throw new InsufficientFundsException(
          action, account().toString(), call.valueWei().add(BigInteger.ONE), balance);
    }
    BigInteger gas = prospect.gas.get();
    BigInteger cost = call.valueWei().add(gas.multiply(fees.maxWei()));
    if (balance.compareTo(cost) < 0) {
      throw new InsufficientFundsException(action, account().toString(), cost, balance);
    }
    return gas;
  }

  private BigInteger estimate(String action, Call call, long gasLimit) throws InftException {
    BigInteger needed = chain.estimateGas(account(), call, action);
    BigInteger limit = BigInteger.valueOf(gasLimit);
    if (needed.compareTo(limit) > 0) {
      throw new GasLimitException(
          action, needed.min(BigInteger.valueOf(Long.MAX_VALUE)).longValue(), gasLimit);
    }
    // The state may change until it is mined: 30 % more, at least 50,000.
    BigInteger margin = needed.multiply(BigInteger.valueOf(3)).divide(BigInteger.TEN);
    return needed.add(margin.max(MARGIN_GAS)).min(limit);
  }

  /** Empty if the nonce was used by a transaction that is none of these. */
  private Optional<Receipt> await(String action, List<SignedTransaction> signed, long deadline)
      throws InftException {
    List<SignedTransaction> candidates = new ArrayList<>(signed);
    together.awaited(signed);
    try {
      Optional<Receipt> mined = await(action, candidates, together.take(signed), deadline);
      if (mined.isPresent()) {
        together.askBehind(signed.get(0), mined.get().blockNumber(), ours());
      }
      return mined;
    } finally {
      together.found(candidates);
    }
  }

  /**
   * @param candidates gets those that take the place of one that is stuck
   * @param known a receipt that was seen already
   */
  private Optional<Receipt> await(
      String action, List<SignedTransaction> candidates, Optional<Receipt> known, long deadline)
      throws InftException {
    Duration pause = FIRST_POLL;
    long lastSent = System.nanoTime();
    long nonceGoneSince = 0;
    Refusal refusal = new Refusal();
    for (int look = 0; ; look++) {
      Optional<Receipt> mined = look == 0 && known.isPresent() ? known : mined(candidates);
      if (mined.isPresent() && isConfirmed(mined.get())) {
        return mined;
      }
      long now = System.nanoTime();
      SignedTransaction newest = candidates.get(candidates.size() - 1);
      boolean checks =
          look % LOOKS_BETWEEN_CHECKS == LOOKS_BETWEEN_CHECKS - 1
              || nonceGoneSince != 0
              || refusal.since != 0
              || now - lastSent > chain.settings().replaceAfter().toNanos();
      if (mined.isPresent()) {
        nonceGoneSince = 0;
      } else if (!checks) {
        // Mostly a look at the receipt is all that it takes.
      } else if (chain.minedNonce(account()) > newest.nonce()) {
        // Receipts may lag behind nonces, so the nonce must stay gone for a while.
        nonceGoneSince = nonceGoneSince == 0 ? now : nonceGoneSince;
        long gone = now - nonceGoneSince;
        if (gone > chain.settings().replaceAfter().toNanos() / 10 && !knowsAny(candidates)) {
          return Optional.empty();
        }
        if (gone > chain.settings().replaceAfter().toNanos()) {
          // It is known, its nonce is used, and nobody shows a receipt: its effect must tell.
          throw unknown(action, newest, null);
        }
      } else if (now - lastSent > chain.settings().replaceAfter().toNanos()
          && newest.replaced() < chain.settings().maxReplacements()
          && mayBeRaised(newest)) {
        candidates.add(replace(newest));
        lastSent = now;
      } else if (!chain.knows(newest.hash())) {
        refusal.tried(newest, resend(newest), now);
      } else if (look % LOOKS_BETWEEN_GAP_CHECKS == LOOKS_BETWEEN_CHECKS - 1) {
        fillGap(newest.nonce());
      }
      if (now > deadline) {
        throw unknown(action, newest, null);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unknown(action, newest, e);
      }
      Duration doubled = pause.multipliedBy(2);
      Duration longest = chain.settings().pollInterval();
      pause = doubled.compareTo(longest) > 0 ? longest : doubled;
    }
  }

  /** Ours of lower nonces, for other purposes, may have been dropped; then ours cannot be mined. */
  private void fillGap(long nonce) throws InftException {
    long mined = chain.minedNonce(account());
    for (SignedTransaction earlier : ours()) {
      if (earlier.nonce() >= mined && earlier.nonce() < nonce && !chain.knows(earlier.hash())) {
        resend(earlier); // one that is not taken is looked for again; the deadline bounds it
      }
    }
  }

  /**
   * That an endpoint does not take again what it does not have. While a chain is taken back no
   * endpoint can say what it has, so it must stay so for a moment.
   */
  private final class Refusal {
    private long since;

    void tried(SignedTransaction transaction, Optional<RpcErrorException> reason, long now)
        throws OutcomeUnknownException {
      if (reason.isEmpty()) {
        since = 0;
      } else if (since == 0) {
        since = now;
      } else if (now - since > chain.settings().replaceAfter().toNanos() / 10) {
        throw new OutcomeUnknownException(
            "transaction " + transaction.hash(),
            "the endpoint does not take it again",
            reason.get());
      }
    }
  }

  /**
   * Sends it once more.
   *
   * @return why it was not taken; empty also where it is there again, or its nonce is used, since
   *     it was last looked for, so that the next look decides
   */
  private Optional<RpcErrorException> resend(SignedTransaction transaction) throws InftException {
    try {
      broadcast(transaction);
      return Optional.empty();
    } catch (RpcErrorException e) {
      boolean there =
          chain.knows(transaction.hash()) || chain.minedNonce(account()) > transaction.nonce();
      return there ? Optional.empty() : Optional.of(e);
    }
  }

  private static OutcomeUnknownException unknown(
      String action, SignedTransaction newest, @Nullable Throwable cause) {
    return new OutcomeUnknownException(
        action,
        "transaction " + newest.hash() + " was sent; it is remembered and looked for next time",
        cause);
  }

  private Optional<Receipt> mined(List<SignedTransaction> candidates) throws InftException {
    for (SignedTransaction candidate : candidates) {
      Optional<Receipt> receipt = chain.receipt(candidate.hash());
      if (receipt.isPresent()) {
        return receipt;
      }
    }
    return Optional.empty();
  }

  private boolean knowsAny(List<SignedTransaction> candidates) throws InftException {
    for (SignedTransaction candidate : candidates) {
      if (chain.knows(candidate.hash())) {
        return true;
      }
    }
    return false;
  }

  private boolean isConfirmed(Receipt receipt) throws InftException {
    int wanted = chain.settings().confirmations();
    return wanted == 0 || chain.blockNumber() >= receipt.blockNumber() + wanted;
  }

  /** Not above the limit, and not because an endpoint says that everything is dear now. */
  private boolean mayBeRaised(SignedTransaction stuck) {
    return stuck.fees().raised().maxWei().compareTo(chain.settings().maxGasPriceWei()) <= 0;
  }

  /** Signs the same again with raised fees; whichever is mined fulfils the purpose. */
  private SignedTransaction replace(SignedTransaction stuck) throws InftException {
    Fees fees = stuck.fees().raised();
    try {
      Fees now = chain.fees();
      if (stuck.fees().tipWei().isPresent() == now.tipWei().isPresent()) {
        fees = fees.atLeast(now);
      }
    } catch (PriceLimitException tooDear) {
      // What is in the pool stays there; raised by what nodes ask for a replacement it may pass.
    }
    SignedTransaction replacement = signer().again(stuck, key, fees);
    BigInteger most = fees.maxWei();
    noteCost(spending -> spending.raise(stuck.nonce(), stuck.fees().maxWei(), most));
    journal.remember(replacement);
    try {
      broadcast(replacement);
    } catch (RpcErrorException refused) {
      // The one before it is still in the pool or was just mined; both are watched.
    }
    return replacement;
  }

  /** The reason is found by running the call again on the block that refused it. */
  private RevertedException reverted(String action, Call call, Receipt receipt)
      throws InftException {
    try {
      chain.call(account(), call, "0x" + Long.toHexString(receipt.blockNumber()));
    } catch (RevertedException e) {
      return new RevertedException(action, e.reason(), e.data());
    }
    return new RevertedException(
        action, "transaction " + receipt.transactionHash() + " reverted, perhaps out of gas", "0x");
  }

  private TransactionSigner signer() {
    TransactionSigner made = signer;
    if (made == null) {
      made = new TransactionSigner(key);
      signer = made;
    }
    return made;
  }
}
