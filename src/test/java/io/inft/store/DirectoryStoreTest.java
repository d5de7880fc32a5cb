package io.inft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.ForeignFileException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.store.merkle.MerkleRoot;
import io.inft.store.merkle.ObjectLayout;
import io.inft.store.merkle.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest extends StoreContract {
  private static final int SEGMENT = ObjectLayout.SEGMENT_BYTES;

  @TempDir Path home;

  @Override
  protected Store newStore() throws Exception {
    return DirectoryStore.open(home.resolve("objects of others"));
  }

  @Override
  protected void tamper(Store store, ObjectRef object, UnaryOperator<byte[]> change)
      throws IOException {
    Path path = path(object);
    Files.write(path, change.apply(Files.readAllBytes(path)));
  }

  private Path path(ObjectRef object) {
    return home.resolve("objects of others/objects")
        .resolve(object.root().hex().substring(0, 2))
        .resolve(object.root().hex() + "-" + object.sizeBytes());
  }

  private Path besides(ObjectRef object) {
    return path(object).resolveSibling(path(object).getFileName() + ".segments");
  }

  private ObjectRef put(byte[] object) throws Exception {
    return store().put(ByteSource.of(object), TransferListener.NONE);
  }

  @Test
  void anotherProcessSeesTheObject() throws Exception {
    byte[] object = bytes(SEGMENT + 1, "other");
    ObjectRef ref = put(object);

    try (DirectoryStore other = DirectoryStore.open(home.resolve("objects of others"))) {
      assertThat(other.open(ref).readAll(object.length)).isEqualTo(object);
    }
  }

  @Test
  void servesWithoutProofWhatLiesThereButNeverAnotherLength() throws Exception {
    byte[] object = bytes(SEGMENT + 1, "unproved");
    ObjectRef ref = put(object);
    object[SEGMENT] ^= 1;
    Files.write(path(ref), object);

    assertThat(store().openUnproved(ref).readAll(object.length)).isEqualTo(object);
    assertThatThrownBy(() -> store().open(ref).readAll(object.length))
        .isInstanceOf(SubstitutedObjectException.class);

    Files.write(path(ref), new byte[10]);
    ByteSource shorter = store().openUnproved(ref);
    assertThatThrownBy(() -> shorter.read(0, 10)).isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void leavesNoTemporaryFiles() throws Exception {
    put(bytes(SEGMENT + 1, "clean"));
    put(bytes(SEGMENT + 1, "clean"));

    try (Stream<Path> left = Files.list(home.resolve("objects of others/tmp"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void putReplacesADamagedObject() throws Exception {
    byte[] object = bytes(SEGMENT + 1, "heal");
    ObjectRef ref = put(object);
    Files.write(path(ref), new byte[10]);

    put(object);

    assertThat(store().open(ref).readAll(object.length)).isEqualTo(object);
  }

  @Test
  void doesWithoutTheSegmentRoots() throws Exception {
    byte[] object = bytes(2 * SEGMENT + 1, "sidecar");
    ObjectRef ref = put(object);

    Files.delete(besides(ref));
    assertThat(store().open(ref).readAll(object.length)).isEqualTo(object);

    Files.write(besides(ref), new byte[96]);
    assertThat(store().open(ref).readAll(object.length)).isEqualTo(object);

    put(object);
    assertThat(Files.readAllBytes(besides(ref))).hasSize(96).isNotEqualTo(new byte[96]);
  }

  @Test
  void aSmallReadTouchesOneSegmentOnly() throws Exception {
    byte[] object = bytes(3 * SEGMENT, "one segment");
    ObjectRef ref = put(object);
    tamper(
        store(),
        ref,
        stored -> {
          stored[0] ^= 1;
          return stored;
        });

    assertThat(store().open(ref).read(2 * SEGMENT + 4096, 4096)).hasSize(4096);
    assertThatThrownBy(() -> store().open(ref).read(0, 1))
        .isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void refusesAFolderThatIsNotAStore() throws Exception {
    Path folder = Files.createDirectory(home.resolve("photos"));
    Files.writeString(folder.resolve("cat.jpg"), "meow");

    assertThatThrownBy(() -> DirectoryStore.open(folder))
        .isInstanceOf(ForeignFileException.class)
        .hasMessageContaining("cat.jpg");
    assertThat(folder.resolve("objects")).doesNotExist();
  }

  @Test
  void refusesAFileWhereTheFolderShouldBe() throws Exception {
    Path file = Files.writeString(home.resolve("file"), "mine");

    assertThatThrownBy(() -> DirectoryStore.open(file)).isInstanceOf(ForeignFileException.class);
    assertThatThrownBy(() -> DirectoryStore.open(file.resolve("below")))
        .isInstanceOf(ForeignFileException.class);
    assertThat(file).hasContent("mine");
  }

  @Test
  void refusesAFolderWhereAnObjectShouldBe() throws Exception {
    byte[] object = bytes(10, "in the way");
    ObjectRef ref = MerkleRoot.refOf(ByteSource.of(object));
    store();
    Files.createDirectories(path(ref));

    assertThatThrownBy(() -> put(object)).isInstanceOf(ForeignFileException.class);
    assertThatThrownBy(() -> store().open(ref)).isInstanceOf(ForeignFileException.class);
  }

  @Test
  void refusesAStoreOfALaterRelease() throws Exception {
    store();
    Path folder = home.resolve("objects of others");
    Files.writeString(folder.resolve("inft-store"), "inft directory store, format 2\n");

    assertThatThrownBy(() -> DirectoryStore.open(folder)).isInstanceOf(FormatTooNewException.class);

    Files.writeString(folder.resolve("inft-store"), "something else");
    assertThatThrownBy(() -> DirectoryStore.open(folder)).isInstanceOf(ForeignFileException.class);
  }

  @Test
  void clearsTemporaryFilesOfDeadProcesses() throws Exception {
    store();
    Path old = Files.createFile(home.resolve("objects of others/tmp/old.tmp"));
    Path young = Files.createFile(home.resolve("objects of others/tmp/young.tmp"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

    DirectoryStore.open(home.resolve("objects of others")).close();

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void aDiskThatIsFullLeavesNoHalfObject() throws Exception {
    store();
    Path folder = home.resolve("objects of others");
    Process full = onALimitedDisk(folder);

    assertThat(full.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String output = new String(full.getInputStream().readAllBytes(), UTF_8);
    assertThat(output).contains("LocalStorageException");
    try (Stream<Path> left = Files.walk(folder.resolve("objects")).filter(Files::isRegularFile)) {
      assertThat(left).isEmpty();
    }
    try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
      assertThat(left).isEmpty();
    }
  }

  /** A process that may write files of at most 256 KiB; the kernel refuses the rest. */
  private static Process onALimitedDisk(Path folder) throws IOException {
    List<String> java =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            FullDisk.class.getName(),
            folder.toString());
    String script = "ulimit -f 512; trap '' XFSZ; exec \"$@\"";
    List<String> command = new java.util.ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(java);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Runs in a process of its own. */
  static final class FullDisk {
    public static void main(String[] arguments) throws Exception {
      try (DirectoryStore store = DirectoryStore.open(Path.of(arguments[0]))) {
        store.put(ByteSource.of(new byte[4 * SEGMENT]), TransferListener.NONE);
      } catch (LocalStorageException expected) {
        System.out.println(expected);
      }
    }
  }

  private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;
}
