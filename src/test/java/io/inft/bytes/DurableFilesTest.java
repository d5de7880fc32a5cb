package io.inft.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.LocalStorageException;
import io.inft.faults.FaultyFiles;
import io.inft.faults.PowerCut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
  @TempDir Path folder;

  private Path one;
  private Path two;

  @BeforeEach
  void name() {
    one = folder.resolve("one");
    two = folder.resolve("two");
  }

  @Test
  void anInterruptedThreadFinishesItsFileAndStaysInterrupted() throws Exception {
    Thread.currentThread().interrupt();
    try {
      DurableFiles.create(one, new byte[] {1, 2});
      DurableFiles.replace(one, new byte[] {3});
      DurableFiles.force(one);
      assertThat(DurableFiles.read(one, 10)).containsExactly(3);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(one).hasBinaryContent(new byte[] {3});
  }

  @Test
  void createsOnlyWhatIsNotThere() throws Exception {
    DurableFiles.create(one, new byte[] {1, 2});

    assertThatThrownBy(() -> DurableFiles.create(one, new byte[] {3}))
        .isInstanceOf(LocalStorageException.class)
        .hasMessageContaining("one");

    assertThat(one).hasBinaryContent(new byte[] {1, 2});
  }

  @Test
  void linksUnlessTheNameIsTakenByWhatever() throws Exception {
    DurableFiles.create(one, new byte[] {1});
    DurableFiles.create(two, new byte[] {2});
    Path taken = Files.createDirectory(folder.resolve("folder"));

    assertThat(DurableFiles.link(one, folder.resolve("three"))).isTrue();
    assertThat(DurableFiles.link(one, two)).isFalse();
    assertThat(DurableFiles.link(one, taken)).isFalse();

    assertThat(folder.resolve("three")).hasBinaryContent(new byte[] {1});
    assertThat(two).hasBinaryContent(new byte[] {2});
    assertThatThrownBy(() -> DurableFiles.link(folder.resolve("nothing"), folder.resolve("four")))
        .isInstanceOf(LocalStorageException.class);
  }

  @Test
  void renamingAndReplacingPutOneFileInThePlaceOfAnother() throws Exception {
    DurableFiles.create(one, new byte[] {1});
    DurableFiles.create(two, new byte[] {2});

    DurableFiles.rename(one, two);
    assertThat(two).hasBinaryContent(new byte[] {1});

    DurableFiles.replace(two, new byte[] {3});
    assertThat(two).hasBinaryContent(new byte[] {3});
    assertThat(folder.toFile().list()).containsExactly("two");
  }

  @Test
  void whatReturnedIsThereAfterAPowerCut() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    PowerCut power = new PowerCut(disk, Files.createDirectory(folder.resolve("beside")));
    FaultyFiles files = FaultyFiles.over(disk.getFileSystem());
    files.hook(power);
    Path home = files.path(disk.resolve("a/b"));
    DurableFiles.createFolders(home);
    DurableFiles.replace(home.resolve("replaced"), new byte[] {1});
    DurableFiles.replace(home.resolve("replaced"), new byte[] {2});
    DurableFiles.create(home.resolve("fresh"), new byte[] {3});
    assertThat(DurableFiles.link(home.resolve("fresh"), home.resolve("linked"))).isTrue();
    DurableFiles.createPrivate(home.resolve("other"), new byte[] {4});
    DurableFiles.rename(home.resolve("other"), home.resolve("renamed"));
    Path elsewhere = home.resolve("elsewhere");
    DurableFiles.createFolders(elsewhere);
    DurableFiles.create(elsewhere.resolve("other"), new byte[] {5});
    DurableFiles.rename(elsewhere.resolve("other"), home.resolve("from elsewhere"));
    Files.write(elsewhere.resolve("of others"), new byte[] {6});
    DurableFiles.take(elsewhere.resolve("of others"), home.resolve("taken"));
    Files.write(home.resolve("not forced"), new byte[] {7});

    Path after = folder.resolve("after");
    power.image(after, Optional.of(PowerCut.Loss.ALL), new Random(0));
    assertThat(after.resolve("a/b/replaced")).hasBinaryContent(new byte[] {2});
    assertThat(after.resolve("a/b/linked")).hasBinaryContent(new byte[] {3});
    assertThat(after.resolve("a/b/renamed")).hasBinaryContent(new byte[] {4});
    assertThat(after.resolve("a/b/from elsewhere")).hasBinaryContent(new byte[] {5});
    assertThat(after.resolve("a/b/taken")).hasBinaryContent(new byte[] {6});
    assertThat(after.resolve("a/b/elsewhere")).isEmptyDirectory();
    assertThat(after.resolve("a/b/not forced")).doesNotExist();
  }

  @Test
  void theOwnFolderAndARootAreNeverDeletedWhole() {
    for (Path path : List.of(Path.of(""), Path.of("/"))) {
      assertThatThrownBy(() -> DurableFiles.deleteTree(path))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
