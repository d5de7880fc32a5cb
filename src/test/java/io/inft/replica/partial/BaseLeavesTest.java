package io.inft.replica.partial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.Manifest;
import io.inft.failure.ForeignChangeException;
import io.inft.failure.InftException;
import io.inft.failure.StoreUnavailableException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.lazy.PageSink;
import io.inft.pack.PackHeader;
import io.inft.pack.PackReader;
import io.inft.pack.PackType;
import io.inft.pack.PackWriter;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import io.inft.replica.local.EngineThreads;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An author may sign a version whose packs have other pages than its page hashes say. */
class BaseLeavesTest {
  private static final int PAGE = 512;
  private static final int PAGES = 200;
  private static final StateKey KEY = new StateKey(StateRoot.NEWEST, Blob.of(new byte[32]));

  private final StateTree tree = new StateTree(KEY, PAGE);
  private final File file = new File();
  private final AtomicBoolean noThread = new AtomicBoolean();
  private BaseLeaves leaves;

  @BeforeEach
  void hashThreePages() {
    tree.resize(3);
    for (int page = 1; page <= 3; page++) {
      tree.set(page, tree.leaf(page, page(page)));
    }
    leaves =
        new BaseLeaves(
            7,
            new Manifest(
                PAGE,
                3,
                Blob.of(new byte[16]),
                tree.root(),
                KEY,
                0,
                0,
                0,
                0,
                Blob.of(new byte[Manifest.LINEAGE_BYTES]),
                0,
                Digest.ZERO),
            task -> {
              if (noThread.get()) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              EngineThreads.anchoring().execute(task);
            });
  }

  private static byte[] page(int fill) {
    byte[] page = new byte[PAGE];
    page[9] = (byte) fill;
    return page;
  }

  /** The file and what of it is here, as its pages come: what is there stays. */
  private final class File implements PageSink, BaseLeaves.Here {
    private final Map<Long, byte[]> here = new HashMap<>();

    @Override
    public boolean page(long page, byte[] bytes, int from) {
      return here.putIfAbsent(page, bytes) == null;
    }

    @Override
    public boolean isPresent(long page) {
      return here.containsKey(page);
    }

    @Override
    public byte[] page(long page) {
      return here.get(page);
    }

    void comes(long page, byte[] bytes) throws Exception {
      leaves.came(page, bytes, 0, this);
    }
  }

  private void prove(boolean all) throws Exception {
    leaves.requireState(tree);
    leaves.requireHere(tree, Path.of("notes.sqlite"), file, all);
    leaves.become(tree);
  }

  @Test
  void takesThePagesOfTheVersionBeforeAndAfterItsHashesCame() throws Exception {
    file.comes(1, page(1));
    prove(true);
    file.comes(3, page(3));

    assertThat(leaves.refusal()).isNull();
    assertThat(leaves.known()).isSameAs(tree);
    assertThat(file.here).containsOnlyKeys(1L, 3L);
  }

  @Test
  void aPageThatCameBeforeIsHeldAgainstItsHash() throws Exception {
    file.comes(1, page(1));
    file.comes(2, page(5));

    assertThatThrownBy(() -> prove(true))
        .isInstanceOf(SubstitutedObjectException.class)
        .hasMessageContaining("page 2 of version 7");
    assertThat(leaves.areKnown()).isFalse();
    assertThat(leaves.refusal()).isInstanceOf(SubstitutedObjectException.class);
  }

  @Test
  void aPageThatLayThereIsProvedThoughItCameOnceMore() throws Exception {
    file.here.put(2L, page(5)); // by an earlier process
    file.comes(2, page(2));

    assertThatThrownBy(() -> prove(true))
        .isInstanceOf(ForeignChangeException.class)
        .hasMessageContaining("page 2 is another one than version 7 has");
    assertThat(leaves.areKnown()).isFalse();
  }

