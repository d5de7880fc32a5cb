package io.inft.replica.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.store.DirectoryStore;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectFolderTest {
  @TempDir Path folder;

  @Test
  void forgetsWhatAProcessThatDiedHadBegunAndNothingElse() throws Exception {
    ObjectFolder objects = new ObjectFolder(folder, DirectoryStore.open(folder.resolve("store")));
    ObjectRef kept = objects.keep(new byte[] {1, 2, 3});
    String name = kept.root().hex() + "-" + kept.sizeBytes();
    Path place = objects.unfinished("pack").resolveSibling(name);
    Files.write(objects.unfinished("pack"), new byte[] {1});
    Files.write(place.resolveSibling(name + ".new"), new byte[] {1});

    objects.forgetUnfinished();

    assertThat(place).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(place.getParent().toFile().list()).containsExactly(name);
  }

  /** Where less or something else lies, the store is asked. */
  @Test
  void whatIsNotWholeIsNotThere() throws Exception {
    byte[] object = {1, 2, 3};
    DirectoryStore store = DirectoryStore.open(folder.resolve("store"));
    ObjectRef ref = store.put(ByteSource.of(object), TransferListener.NONE);
    ObjectFolder objects = new ObjectFolder(folder, store);
    Path place = objects.unfinished("x").resolveSibling(ref.root().hex() + "-" + ref.sizeBytes());
    objects.keep(object);
    assertThat(objects.proven(ref)).contains(object);

    for (byte[] less : new byte[][] {{1, 2}, {}}) {
      Files.write(place, less);
      assertThat(objects.has(ref)).isFalse();
      assertThat(objects.proven(ref)).isEmpty();
      assertThat(objects.open(ref).readAll(3)).isEqualTo(object);
    }
    Files.write(place, new byte[] {1, 2, 4});
    assertThat(objects.proven(ref)).isEmpty();
    assertThat(objects.fetch(ref)).isEqualTo(object);
  }
}
