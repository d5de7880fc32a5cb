package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.SigningKey;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import io.inft.registry.Rights;
import io.inft.registry.ledger.DirectoryRegistry;
import io.inft.registry.ledger.MemoryRegistry;
import io.inft.seal.Secret;
import io.inft.store.DirectoryStore;
import io.inft.store.MemoryStore;
import io.inft.store.StoreReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Honest histories pass, whatever happened in them. */
class CustodyTest {
  static final SigningKey AGENT = SigningKey.parse("22".repeat(32));
  static final SigningKey BUYER = SigningKey.parse("33".repeat(32));

  @TempDir Path folder;

  private final MemoryStore store = new MemoryStore();
  private final MemoryRegistry ledger = new MemoryRegistry(Clock.systemUTC());

  private Chronicle chronicle(String id) throws Exception {
    return new Chronicle(ledger.as(Chronicle.OWNER), store, id, folder);
  }

  private CustodyReport verify(Verification what) {
    return verify(ledger.readOnly(), store, what);
  }

  static CustodyReport verify(RegistryReader registry, StoreReader store, Verification what) {
    return new Custody(registry, store, Clock.systemUTC(), new Random(1))
        .verify(what, Progress.NONE);
  }

  private Verification full(DatabaseId id) {
    return Verification.of(id, folder).with(Chronicle.SECRET);
  }

  private static void assertValid(CustodyReport report) {
    assertThat(report.findings()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Verdict.VALID);
  }

  @Test
  void aRegisteredIdWithoutAVersionIsValid() throws Exception {
    DatabaseId id = DatabaseId.parse("empty");
    ledger.as(Chronicle.OWNER).register(id);

    CustodyReport report = verify(full(id));

    assertValid(report);
    assertThat(report.versions()).isZero();
  }

  @Test
  void anUnknownIdCannotBeJudged() throws Exception {
    CustodyReport report = verify(full(DatabaseId.parse("nobody-registered-this")));

    assertThat(report.verdict()).isEqualTo(Verdict.INDETERMINATE);
    assertThat(report.findings()).extracting(Finding::code).containsExactly(Code.NOT_REGISTERED);
  }

  @Test
  void everythingIsCheckedWithTheKeyAndTheStateIsRebuilt() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(30);

      List<Long> steps = new ArrayList<>();
      CustodyReport report =
          new Custody(ledger.readOnly(), store, Clock.systemUTC(), new Random(1))
              .verify(full(chronicle.id), (done, of, bytes) -> steps.add(done));

