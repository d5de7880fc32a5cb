package io.inft.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.TestPackages;
import io.inft.failure.GasLimitException;
import io.inft.failure.InsufficientFundsException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.RevertedException;
import io.inft.failure.WrongChainException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real EVM node. */
class TransactionSenderTest {
  private static final BigInteger ONE_TOKEN = BigInteger.TEN.pow(18);
  private static final ChainSettings QUICK =
      ChainSettings.STANDARD.withTimes(
          Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMillis(50));

  private static Anvil anvil;

  @TempDir Path folder;

  private SigningKey key;
  private Chain chain;

  @BeforeAll
  static void startChain() throws Exception {
    anvil = TestPackages.anvil();
  }

  @AfterAll
  static void stopChain() {
    anvil.close();
  }

  @BeforeEach
  void fundAnAccount() throws Exception {
    anvil.control("evm_setAutomine", true);
    key = SigningKey.generate(new SecureRandom());
    anvil.fund(key.address(), ONE_TOKEN);
    chain = new Chain(anvil.rpc(), QUICK);
  }

  private TransactionSender sender(TransactionJournal journal) {
    return new TransactionSender(chain, key, journal);
  }

  private static Address somebody(int number) {
    return Address.parse(String.format("%040x", 0xabc000 + number));
  }

  private static Call payment(int number, long wei) {
    return Call.paying(somebody(number), BigInteger.valueOf(wei), new byte[0]);
  }

  @Test
  void sendsAPurposeOnceHoweverOftenItIsAsked() throws Exception {
    TransactionSender sender = sender(new MemoryJournal());

    Receipt first = sender.send("pay 1", "pay", payment(1, 1000));
    Receipt second = sender.send("pay 1", "pay", payment(1, 1000));

    assertThat(second.transactionHash()).isEqualTo(first.transactionHash());
    assertThat(chain.minedNonce(key.address())).isEqualTo(1);
    assertThat(chain.balance(somebody(1))).isEqualTo(BigInteger.valueOf(1000));
    assertThat(sender.outcome("pay 1")).isPresent();

    sender.forget("pay 1");
    assertThat(sender.outcome("pay 1")).isEmpty();
  }

  @Test
  void aCrashAfterSigningGoesOnWithTheSameTransaction() throws Exception {
    anvil.control("evm_setAutomine", false);
    FileJournal journal = FileJournal.open(folder.resolve("journal"));
    chain = new Chain(anvil.rpc(), QUICK.withTimes(millis(300), millis(5000), millis(20)));
    assertThatThrownBy(() -> sender(journal).send("pay 2", "pay", payment(2, 5)))
        .isInstanceOf(OutcomeUnknownException.class);
    Digest signed = journal.all().get(0).hash();
    anvil.control("anvil_dropTransaction", signed.toString());

    anvil.control("evm_setAutomine", true);
    chain = new Chain(anvil.rpc(), QUICK);
    Receipt receipt =
        sender(FileJournal.open(folder.resolve("journal"))).send("pay 2", "pay", payment(2, 5));

    assertThat(receipt.transactionHash()).isEqualTo(signed);
    assertThat(chain.balance(somebody(2))).isEqualTo(BigInteger.valueOf(5));
    assertThat(chain.minedNonce(key.address())).isEqualTo(1);
  }

