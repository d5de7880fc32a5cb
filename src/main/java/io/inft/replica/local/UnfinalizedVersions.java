package io.inft.replica.local;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.DurableFiles;
import io.inft.bytes.LocalFormat;
import io.inft.failure.InftException;
import io.inft.registry.Block;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Own versions that were anchored in blocks which are not final yet. If a reorganisation of the
 * chain takes such a block away, its version is sent again, so it is remembered, with its objects,
 * until then; in a file of the generation, written before the state says that it is anchored. Not
 * safe for use by many threads; the generation's writer guards it.
 */
public final class UnfinalizedVersions {
  private static final String FILE = "settling";

  /** Its number was the first field of the content, before there was a magic. */
  private static final int WITHOUT_MAGIC = 1;

  private static final int WITH_MAGIC = 2;

  /** Says of each version whether it was inlined. */
  private static final int WITH_ROAD = 3;

  private static final LocalFormat FORMAT =
      new LocalFormat("versions in blocks that are not final", 'u', WITH_MAGIC, WITH_ROAD);

  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_ENTRIES = 1 << 16;

  /** A version and the block it was seen in last. */
  public record Entry(WriterState.Outgoing version, Block block) {}

  private final Path file;

  // Mutable; changes when the file was written.
  private List<Entry> entries;

  private UnfinalizedVersions(Path file, List<Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  public static UnfinalizedVersions open(Path generation) throws InftException {
    Path file = generation.resolve(FILE);
    return new UnfinalizedVersions(
        file,
        Files.exists(file) ? parse(FORMAT.unwrap(DurableFiles.read(file, MAX_BYTES))) : List.of());
  }

  /** In ascending order of their versions. */
  public List<Entry> entries() {
    return entries;
  }

  public Optional<Entry> newest() {
    return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
  }

  /** Remembers a version, or the block it is in now. */
  public void put(WriterState.Outgoing version, Block block) throws InftException {
    List<Entry> more = new ArrayList<>(entries);
    more.removeIf(one -> one.version().version() == version.version());
    more.add(new Entry(version, block));
    more.sort((a, b) -> Long.compare(a.version().version(), b.version().version()));
    write(more);
  }

  /** Forgets the versions up to one whose block is final. */
  public void settled(long upToVersion) throws InftException {
    write(entries.stream().filter(one -> one.version().version() > upToVersion).toList());
  }

  /** Forgets a version that was taken back, and what came after it. */
  public void withdrawn(long fromVersion) throws InftException {
    write(entries.stream().filter(one -> one.version().version() < fromVersion).toList());
  }

  /** Has another generation, which takes the place of this one, remember all of it too. */
  public static void handOn(Path from, Path to, StoreReader store) throws InftException {
    List<Entry> entries = open(from).entries();
    if (entries.isEmpty()) {
      return;
    }
    for (Entry one : entries) {
      List<ObjectRef> objects = new ArrayList<>(one.version().objects());
      objects.add(one.version().commit());
      new ObjectFolder(to, store).copyAll(objects, new ObjectFolder(from, store));
    }
    open(to).write(entries);
  }

  private void write(List<Entry> changed) throws InftException {
    if (changed.isEmpty()) {
      DurableFiles.deleteIfExists(file);
    } else {
      ByteWriter writer = new ByteWriter().u32(changed.size());
      for (Entry one : changed) {
        WriterStateFormat.write(writer, one.version());
        writer.u64(one.block().number());
        writer.digest(one.block().hash()).u64(one.block().timeSeconds());
      }
      DurableFiles.replace(file, FORMAT.wrap(writer.toBytes()));
    }
    entries = List.copyOf(changed);
  }

  private static List<Entry> parse(LocalFormat.Content content) throws InftException {
    ByteReader reader = content.reader();
    if (content.isBeforeMagic() && reader.u16("format") != WITHOUT_MAGIC) {
      throw reader.corrupt("a format without a magic that never was");
    }
    boolean withRoad = !content.isBeforeMagic() && content.format() >= WITH_ROAD;
    List<Entry> entries = new ArrayList<>();
    int count = reader.u32("entries", MAX_ENTRIES);
    for (int i = 0; i < count; i++) {
      WriterState.Outgoing version = WriterStateFormat.readOutgoing(reader, withRoad);
      entries.add(
          new Entry(
              version,
              new Block(reader.u64("block"), reader.digest("block hash"), reader.u64("time"))));
    }
    reader.end();
    return List.copyOf(entries);
  }
}
