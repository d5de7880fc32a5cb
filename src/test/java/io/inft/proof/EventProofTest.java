package io.inft.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.commit.Event;
import io.inft.commit.EventTree;
import io.inft.failure.InvalidIdException;
import io.inft.failure.SettingException;
import io.inft.proof.ProofReport.Code;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Receipts: made, written, read and judged. */
class EventProofTest {
  private static Code judged(byte[] receipt, ProofPin pin) {
    return ProofCheck.check(receipt, pin).code();
  }

  private static String text(EventProof proof) {
    return new String(proof.toBytes(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aThousandGenuineOnesAreAcceptedAndHaveOneText() throws Exception {
    int receipts = 0;
    for (long seed = 1; receipts < 1000; seed++) {
      Random random = new Random(-seed);
      ReceiptWorld world =
          new ReceiptWorld(
              seed, 1 + random.nextInt(5), 1 + random.nextInt(70), 1 + random.nextInt(9));
      for (int i = 0; i < 50; i++, receipts++) {
        int version = random.nextInt(3);
        int event = random.nextInt(world.events.get(version).size());
        int to = version + random.nextInt(3 - version);
        EventProof made = world.receipt(version, event, to, random.nextInt(8) == 0);
        byte[] file = made.toBytes();
        assertThat(Proof.parse(file)).isEqualTo(made);
        ProofReport byRoot = ProofCheck.check(file, world.rootPin(version));
        assertThat(byRoot.code()).as(byRoot.message()).isEqualTo(Code.PROVED);
        assertThat(byRoot.historyVersion()).isZero();
        ProofReport byHistory = ProofCheck.check(file, world.historyPin(to));
        assertThat(byHistory.code()).as(byHistory.message()).isEqualTo(Code.PROVED);
        assertThat(byHistory.historyVersion()).isEqualTo(to + 1);
        assertThat(byHistory.signed()).isEqualTo(made.commit().isWhole());
      }
    }
  }

  /** With the registry's word nothing of a receipt can be another, not even what is claimed. */
  private static void mutationsAreRefused(int count, long seed) throws Exception {
    ReceiptWorld world = new ReceiptWorld(seed, 5, 13, 4);
    List<byte[]> donors = new ArrayList<>();
    for (ReceiptWorld other : List.of(world, new ReceiptWorld(seed + 1, 5, 13, 4))) {
      for (int version = 0; version < 3; version++) {
        donors.add(other.receipt(version, 1, 2, false).toBytes());
        donors.add(other.receipt(version, 2, version, true).toBytes());
      }
    }
    List<EventProof> genuine =
        List.of(
            world.receipt(1, 6),
            world.receipt(1, 12, 2, false),
            world.receipt(2, 0, 2, true),
            world.receipt(0, 4));
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      EventProof proof = genuine.get(i % genuine.size());
      int version = (int) proof.context().version() - 1;
      byte[] changed = ReceiptMutations.mutated(proof.toBytes(), donors, random);
      ProofReport report =
          ProofCheck.check(changed, world.historyPin(version + proof.links().size()));
      assertThat(report.outcome())
          .as("mutation %s of seed %s:%n%s", i, seed, new String(changed, StandardCharsets.UTF_8))
          .isNotEqualTo(ProofReport.Outcome.VALID);
      ProofReport byRoot = ProofCheck.check(changed, world.rootPin(version));
      if (byRoot.outcome() == ProofReport.Outcome.VALID) {
        EventProof read = (EventProof) byRoot.proof().orElseThrow();
        assertThat(byRoot.historyVersion()).isZero();
        assertThat(read.event()).isEqualTo(proof.event());
        assertThat(read.inclusion()).isEqualTo(proof.inclusion());
        assertThat(read.commit()).isEqualTo(proof.commit());
      }
    }
  }

  @Test
  void aThousandChangedOnesAreRefused() throws Exception {
    mutationsAreRefused(1000, 77);
  }

  @Tag("heavy")
  @Test
  void aHundredThousandChangedOnesAreRefused() throws Exception {
    for (int round = 0; round < 100; round++) {
      mutationsAreRefused(1000, 1000 + round);
    }
  }

  @Test
  void everyBitOfAShortOneCounts() throws Exception {
    ReceiptWorld world = new ReceiptWorld(5, 3, 1);
    byte[] genuine = world.receipt(0, 1).toBytes();
    for (int at = 0; at < genuine.length; at++) {
      byte[] changed = genuine.clone();
      changed[at] ^= (byte) (1 << at % 8);
      assertThat(ProofCheck.check(changed, world.historyPin(0)).outcome())
          .as("byte %s", at)
          .isNotEqualTo(ProofReport.Outcome.VALID);
    }
  }

  @Test
  void whatIsNotThePinnedOneIsRefusedByItsName() throws Exception {
    ReceiptWorld world = new ReceiptWorld(9, 3, 4, 2);
    byte[] receipt = world.receipt(1, 2).toBytes();
    String pin = world.rootPin(1).toString();

    assertThat(judged(receipt, ProofPin.parse("pin", pin))).isEqualTo(Code.PROVED);
    assertThat(judged(receipt, new ReceiptWorld(10, 3, 4, 2).rootPin(1)))
        .isEqualTo(Code.OTHER_DATABASE);
    assertThat(judged(receipt, ProofPin.parse("pin", pin.replace("16661:", "16662:"))))
        .isEqualTo(Code.OTHER_DATABASE);
    assertThat(judged(receipt, ProofPin.parse("pin", pin.replace(":0x62", ":0x63"))))
        .isEqualTo(Code.OTHER_DATABASE);
    assertThat(judged(receipt, world.rootPin(2))).isEqualTo(Code.OTHER_VERSION);
    assertThat(judged(receipt, world.historyPin(0))).isEqualTo(Code.OTHER_VERSION);
    assertThat(judged(receipt, world.historyPin(2))).isEqualTo(Code.NOT_LINKED);
    String root = world.versions.get(1).anchor().root().hex();
    assertThat(judged(receipt, ProofPin.parse("pin", pin.replace(root, "ab".repeat(32)))))
        .isEqualTo(Code.OTHER_ROOT);
    assertThat(
            judged(receipt, ProofPin.parse("pin", pin.replace(":0x" + root, ":history=0x" + root))))
        .isEqualTo(Code.HISTORY_MISMATCH);
  }

  @Test
  void aCommitObjectWithoutItsAuthorsSignatureIsRefusedWhereItIsShown() throws Exception {
    ReceiptWorld world = new ReceiptWorld(11, 3);
    EventProof signed = world.receipt(0, 0, 0, true);
    byte[] object = signed.commit().bytes().toBytes();
    object[object.length - 10] ^= 1;
    EventProof forged = withObject(signed, object);

    ProofPin pin =
        new ProofPin(
            ReceiptWorld.CHAIN,
            ReceiptWorld.REGISTRY,
            world.id,
            1,
            java.util.Optional.of(forged.context().root()),
            java.util.Optional.empty());
    assertThat(judged(signed.toBytes(), world.rootPin(0))).isEqualTo(Code.PROVED);
    assertThat(judged(forged.toBytes(), pin)).isEqualTo(Code.SIGNATURE_MISMATCH);
  }

  private static EventProof withObject(EventProof proof, byte[] object) throws Exception {
    CommitEvidence whole = CommitEvidence.whole(object);
    ProofContext said = proof.context();
    return new EventProof(
        new ProofContext(said.chainId(), said.registry(), said.id(), said.version(), whole.root()),
        proof.event(),
        proof.inclusion(),
        whole,
        proof.anchor(),
        proof.historyBefore(),
        proof.links());
  }

  /** Whoever knows all of a neighbour but its blind cannot find its leaf in the receipt. */
  @Test
  void aGuessOfANeighbourCannotBeConfirmed() throws Exception {
    ReceiptWorld world = new ReceiptWorld(12, 2);
    EventProof receipt = world.receipt(0, 0);
    Event neighbour = world.events.get(0).get(1);
    Digest beside = receipt.inclusion().path().get(0);
    Blob blind = world.receipt(0, 1).inclusion().blind();

    assertThat(leaf(neighbour, blind)).as("the guess is right").isEqualTo(beside);
    assertThat(leaf(neighbour, receipt.inclusion().blind())).isNotEqualTo(beside);
    assertThat(leaf(neighbour, Blob.of(new byte[16]))).isNotEqualTo(beside);
    EventTree otherKey = EventTree.keepingLeaves(Blob.of(new byte[32]));
    world.events.get(0).forEach(otherKey::add);
    assertThat(otherKey.inclusion(1).path()).isNotEqualTo(receipt.inclusion().path());
    assertThat(text(receipt)).doesNotContain(text(world.receipt(0, 1)).lines().toList().get(8));
  }

  private static Digest leaf(Event event, Blob blind) throws Exception {
    ByteWriter content = new ByteWriter().u8(event.source().code());
    if (event.source() == Event.Source.APPLICATION) {
      content.u64(event.applicationSequence()).bytes(event.lineage().toBytes());
    }
    byte[] type = bytes(event.type());
    content.u8(type.length).bytes(type).bytes32(bytes(event.payloadJson()));
    return Digest.sha256(
        new byte[] {0},
        blind.toBytes(),
        new ByteWriter().u64(event.sequence()).u64(event.timeMillis()).toBytes(),
        Digest.sha256(content.toBytes()).toBytes());
  }

  @Test
  void anOrdinaryOneHasAtMostTwoKilobytes() throws Exception {
    ReceiptWorld world = new ReceiptWorld(13, 1000);
    EventProof receipt = world.receipt(0, 500);
    int own = bytes(receipt.event().payloadJson()).length * 2;

    assertThat(receipt.inclusion().path()).hasSize(10);
    assertThat(receipt.toBytes().length - own).isLessThanOrEqualTo(2048);
  }

  @Test
  void theDocumentsExampleIsTheGoldenFile() throws Exception {
    String golden = Files.readString(Path.of("src/test/resources/golden/proof/event.receipt"));
    String page = Files.readString(Path.of("src/site/markdown/receipt.md"));
    ReceiptWorld world = new ReceiptWorld(2026, 2, 5, 1);

    assertThat(text(world.receipt(1, 2))).isEqualTo(golden);
    assertThat(page).contains("```\n" + golden + "```\n");
    assertThat(page).contains(world.rootPin(1).toString(), world.historyPin(1).toString());
  }

  @Test
  void theDocumentNamesEveryCode() throws Exception {
    String page = Files.readString(Path.of("src/site/markdown/receipt.md"));
    for (Code code : Code.values()) {
      assertThat(page).contains("| " + code + " | " + code.outcome() + " |");
    }
  }

  @Test
  void aLaterFormatIsNoContradiction() throws Exception {
    ReceiptWorld world = new ReceiptWorld(14, 1);
    String receipt = text(world.receipt(0, 0));

    for (String first : List.of("inft-proof 2 event", "inft-proof 1 vote")) {
      assertThat(judged(bytes(receipt.replace("inft-proof 1 event", first)), world.rootPin(0)))
          .isEqualTo(Code.FORMAT_TOO_NEW);
    }
    assertThat(judged(new byte[0], world.rootPin(0))).isEqualTo(Code.MALFORMED);
    assertThat(judged(bytes(receipt.replace("\n", "\r\n")), world.rootPin(0)))
        .isEqualTo(Code.MALFORMED);
    assertThat(judged(new byte[EventProof.MAX_BYTES + 1], world.rootPin(0)))
        .isEqualTo(Code.MALFORMED);
  }

  @Test
  void aPinOfAnotherFormIsAWrongSetting() throws Exception {
    String root = "0x" + "ab".repeat(32);
    String registry = "0x" + "cd".repeat(20);
    for (String wrong :
        List.of(
            "",
            "1:" + registry + ":a:1",
            "1:" + registry + ":a:0:" + root,
            "1:" + registry + ":a:1:" + root + "00",
            "x:" + registry + ":a:1:" + root)) {
      assertThatThrownBy(() -> ProofPin.parse("--pin", wrong))
          .isInstanceOf(SettingException.class)
          .hasMessageContaining("--pin");
    }
    assertThatThrownBy(() -> ProofPin.parse("--pin", "1:" + registry + "://:1:" + root))
        .isInstanceOf(InvalidIdException.class);
    String nft = "eip155:1/erc721:" + registry + "/5";
    assertThat(ProofPin.parse("--pin", "1:" + registry + ":" + nft + ":7:" + root).id().toString())
        .isEqualTo(nft);
  }
}
