package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.TestPackages;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.registry.Rights;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.registry.onchain.OnchainSettings;
import io.inft.registry.onchain.RegistryCode;
import io.inft.store.MemoryStore;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories that the contract recorded on a real EVM node. */
class CustodyOnChainTest {
  private static final ChainSettings QUICK =
      ChainSettings.STANDARD.withTimes(
          Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMillis(5));

  private static Anvil anvil;
  private static OnchainRegistry owner;
  private static OnchainRegistry agent;
  private static OnchainRegistry reader;

  @TempDir Path folder;

  @BeforeAll
  static void deploy() throws Exception {
    anvil = TestPackages.anvil();
    Chain chain = new Chain(anvil.rpc(), QUICK);
    TransactionSender ownersSender = sender(chain, Chronicle.OWNER);
    OnchainSettings settings = OnchainSettings.of(RegistryCode.deploy(ownersSender));
    owner = OnchainRegistry.open(settings, chain, ownersSender);
    agent = OnchainRegistry.open(settings, chain, sender(chain, CustodyTest.AGENT));
    reader = OnchainRegistry.readOnly(settings, chain);
  }

  private static TransactionSender sender(Chain chain, SigningKey key) throws Exception {
    anvil.fund(key.address(), BigInteger.TEN.pow(21));
    return new TransactionSender(chain, key, new MemoryJournal());
  }

  @AfterAll
  static void stop() {
    anvil.close();
  }

  @Test
  void whatTheContractRecordedIsValidAndATruncationOfItIsFound() throws Exception {
    MemoryStore store = new MemoryStore();
    try (Chronicle chronicle = new Chronicle(owner, store, "on-chain", folder)) {
      chronicle.publish(5);
      owner.grant(
          chronicle.id,
          CustodyTest.AGENT.address(),
          Rights.WRITER | Rights.KEY_ADMIN,
          Instant.now().plusSeconds(86_400),
          0);
      chronicle.through(agent);
      Chronicle.Draft byAgent = new Chronicle.Draft();
      byAgent.author = CustodyTest.AGENT;
      chronicle.publish(byAgent);
      byAgent.newEpoch = true;
      chronicle.publish(byAgent);
      owner.freeze(chronicle.id);
      owner.unfreeze(chronicle.id);
      owner.revoke(chronicle.id, CustodyTest.AGENT.address());
      chronicle.through(owner);
      chronicle.publish(3);
      Verification what = Verification.of(chronicle.id, folder).with(Chronicle.SECRET);

      CustodyReport report = CustodyTest.verify(reader, store, what);

      assertThat(report.findings()).isEmpty();
      assertThat(report.verdict()).isEqualTo(Verdict.VALID);
      assertThat(report.versions()).isEqualTo(10);
      assertThat(report.sealed()).isEqualTo(new CustodyReport.Sealed(true, 1, 10, 10));

      LyingRegistry lying = new LyingRegistry(reader);
      lying.history = page -> page.stream().filter(v -> v.version() < 8).toList();
      CustodyReport truncated = CustodyTest.verify(lying, store, what);
      assertThat(truncated.findings()).extracting(Finding::code).contains(Code.LOG_TRUNCATED);
      assertThat(truncated.verdict()).isEqualTo(Verdict.INVALID);
    }
  }

  @Tag("heavy")
  @Test
  void aThousandVersionsOnAChainAreValid() throws Exception {
    MemoryStore store = new MemoryStore();
    try (Chronicle chronicle = new Chronicle(owner, store, "long", folder)) {
      chronicle.publish(1_000);

      CustodyReport report =
          CustodyTest.verify(
              reader, store, Verification.of(chronicle.id, folder).with(Chronicle.SECRET));

      assertThat(report.findings()).isEmpty();
      assertThat(report.versions()).isEqualTo(1_000);
    }
  }
}
