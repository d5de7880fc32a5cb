package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Digest;
import io.inft.devnet.Misbehaviour;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.ObjectRef;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sectors that are read without a proof, because their hash is known. */
class PartsTest extends TwoFullNodes {
  private static final int SIZE = SEGMENT + 50_000;
  private static final int FROM = SEGMENT - 20_001;
  private static final int LENGTH = 40_000;

  private static long calls(String method) {
    return network.devnet().nodes().stream().mapToLong(node -> node.calls().of(method)).sum();
  }

  private static long unproved() {
    return calls("zgs_downloadSegmentByTxSeq");
  }

  private static byte[] part(byte[] object) {
    return Arrays.copyOfRange(object, FROM, FROM + LENGTH);
  }

  private byte[] read(ObjectRef ref, Digest digest) throws Exception {
    return store.readPart(ref, FROM, LENGTH, digest);
  }

  @Test
  void onlyItsSectorsAreAskedFor() throws Exception {
    byte[] object = bytes(SIZE);
    ObjectRef ref = putOnBoth(object);
    long before = unproved();
    long proved = calls("zgs_downloadSegmentWithProofByTxSeq");

    assertThat(read(ref, Digest.sha256(part(object)))).isEqualTo(part(object));

    assertThat(unproved() - before).as("over the border of two segments").isEqualTo(2);
    assertThat(calls("zgs_downloadSegmentWithProofByTxSeq")).isEqualTo(proved);
  }

  @Test
  void whatElseIsReadOfTheObjectNeedsNoSecondLookUp() throws Exception {
    byte[] object = bytes(SIZE);
    ObjectRef ref = putOnBoth(object);
    assertThatThrownBy(() -> read(ref, Digest.ZERO)).isInstanceOf(SubstitutedObjectException.class);
    long lookUps = calls("zgs_getFileInfo");

    assertThat(read(ref, Digest.sha256(part(object)))).isEqualTo(part(object));
    assertThat(store.openScattered(ref).readAll(SIZE)).isEqualTo(object);

    assertThat(calls("zgs_getFileInfo")).isEqualTo(lookUps);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "CORRUPT",
        "TRUNCATE",
        "BAD_BASE64",
        "MISPLACE",
        "SUBSTITUTE",
        "FORGET",
        "DROP",
        "SILENT"
      })
  void whatOneNodeDoesWrongIsMadeUpForByTheOther(Kind kind) throws Exception {
    byte[] object = bytes(SIZE);
    ObjectRef ref = putOnBoth(object);
    for (Misbehaviour one : List.of(first, second)) {
      one.next(4, kind, "zgs_downloadSegmentByTxSeq");

      assertThat(read(ref, Digest.sha256(part(object)))).isEqualTo(part(object));

      network.behave();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CORRUPT", "TRUNCATE", "BAD_BASE64", "MISPLACE", "SUBSTITUTE"})
  void whereAllServeOtherBytesThereIsNoPart(Kind kind) throws Exception {
    byte[] object = bytes(SIZE);
    ObjectRef ref = putOnBoth(object);
    first.startForSegments(kind, 1);
    second.startForSegments(kind, 1);
    long before = unproved();

    assertThatThrownBy(() -> read(ref, Digest.sha256(part(object))))
        .isInstanceOf(SubstitutedObjectException.class);

    assertThat(unproved() - before).as("each is asked once").isEqualTo(4);
  }

  /** Whoever told the hash may have lied: nobody is asked again and again. */
  @Test
  void whereTheHashIsAnotherEachNodeIsAskedOnce() throws Exception {
    ObjectRef ref = putOnBoth(bytes(SIZE));
    long before = unproved();

    assertThatThrownBy(() -> read(ref, Digest.ZERO)).isInstanceOf(SubstitutedObjectException.class);

    assertThat(unproved() - before).isEqualTo(4);
  }

  @Test
  void noneAndNobodyAreToldApart() throws Exception {
    byte[] object = bytes(SIZE);
    ObjectRef ref = putOnBoth(object);
    first.next(9, Kind.FORGET, "zgs_downloadSegmentByTxSeq");
    second.next(9, Kind.FORGET, "zgs_downloadSegmentByTxSeq");

    assertThatThrownBy(() -> read(ref, Digest.sha256(part(object))))
        .isInstanceOf(ObjectMissingException.class);

    network.behave();
    first.next(99, Kind.DROP, "zgs_downloadSegmentByTxSeq");
    second.next(99, Kind.DROP, "zgs_downloadSegmentByTxSeq");
    assertThatThrownBy(() -> read(ref, Digest.sha256(part(object))))
        .isInstanceOf(StoreUnavailableException.class);
  }
}