  @Test
  void wherePagesWereChangedSinceOnlyWhatCameIsProved() throws Exception {
    file.here.put(2L, page(5)); // by a checkpoint
    file.comes(1, page(1));

    prove(false);

    assertThat(leaves.known()).isSameAs(tree);
  }

  @Test
  void aPageThatComesLaterIsNotHandedOn() throws Exception {
    prove(true);

    assertThatThrownBy(() -> file.comes(3, page(1)))
        .isInstanceOf(SubstitutedObjectException.class)
        .hasMessageContaining("page 3 of version 7");
    assertThat(leaves.refusal()).isInstanceOf(SubstitutedObjectException.class);
    assertThat(file.here).isEmpty();
  }

  @Test
  void aPageThatComesWhileTheOthersAreProvedIsProvedToo() throws Exception {
    leaves.requireState(tree);

    assertThatThrownBy(() -> file.comes(3, page(1))).isInstanceOf(SubstitutedObjectException.class);
    assertThat(file.here).isEmpty();
  }

  @Test
  void hashesOfAnotherStateAreRefused() {
    StateTree other = new StateTree(KEY, PAGE);
    other.resize(3);

    assertThatThrownBy(() -> leaves.requireState(other))
        .isInstanceOf(SubstitutedObjectException.class)
        .hasMessageContaining("state of version 7");
  }

  /** A pack whose page entries are apart, which counts what is read of it and may be away. */
  private static final class Store implements ByteSource {
    private final ByteSource pack;
    private int reads;
    private boolean away;

    Store(PackType type, int pages, int version) throws Exception {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      PackHeader header = new PackHeader(type, PAGE, PAGES, version - 1, version, false);
      try (PackWriter writer = new PackWriter(header, KEY, out)) {
        for (int page = 1; page <= pages; page++) {
          writer.add(page, BaseLeavesTest.page(page + version), null);
        }
        writer.finish();
      }
      pack = ByteSource.of(out.toByteArray());
    }

    @Override
    public long sizeBytes() {
      return pack.sizeBytes();
    }

    @Override
    public synchronized byte[] read(long offset, int length) throws InftException {
      if (away) {
        throw new StoreUnavailableException("the storage", "read", null);
      }
      reads++;
      return pack.read(offset, length);
    }

    synchronized void away(boolean now) {
      away = now;
    }

    synchronized int takeReads() {
      int taken = reads;
      reads = 0;
      return taken;
    }
  }

  @Test
  void thoseOfPacksThatCameAreKeptWhenAnotherOneIsAway() throws Exception {
    List<Store> stores =
        List.of(
            new Store(PackType.SNAPSHOT, PAGES, 1),
            new Store(PackType.DELTA, 70, 2),
            new Store(PackType.DELTA, 80, 3));
    List<PackReader> packs = new ArrayList<>();
    for (Store store : stores) {
      packs.add(PackReader.openDirectory(store, KEY));
      store.takeReads();
    }
    stores.get(1).away(true);

    assertThatThrownBy(() -> leaves.fetch(packs)).isInstanceOf(StoreUnavailableException.class);
    stores.get(1).away(false);
    StateTree found = leaves.fetch(packs);

    assertThat(stores).extracting(Store::takeReads).containsExactly(1, 1, 1);
    assertThat(found.get(200)).isEqualTo(found.leaf(200, page(201)));
    assertThat(found.get(75)).isEqualTo(found.leaf(75, page(78)));
    assertThat(found.get(3)).isEqualTo(found.leaf(3, page(6)));
  }

  @Test
  void aFetchThatNoThreadBeganIsBegunAnew() throws Exception {
    List<PackReader> packs =
        List.of(PackReader.openDirectory(new Store(PackType.SNAPSHOT, PAGES, 1), KEY));
    noThread.set(true);

    assertThatThrownBy(() -> leaves.fetch(packs)).isInstanceOf(StoreUnavailableException.class);
    noThread.set(false);

    assertThat(leaves.fetch(packs).get(200)).isNotNull();
  }
}
