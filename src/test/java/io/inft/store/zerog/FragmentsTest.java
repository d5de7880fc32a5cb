package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.failure.StoreUnavailableException;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectRef;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are cut into several objects. */
class FragmentsTest extends TwoFullNodes {
  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void filesAboveTheFragmentSizeAreCutAndPutTogether(int fragments) throws Exception {
    ZeroGFiles files = new ZeroGFiles(store);
    byte[] file = bytes((fragments - 1) * SEGMENT + 1000);

    List<ObjectRef> refs = files.put(ByteSource.of(file), SEGMENT, TransferListener.NONE);
    List<ObjectRef> again = files.put(ByteSource.of(file), SEGMENT, TransferListener.NONE);

    assertThat(refs).hasSize(fragments).isEqualTo(again);
    assertThat(files.open(refs.stream().map(ObjectRef::root).toList()).readAll(file.length))
        .isEqualTo(file);
    assertThat(files.info(refs.get(0).root()))
        .isNotEmpty()
        .allSatisfy(status -> assertThat(status.sizeBytes()).isEqualTo(refs.get(0).sizeBytes()));
    assertThat(paid()).isEqualTo(fragments);
  }

  @Test
  void fragmentsResumeWithoutPayingAgain() throws Exception {
    ZeroGFiles files = new ZeroGFiles(store);
    byte[] file = bytes(3 * SEGMENT + 1000);
    first.next(1000, Kind.DROP, "zgs_upload");
    second.next(1000, Kind.DROP, "zgs_upload");
    assertThatThrownBy(() -> files.put(ByteSource.of(file), SEGMENT, TransferListener.NONE))
        .isInstanceOf(StoreUnavailableException.class);
    network.behave();

    List<ObjectRef> refs = files.put(ByteSource.of(file), SEGMENT, TransferListener.NONE);

    assertThat(files.open(refs.stream().map(ObjectRef::root).toList()).readAll(file.length))
        .isEqualTo(file);
    assertThat(paid()).isEqualTo(4);
    assertThat(files.info(MerkleRoot.of(ByteSource.of(bytes(77))))).isEmpty();
  }
}
