package io.inft.replica.publish.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.capture.PageSet;
import io.inft.failure.CorruptObjectException;
import io.inft.pack.PackHeader;
import io.inft.pack.PackReader;
import io.inft.pack.PackType;
import io.inft.pack.PackWriter;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import io.inft.pack.state.StateTree;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VersionImageTest {
  private static final int PAGE = 512;
  private static final StateKey KEY = new StateKey(StateRoot.CHUNKS, Blob.of(new byte[32]));

  private static byte[] page(int content) {
    byte[] page = new byte[PAGE];
    Arrays.fill(page, (byte) content);
    return page;
  }

  private static SortedMap<Long, byte[]> pages(int... contents) {
    SortedMap<Long, byte[]> pages = new TreeMap<>();
    for (int i = 0; i < contents.length; i++) {
      pages.put(i + 1L, page(contents[i]));
    }
    return pages;
  }

  private static StateTree tree(SortedMap<Long, byte[]> pages) {
    StateTree tree = new StateTree(KEY, PAGE);
    tree.resize(pages.size());
    pages.forEach((number, page) -> tree.set(number, tree.leaf(number, page)));
    return tree;
  }

  private static PackReader pack(PackHeader header, SortedMap<Long, byte[]> pages)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PackWriter writer = new PackWriter(header, KEY, bytes)) {
      for (var page : pages.entrySet()) {
        writer.add(page.getKey(), page.getValue(), null);
      }
      writer.finish();
    }
    return PackReader.open(ByteSource.of(bytes.toByteArray()), KEY);
  }

  private static PackReader snapshot(SortedMap<Long, byte[]> pages) throws Exception {
    return pack(new PackHeader(PackType.SNAPSHOT, PAGE, pages.size(), 0, 1, false), pages);
  }

  private static PackReader delta(long pageCount, long to, SortedMap<Long, byte[]> pages)
      throws Exception {
    return pack(new PackHeader(PackType.DELTA, PAGE, pageCount, to - 1, to, true), pages);
  }

  private static String numbers(PageSet pages) {
    StringBuilder numbers = new StringBuilder();
    for (long page = pages.next(1); page != 0; page = pages.next(page + 1)) {
      numbers.append(page).append(' ');
    }
    return numbers.toString().strip();
  }

  @Test
  void onlyPagesThatAreOthersDiffer() throws Exception {
    SortedMap<Long, byte[]> changed = new TreeMap<>();
    changed.put(2L, page(20));
    changed.put(4L, page(4));
    List<PackReader> packs = List.of(snapshot(pages(1, 2, 3)), delta(4, 2, changed));

    VersionImage image = VersionImage.of(packs, KEY, PAGE, 4 * PAGE);

    assertThat(image.page(2)).contains(page(20));
    assertThat(image.page(5)).isEmpty();
    assertThat(numbers(image.differingFrom(tree(pages(1, 20, 30, 4, 5))))).isEqualTo("3 5");
  }

  @Test
  void aPageThatWasCutOffAndCameAgainIsWhatItIsNow() throws Exception {
    SortedMap<Long, byte[]> grown = new TreeMap<>();
    grown.put(3L, page(7));
    List<PackReader> packs =
        List.of(snapshot(pages(1, 2, 3, 4)), delta(1, 2, pages(1)), delta(3, 3, grown));

    VersionImage image = VersionImage.of(packs, KEY, PAGE, 4 * PAGE);

    assertThat(image.page(2)).contains(page(0));
    assertThat(image.page(3)).contains(page(7));
    assertThat(numbers(image.differingFrom(tree(pages(1, 2, 7, 4))))).isEqualTo("2 4");
    assertThat(numbers(image.differingFrom(tree(pages(1, 0, 7))))).isEmpty();
  }

  @Test
  void doesNotBecomeLargerThanItsNextVersionMayBe() throws Exception {
    List<PackReader> packs = List.of(snapshot(pages(1, 2, 3, 4)), delta(2, 2, pages(1, 2)));

    assertThatThrownBy(() -> VersionImage.of(packs, KEY, PAGE, 3 * PAGE))
        .isInstanceOf(CorruptObjectException.class);
  }
}
