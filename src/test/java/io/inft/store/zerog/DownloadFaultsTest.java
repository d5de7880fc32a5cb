package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.ObjectRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reading while nodes fail, lie and forget. */
class DownloadFaultsTest extends TwoFullNodes {
  @ParameterizedTest
  @EnumSource(
      names = {
        "CORRUPT",
        "TRUNCATE",
        "BAD_BASE64",
        "MISPLACE",
        "SUBSTITUTE",
        "BAD_PROOF",
        "FORGET",
        "CUT",
        "GARBAGE",
        "GIANT",
        "DROP",
        "TOO_MANY_REQUESTS"
      })
  void readsFromAnotherHolderWhenOneFails(Kind kind) throws Exception {
    byte[] object = bytes(2 * SEGMENT + 99);
    ObjectRef ref = putOnBoth(object);

    first.next(1000, kind, "zgs_downloadSegment");

    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
  }

  @ParameterizedTest
  @EnumSource(names = {"CORRUPT", "TRUNCATE", "BAD_BASE64", "SUBSTITUTE", "BAD_PROOF"})
  void refusesOtherBytesWhoeverServesThem(Kind kind) throws Exception {
    byte[] small = bytes(1000);
    byte[] large = bytes(SEGMENT + 99);
    ObjectRef smallRef = putOnBoth(small);
    ObjectRef largeRef = putOnBoth(large);

    first.start(kind);
    second.start(kind);

    assertThatThrownBy(() -> store.open(smallRef).readAll(small.length))
        .isInstanceOf(SubstitutedObjectException.class);
    assertThatThrownBy(() -> store.open(largeRef).readAll(large.length))
        .isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void refusesASegmentFromAnotherPlace() throws Exception {
    byte[] object = bytes(2 * SEGMENT);
    ObjectRef ref = putOnBoth(object);
    first.start(Kind.MISPLACE);
    second.start(Kind.MISPLACE);

    assertThatThrownBy(() -> store.open(ref).read(0, 10))
        .isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void nobodyServingIsUnavailableAndNobodyHavingIsMissing() throws Exception {
    byte[] object = bytes(500);
    ObjectRef ref = putOnBoth(object);
    ByteSource source = store.open(ref);

    first.next(1000, Kind.DROP, "zgs_downloadSegment");
    second.next(1000, Kind.DROP, "zgs_downloadSegment");
    assertThatThrownBy(() -> source.readAll(object.length))
        .isInstanceOf(StoreUnavailableException.class)
        .satisfies(failure -> assertThat(failure.getSuppressed()).isNotEmpty());

    network.behave();
    first.start(Kind.FORGET);
    second.start(Kind.FORGET);
    assertThatThrownBy(() -> source.readAll(object.length))
        .isInstanceOf(ObjectMissingException.class);

    network.behave();
    assertThat(source.readAll(object.length)).isEqualTo(object);
  }

  @Test
  void doesNotNeedTheIndexerToKnowWhereAFileIs() throws Exception {
    byte[] object = bytes(700);
    ObjectRef ref = put(store, object);
    network.devnet().indexer().misbehaviour().start(Kind.NO_LOCATIONS);

    assertThat(store.contains(ref)).isTrue();
    assertThat(store.open(ref).readAll(700)).isEqualTo(object);
  }
}