  @Test
  void aTransactionDroppedWhileItIsWaitedForIsSentAgain() throws Exception {
    anvil.control("evm_setAutomine", false);
    MemoryJournal journal = new MemoryJournal();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<Receipt> waiting =
          threads.submit(() -> sender(journal).send("pay 11", "pay", payment(11, 17)));
      while (journal.all().isEmpty() || !chain.knows(journal.all().get(0).hash())) {
        Thread.sleep(10);
      }
      Digest signed = journal.all().get(0).hash();
      anvil.control("anvil_dropTransaction", signed.toString());
      assertThat(waiting.isDone()).isFalse();
      while (!waiting.isDone()) {
        anvil.control("evm_mine");
        Thread.sleep(20);
      }

      assertThat(waiting.get().transactionHash()).isEqualTo(signed);
    } finally {
      threads.shutdownNow();
    }
    assertThat(chain.balance(somebody(11))).isEqualTo(BigInteger.valueOf(17));
    assertThat(chain.minedNonce(key.address())).isEqualTo(1);
  }

  @Test
  void aStuckTransactionIsReplacedWithTheSameNonce() throws Exception {
    anvil.control("evm_setAutomine", false);
    MemoryJournal journal = new MemoryJournal();
    chain = new Chain(anvil.rpc(), QUICK.withTimes(millis(900), millis(200), millis(20)));

    assertThatThrownBy(() -> sender(journal).send("pay 3", "pay", payment(3, 7)))
        .isInstanceOf(OutcomeUnknownException.class);

    assertThat(journal.all()).hasSizeGreaterThan(1);
    assertThat(journal.all()).extracting(SignedTransaction::nonce).containsOnly(0L);
    assertThat(journal.all())
        .extracting(tx -> tx.fees().maxWei())
        .isSorted()
        .doesNotHaveDuplicates();
    anvil.control("evm_setAutomine", true);
    anvil.control("evm_mine");
    chain = new Chain(anvil.rpc(), QUICK);
    Receipt receipt = sender(journal).send("pay 3", "pay", payment(3, 7));
    assertThat(journal.all())
        .extracting(SignedTransaction::hash)
        .contains(receipt.transactionHash());
    assertThat(chain.balance(somebody(3))).isEqualTo(BigInteger.valueOf(7));
  }

  @Test
  void aNonceTakenByAnotherProcessMeansSigningAnew() throws Exception {
    anvil.control("evm_setAutomine", false);
    MemoryJournal ours = new MemoryJournal();
    chain = new Chain(anvil.rpc(), QUICK.withTimes(millis(200), millis(5000), millis(20)));
    assertThatThrownBy(() -> sender(ours).send("pay 4", "pay", payment(4, 9)))
        .isInstanceOf(OutcomeUnknownException.class);
    anvil.control("anvil_dropTransaction", ours.all().get(0).hash().toString());
    anvil.control("evm_setAutomine", true);
    chain = new Chain(anvil.rpc(), QUICK);
    sender(new MemoryJournal()).send("pay other", "pay", payment(5, 1));

    sender(ours).send("pay 4", "pay", payment(4, 9));

    assertThat(chain.balance(somebody(4))).isEqualTo(BigInteger.valueOf(9));
    assertThat(chain.minedNonce(key.address())).isEqualTo(2);
    assertThat(ours.all()).extracting(SignedTransaction::nonce).containsExactly(1L);
  }

  @Test
  void manyThreadsAndTwoJournalsOfOneAccountGetAlong() throws Exception {
    TransactionSender one = sender(FileJournal.open(folder.resolve("one")));
    TransactionSender two = sender(FileJournal.open(folder.resolve("two")));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Receipt>> tasks = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        TransactionSender sender = i % 2 == 0 ? one : two;
        Call call = payment(100 + i, i + 1);
        String purpose = "pay " + i;
        tasks.add(() -> sender.send(purpose, "pay", call));
      }
      for (Future<Receipt> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }

    for (int i = 0; i < 12; i++) {
      assertThat(chain.balance(somebody(100 + i))).isEqualTo(BigInteger.valueOf(i + 1));
    }
    assertThat(chain.minedNonce(key.address())).isEqualTo(12);
  }

  @Test
  void aReorganizationThatDropsItIsNoticedAndItIsSentAgain() throws Exception {
    TransactionSender sender = sender(new MemoryJournal());
    Receipt first = sender.send("pay 6", "pay", payment(6, 11));

    anvil.control("anvil_reorg", 1, List.of());
    assertThat(chain.receipt(first.transactionHash())).isEmpty();
    Receipt second = sender.send("pay 6", "pay", payment(6, 11));

    assertThat(second.transactionHash()).isEqualTo(first.transactionHash());
    assertThat(second.blockHash()).isNotEqualTo(first.blockHash());
    assertThat(chain.balance(somebody(6))).isEqualTo(BigInteger.valueOf(11));
  }

  @Test
  void fillsAGapThatADroppedTransactionOfAnotherPurposeLeft() throws Exception {
    anvil.control("evm_setAutomine", false);
    MemoryJournal journal = new MemoryJournal();
    chain = new Chain(anvil.rpc(), QUICK.withTimes(millis(200), millis(5000), millis(20)));
    for (int i = 20; i < 22; i++) {
      Call call = payment(i, 13);
      String purpose = "pay " + i;
      assertThatThrownBy(() -> sender(journal).send(purpose, "pay", call))
          .isInstanceOf(OutcomeUnknownException.class);
    }
    assertThat(journal.all()).extracting(SignedTransaction::nonce).containsExactly(0L, 1L);
    anvil.control("anvil_dropTransaction", journal.all().get(0).hash().toString());
    anvil.control("evm_setAutomine", true);

    chain = new Chain(anvil.rpc(), QUICK);
    sender(journal).send("pay 21", "pay", payment(21, 13));

    assertThat(chain.minedNonce(key.address())).isEqualTo(2);
    assertThat(chain.balance(somebody(20))).isEqualTo(BigInteger.valueOf(13));
  }

  @Test
  void waitsForConfirmations() throws Exception {
    chain =
        new Chain(
            anvil.rpc(),
            QUICK.withConfirmations(2).withTimes(millis(300), millis(5000), millis(20)));
    TransactionSender sender = sender(new MemoryJournal());

    assertThatThrownBy(() -> sender.send("pay 7", "pay", payment(7, 1)))
        .isInstanceOf(OutcomeUnknownException.class);
    anvil.control("anvil_mine", 2);

    assertThat(sender.send("pay 7", "pay", payment(7, 1)).succeeded()).isTrue();
  }

  @Test
  void namesTheAmountsWhenTheAccountCannotPay() throws Exception {
    BigInteger tooMuch = ONE_TOKEN.multiply(BigInteger.TWO);

    InsufficientFundsException failure =
        catchThrowableOfType(
            InsufficientFundsException.class,
            () ->
                sender(new MemoryJournal())
                    .send("pay 8", "pay", Call.paying(somebody(8), tooMuch, new byte[0])));

    assertThat(failure.balanceWei()).isEqualTo(ONE_TOKEN);
    assertThat(failure.neededWei()).isGreaterThanOrEqualTo(tooMuch);
    assertThat(failure).hasMessageContaining(key.address().toString());
    assertThat(chain.minedNonce(key.address())).isZero();
  }

  @Test
  void aRevertIsTypedAndNothingIsSent() throws Exception {
    MemoryJournal journal = new MemoryJournal();
    TransactionSender sender = sender(journal);
    // Creation code that installs PUSH1 0, PUSH1 0, REVERT.
    byte[] refuses = HexFormat.of().parseHex("6005600c60003960056000f360006000fd");
    Address contract =
        sender.send("deploy", "deploy", Call.deploying(refuses)).contract().orElseThrow();

    assertThatThrownBy(() -> sender.send("poke", "poke it", Call.of(contract, new byte[4])))
        .isInstanceOf(RevertedException.class)
        .hasMessageContaining("poke it");

    assertThat(journal.all()).extracting(SignedTransaction::purpose).containsExactly("deploy");
    assertThat(chain.hasCode(contract)).isTrue();
    assertThatThrownBy(() -> chain.call(contract, new byte[4]))
        .isInstanceOf(RevertedException.class);
  }

  @Test
  void keepsToTheGasLimit() {
    assertThatThrownBy(
            () -> sender(new MemoryJournal()).send("pay 9", "pay", payment(9, 1), 20_000))
        .isInstanceOf(GasLimitException.class)
        .hasMessageContaining("20000");
  }

  @Test
  void refusesAChainWithAnotherId() {
    Chain other = new Chain(anvil.rpc(), QUICK.withExpectedChainId(16661));

    assertThatThrownBy(
            () ->
                new TransactionSender(other, key, new MemoryJournal())
                    .send("a", "b", payment(1, 1)))
        .isInstanceOf(WrongChainException.class)
        .hasMessageContaining("16661")
        .hasMessageContaining("16602");
  }

  @Test
  void sendsLegacyTransactionsWhenToldTo() throws Exception {
    chain = new Chain(anvil.rpc(), QUICK.withLegacy(true));
    MemoryJournal journal = new MemoryJournal();

    sender(journal).send("pay 10", "pay", payment(10, 3));

    assertThat(journal.all().get(0).fees().tipWei()).isEmpty();
    assertThat(chain.balance(somebody(10))).isEqualTo(BigInteger.valueOf(3));
  }

  @Test
  void neverTipsBelowTheFloor() throws Exception {
    assertThat(chain.fees().tipWei().orElseThrow())
        .isGreaterThanOrEqualTo(BigInteger.valueOf(2_000_000_000L));
  }

  @Test
  void readsHeadersAndLogs() throws Exception {
    assertThat(chain.block("latest")).isPresent();
    assertThat(chain.block(1_000_000_000L)).isEmpty();
    assertThat(chain.logs(somebody(1), List.of(), 0, Long.MAX_VALUE)).isEmpty();
    assertThat(chain.block(0).orElseThrow().baseFeeWei()).isPresent();
  }

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }
}
