package io.inft.pack;

import io.inft.bytes.ByteSource;
import io.inft.failure.InftException;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Made-up databases, the packs between them, and the plainest way to apply a pack. */
final class Samples {
  /** Of a database of state root 1, whose packs are of version 1 or 2. */
  static final StateKey OLD = GoldenPackTest.key(StateRoot.PAGES);

  /** Of one of state root 2, whose packs are of version 3. */
  static final StateKey NEW = GoldenPackTest.key(StateRoot.CHUNKS);

  private Samples() {}

  /** A database as a map of its pages; the lock page is never in it. */
  static final class Database {
    final int pageSize;
    final TreeMap<Long, byte[]> pages = new TreeMap<>();
    long pageCount;

    Database(int pageSize) {
      this.pageSize = pageSize;
    }

    Database copy() {
      Database copy = new Database(pageSize);
      pages.forEach((number, page) -> copy.pages.put(number, page.clone()));
      copy.pageCount = pageCount;
      return copy;
    }

    void resize(long count) {
      pages.tailMap(count, false).clear();
      for (long number = pageCount + 1; number <= count; number++) {
        pages.put(number, new byte[pageSize]);
      }
      pageCount = count;
    }
  }

  static byte[] page(Random random, int pageSize) {
    byte[] page = new byte[pageSize];
    switch (random.nextInt(4)) {
      case 0 -> random.nextBytes(page);
      case 1 -> java.util.Arrays.fill(page, (byte) random.nextInt());
      default -> {
        for (int i = 0; i < pageSize; i++) {
          page[i] = (byte) ("row " + i / 24 % 7).charAt(i % 5);
        }
        page[random.nextInt(pageSize)] ^= 1;
      }
    }
    return page;
  }

  static Database database(Random random, int pageSize, int pageCount) {
    Database made = new Database(pageSize);
    made.resize(pageCount);
    made.pages.replaceAll((number, old) -> page(random, pageSize));
    return made;
  }

  static Database changed(Random random, Database before) {
    Database after = before.copy();
    if (random.nextInt(3) == 0) {
      after.resize(1 + random.nextInt((int) before.pageCount + 6));
    }
    int changes = random.nextInt((int) after.pageCount + 1);
    for (int i = 0; i < changes; i++) {
      long number = 1L + random.nextInt((int) after.pageCount);
      if (random.nextInt(4) == 0) {
        move(random, after);
      } else if (random.nextBoolean()) {
        after.pages.get(number)[random.nextInt(after.pageSize)] ^= (byte) (1 + random.nextInt(255));
      } else {
        after.pages.put(number, page(random, after.pageSize));
      }
    }
    return after;
  }

  /** What lies from a page on begins some bytes later, as rows do when one before them grew. */
  static void move(Random random, Database database) {
    List<Long> numbers = new ArrayList<>(database.pages.keySet());
    numbers = numbers.subList(random.nextInt(numbers.size()), numbers.size());
    byte[] carried = new byte[1 + random.nextInt(100)];
    random.nextBytes(carried);
    for (long number : numbers) {
      byte[] old = database.pages.get(number);
      byte[] moved = new byte[old.length];
      System.arraycopy(carried, 0, moved, 0, carried.length);
      System.arraycopy(old, 0, moved, carried.length, old.length - carried.length);
      database.pages.put(number, moved);
      carried = Arrays.copyOfRange(old, old.length - carried.length, old.length);
    }
  }

  static byte[] snapshot(Database database, long version) throws IOException {
    return snapshot(OLD, database, version);
  }

  static byte[] snapshot(StateKey key, Database database, long version) throws IOException {
    PackHeader header =
        new PackHeader(PackType.SNAPSHOT, database.pageSize, database.pageCount, 0, version, false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PackWriter writer = new PackWriter(header, key, out)) {
      for (Map.Entry<Long, byte[]> page : database.pages.entrySet()) {
        writer.add(page.getKey(), page.getValue(), null);
      }
      writer.finish();
    }
    return out.toByteArray();
  }

  /** The pages that differ; the difference is stored where {@code xor} allows and a base exists. */
  static byte[] delta(Database before, Database after, long from, long to, boolean xor)
      throws IOException {
    return delta(OLD, before, after, from, to, xor);
  }

  static byte[] delta(
      StateKey key, Database before, Database after, long from, long to, boolean xor)
      throws IOException {
    PackHeader header =
        new PackHeader(PackType.DELTA, after.pageSize, after.pageCount, from, to, xor);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PackWriter writer = new PackWriter(header, key, out)) {
      for (Map.Entry<Long, byte[]> page : after.pages.entrySet()) {
        byte[] base = before.pages.get(page.getKey());
        if (!java.util.Arrays.equals(base, page.getValue())) {
          writer.add(page.getKey(), page.getValue(), xor ? base : null);
        }
      }
      writer.finish();
    }
    return out.toByteArray();
  }

  static void apply(PackReader pack, Database database) throws InftException {
    Database base = database.copy();
    if (pack.header().kind() == PackType.SNAPSHOT) {
      database.resize(0);
    }
    database.resize(pack.header().pageCount());
    for (int block = 0; block < pack.blocks(); block++) {
      pack.block(
          block,
          number -> base.pages.getOrDefault(number, new byte[base.pageSize]),
          (entry, content) -> database.pages.put(entry.pageNumber(), content));
    }
  }

  static PackReader open(byte[] pack) throws InftException {
    return PackReader.open(ByteSource.of(pack), NEW);
  }

  static List<PackReader> open(List<byte[]> packs) throws InftException {
    List<PackReader> opened = new ArrayList<>();
    for (byte[] pack : packs) {
      opened.add(open(pack));
    }
    return opened;
  }

  /** Composes packs of a database that has become {@code newest}. */
  static byte[] compose(List<byte[]> packs, Database newest) throws InftException, IOException {
    return compose(OLD, packs, newest);
  }

  static byte[] compose(StateKey key, List<byte[]> packs, Database newest)
      throws InftException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PackComposer.compose(open(packs), newest.pages::get, key, out);
    return out.toByteArray();
  }
}
