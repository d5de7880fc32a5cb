package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Digest;
import io.inft.commit.BodyEditor;
import io.inft.registry.Anchored;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Objects that are missing, others than those that were anchored, or contradict the registry. */
class ObjectAttackTest extends AttackedHistory {
  @BeforeEach
  @Override
  void publishAHistory() throws Exception {
    super.publishAHistory();
  }

  @Test
  void aMissingCommitObjectOfTheHeadIsNoVerdictAndAnOldOneAWarning() throws Exception {
    store.lost.add(chronicle.anchored().anchor().root());
    CustodyReport newest = verify(Verification.of(chronicle.id, folder));
    assertFound(newest, Verdict.INDETERMINATE, Code.OBJECT_MISSING);

    store.lost.clear();
    Chronicle.Draft fresh = new Chronicle.Draft();
    fresh.newEpoch = true;
    chronicle.publish(fresh);
    store.lost.add(ledger.readOnly().version(chronicle.id, 3, 0).anchor().root());
    CustodyReport old = verify(Verification.of(chronicle.id, folder));
    assertFound(old, Verdict.VALID_WITH_WARNINGS, Code.OBJECT_MISSING);
  }

  @Test
  void aSubstitutedCommitObjectIsFound() throws Exception {
    Anchored three = ledger.readOnly().version(chronicle.id, 3, 0);
    Anchored four = ledger.readOnly().version(chronicle.id, 4, 0);
    store.served.put(four.anchor().root(), objects.open(Fetch.refOf(three)).readAll(1 << 20));

    CustodyReport report = verify(Verification.of(chronicle.id, folder));

    assertThat(report.findings()).extracting(Finding::code).containsOnly(Code.OBJECT_SUBSTITUTED);
    assertThat(report.verdict()).isEqualTo(Verdict.INVALID);
  }

  @Test
  void aSubstitutedOrMissingPackIsFound() throws Exception {
    Chronicle.Draft own = new Chronicle.Draft();
    own.ownObjects = true;
    chronicle.publish(own);
    var snapshot =
        chronicle.commit().body().restoreSet().stream()
            .filter(p -> p.producedBy() == VERSIONS + 1)
            .findFirst()
            .orElseThrow();
    Digest root = ((io.inft.commit.Location.Own) snapshot.location()).root();

    byte[] other =
        objects
            .open(new io.inft.store.merkle.ObjectRef(root, snapshot.sizeBytes()))
            .readAll(1 << 20);
    other[other.length / 2] ^= 1;
    store.served.put(root, other);
    CustodyReport report = verify(Verification.of(chronicle.id, folder));
    assertFound(report, Verdict.INVALID, Code.OBJECT_SUBSTITUTED);

    store.served.clear();
    store.lost.add(root);
    assertFound(
        verify(Verification.of(chronicle.id, folder)), Verdict.INDETERMINATE, Code.OBJECT_MISSING);
    assertFound(
        verify(Verification.of(chronicle.id, folder).with(Verification.Depth.QUICK)),
        Verdict.INDETERMINATE,
        Code.OBJECT_MISSING);
  }

  @Test
  void aStoreThatDoesNotAnswerIsNoVerdict() {
    store.down = true;

    assertFound(
        verify(Verification.of(chronicle.id, folder)),
        Verdict.INDETERMINATE,
        Code.STORE_UNAVAILABLE);
  }

  @Test
  void aCommitObjectThatContradictsTheRegistryIsAMismatch() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.body =
        b -> BodyEditor.edited(b, editor -> editor.kind = io.inft.registry.Kind.IMPORT.code());
    chronicle.publish(draft);

    assertFound(verify(), Verdict.INVALID, Code.COMMIT_MISMATCH);
  }

  @Test
  void aCommitObjectMadeForAnotherDatabaseIsAMismatch() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.body = b -> BodyEditor.edited(b, editor -> editor.context = Digest.sha256(new byte[1]));
    chronicle.publish(draft);

    assertThat(verify(Verification.of(chronicle.id, folder)).findings())
        .extracting(Finding::code)
        .containsOnly(Code.COMMIT_MISMATCH);
  }

  @Test
  void anAuthorWhoDoesNotSignIsFound() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.bytes =
        bytes -> {
          bytes[bytes.length - 1] ^= 7; // v: recovers to somebody else
          return bytes;
        };
    chronicle.publish(draft);

    assertThat(verify(Verification.of(chronicle.id, folder)).findings())
        .extracting(Finding::code)
        .containsExactly(Code.COMMIT_SIGNATURE);
  }

  @Test
  void bytesAnchoredThatAreNoCommitObjectAreMalformed() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.bytes = bytes -> new byte[] {1, 2, 3};
    chronicle.publish(draft);

    assertFound(verify(Verification.of(chronicle.id, folder)), Verdict.INVALID, Code.MALFORMED);
  }

  @Test
  void aCommitObjectThatWasNeverUploadedIsMissing() throws Exception {
    Chronicle.Draft draft = new Chronicle.Draft();
    draft.upload = false;
    chronicle.publish(draft);

    CustodyReport report = verify();

    assertThat(report.findings())
        .extracting(Finding::code)
        .containsOnly(Code.OBJECT_MISSING, Code.KEY_UNREACHABLE);
    assertThat(report.verdict()).isEqualTo(Verdict.INDETERMINATE);
  }
}