      assertValid(report);
      assertThat(report.versions()).isEqualTo(30);
      assertThat(report.commits()).isEqualTo(30);
      assertThat(report.sealed()).isEqualTo(new CustodyReport.Sealed(true, 1, 30, 30));
      assertThat(report.newest()).hasSize(30);
      assertThat(report.newest().get(29).objects())
          .extracting(ObjectFact::state)
          .containsOnly(ObjectFact.State.VERIFIED);
      assertThat(report.newest().get(29).authority()).contains(Authority.OWNER);
      assertThat(steps).hasSize(30).endsWith(30L);
      assertThat(scratchFiles()).isZero();
    }
  }

  private long scratchFiles() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("inft-scratch-"))
          .count();
    }
  }

  @Test
  void withoutAKeyAllThatIsPublicIsChecked() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(5);

      CustodyReport report = verify(Verification.of(chronicle.id, folder));

      assertValid(report);
      assertThat(report.commits()).isEqualTo(5);
      assertThat(report.sealed()).isEqualTo(new CustodyReport.Sealed(false, 0, 0, 0));
    }
  }

  @Test
  void aWrongKeyIsToldApartFromAWrongHistory() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(2);
      byte[] wrong = new byte[32];
      wrong[0] = 1;

      CustodyReport report =
          verify(Verification.of(chronicle.id, folder).with(Secret.rawKey(wrong)));

      assertThat(report.findings()).extracting(Finding::code).containsExactly(Code.KEY_REJECTED);
      assertThat(report.verdict()).isEqualTo(Verdict.INDETERMINATE);
      assertThat(report.commits()).isEqualTo(2);
    }
  }

  @Test
  void agentsEpochsOwnersLocksAndFreezesOfTheirTimeAreUnderstood() throws Exception {
    var owner = ledger.as(Chronicle.OWNER);
    var agent = ledger.as(AGENT);
    var buyer = ledger.as(BUYER);
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(3);
      owner.grant(chronicle.id, AGENT.address(), Rights.WRITER, inAnHour(), 0);
      Chronicle.Draft byAgent = new Chronicle.Draft();
      byAgent.author = AGENT;
      chronicle.through(agent);
      chronicle.publish(byAgent);
      owner.freeze(chronicle.id);
      owner.unfreeze(chronicle.id);
      owner.grant(chronicle.id, AGENT.address(), Rights.KEY_ADMIN, inAnHour(), 0);
      Chronicle.Draft rotation = new Chronicle.Draft();
      rotation.author = AGENT;
      rotation.newEpoch = true;
      chronicle.publish(rotation);
      owner.revoke(chronicle.id, AGENT.address());
      owner.proposeOwner(chronicle.id, AGENT.address());
      owner.cancelProposal(chronicle.id);
      owner.proposeOwner(chronicle.id, BUYER.address());
      var head = owner.head(chronicle.id);
      buyer.acceptOwner(chronicle.id, head.root(), head.controlHash());
      chronicle.through(buyer);
      Chronicle.Draft byBuyer = new Chronicle.Draft();
      byBuyer.author = BUYER;
      byBuyer.newEpoch = true;
      chronicle.publish(byBuyer);

      CustodyReport report = verify(full(chronicle.id));

      assertValid(report);
      assertThat(report.newest())
          .extracting(fact -> fact.authority().orElseThrow().role())
          .containsExactly(
              Authority.Role.OWNER,
              Authority.Role.OWNER,
              Authority.Role.OWNER,
              Authority.Role.WRITER,
              Authority.Role.KEY_ADMIN,
              Authority.Role.OWNER);
      assertThat(report.sealed().lastEvent()).as("through three key epochs").isEqualTo(6);
    }
  }

  private static Instant inAnHour() {
    return Instant.now().plus(Duration.ofHours(1));
  }

  @Test
  void theIdOfATokenAndOfAnAccountAreUnderstood() throws Exception {
    String token = "eip155:" + ledger.readOnly().chainId() + "/erc721:0x" + "17".repeat(20) + "/5";
    for (String id : List.of(token, Chronicle.OWNER.address() + "/agents/one")) {
      try (Chronicle chronicle = chronicle(id)) {
        chronicle.publish(3);

        assertValid(verify(full(chronicle.id)));
      }
    }
  }

  @Test
  void anEpochThatTheNewestKeyCannotReachIsAWarning() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(3);
      Chronicle.Draft cut = new Chronicle.Draft();
      cut.newEpoch = true;
      cut.linkToOldEpoch = false;
      chronicle.publish(cut);
      chronicle.publish(2);

      CustodyReport report = verify(full(chronicle.id));

      assertThat(report.findings()).extracting(Finding::code).containsExactly(Code.KEY_UNREACHABLE);
      assertThat(report.verdict()).isEqualTo(Verdict.VALID_WITH_WARNINGS);
      assertThat(report.sealed().rebuilt()).isEqualTo(6);
    }
  }

  @Test
  void disputedVersionsAreAWarning() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(3);
      ledger.as(Chronicle.OWNER).flagVersions(chronicle.id, 2, 3, chronicle.context);

      CustodyReport report = verify(full(chronicle.id));

      assertThat(report.findings()).extracting(Finding::code).containsExactly(Code.DISPUTED);
      assertThat(report.verdict()).isEqualTo(Verdict.VALID_WITH_WARNINGS);
    }
  }

  @Test
  void aRangeFetchesNoOtherObjects() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(20);
      LyingStore counting = new LyingStore(store);

      CustodyReport report =
          verify(ledger.readOnly(), counting, Verification.of(chronicle.id, folder).range(14, 15));

      assertValid(report);
      assertThat(report.versions()).as("the history is always walked").isEqualTo(20);
      assertThat(report.commits()).isEqualTo(2);
      CustodyReport withKey = verify(full(chronicle.id).range(14, 15));
      assertValid(withKey);
      assertThat(withKey.sealed()).isEqualTo(new CustodyReport.Sealed(true, 14, 15, 15));
    }
  }

  @Test
  void aRangeBehindTheNewestVersionIsNoVerdict() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(2);

      CustodyReport report = verify(Verification.of(chronicle.id, folder).range(3, 9));

      assertThat(report.findings()).extracting(Finding::code).containsExactly(Code.RANGE_EMPTY);
      assertThat(report.verdict()).isEqualTo(Verdict.INDETERMINATE);
    }
  }

  @Test
  void quickReadsTheNewestVersionAndSamplesWhatItLists() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      Chronicle.Draft large = new Chronicle.Draft();
      large.ownObjects = true;
      chronicle.publish(large);
      chronicle.publish(large);
      LyingStore counting = new LyingStore(store);

      CustodyReport report =
          verify(
              ledger.readOnly(),
              counting,
              Verification.of(chronicle.id, folder).with(Verification.Depth.QUICK));

      assertValid(report);
      assertThat(report.versions()).isEqualTo(2);
      assertThat(report.commits()).isEqualTo(1);
      assertThat(report.newest().get(1).objects())
          .extracting(ObjectFact::state)
          .containsOnly(ObjectFact.State.SAMPLED);
      assertThat(counting.opened).isEqualTo(5);
    }
  }

  @Test
  void theDirectoryTwinsAreVerifiedTheSameWay() throws Exception {
    Path network = folder.resolve("network");
    try (DirectoryRegistry registry =
            DirectoryRegistry.open(
                network.resolve("registry"), Optional.of(Chronicle.OWNER), Clock.systemUTC());
        DirectoryStore files = DirectoryStore.open(network.resolve("store"));
        Chronicle chronicle = new Chronicle(registry, files, "agent-1", folder)) {
      chronicle.publish(15);

      assertValid(
          verify(
              DirectoryRegistry.open(
                  network.resolve("registry"), Optional.empty(), Clock.systemUTC()),
              DirectoryStore.open(network.resolve("store")),
              full(chronicle.id)));
    }
  }

  @Test
  void aThousandVersionsPassAndTheReportStaysBounded() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(1_010);

      CustodyReport report = verify(full(chronicle.id));

      assertValid(report);
      assertThat(report.versions()).isEqualTo(1_010);
      assertThat(report.commits()).isEqualTo(1_010);
      assertThat(report.sealed()).isEqualTo(new CustodyReport.Sealed(true, 1, 1_010, 1_010));
      assertThat(report.newest()).hasSize(CustodyReport.MAX_VERSIONS);
    }
  }

  @Test
  void theJsonFormNamesItsSchemaAndSaysWhatTheReportSays() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(2);

      JsonNode json = new ObjectMapper().readTree(verify(full(chronicle.id)).toJson());

      assertThat(json.path("schema").asText()).isEqualTo("inft-custody/1");
      assertThat(json.path("verdict").asText()).isEqualTo("VALID");
      assertThat(json.path("head").path("version").asInt()).isEqualTo(2);
      assertThat(json.path("checked").path("rebuiltVersion").asInt()).isEqualTo(2);
      assertThat(json.path("checked").path("events").path("to").asInt()).isEqualTo(2);
      assertThat(json.path("findings")).isEmpty();
      assertThat(json.path("versions")).hasSize(2);
      assertThat(json.path("versions").path(1).path("signed").asBoolean()).isTrue();
      assertThat(json.path("versions").path(1).path("authority").path("role").asText())
          .isEqualTo("owner");
      assertThat(json.path("versions").path(1).path("objects").path(0).path("state").asText())
          .isEqualTo("verified");
      assertThat(json.toString()).doesNotContain("secret").doesNotContain("null");
    }
  }

  @Test
  void anInterruptedThreadStopsAndStaysInterrupted() throws Exception {
    try (Chronicle chronicle = chronicle("agent-1")) {
      chronicle.publish(3);
      Thread.currentThread().interrupt();

      CustodyReport report = verify(full(chronicle.id));

      assertThat(Thread.interrupted()).isTrue();
      assertThat(report.verdict()).isEqualTo(Verdict.INDETERMINATE);
      assertThat(report.findings()).extracting(Finding::code).containsExactly(Code.INTERRUPTED);
    }
  }
}
