package io.inft.replica.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.commit.PackEnd;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.pack.PackReader;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.replica.World;
import io.inft.replica.local.Network;
import io.inft.seal.Secret;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions tell where their long packs end, whoever made them and however long they stay. */
class ToldEndsTest {
  private static final String FILL =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
          + " INSERT INTO blob SELECT NULL, randomblob(900) FROM n";

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newSingleThreadExecutor();

  @Test
  void everyLongPackOfAVersionIsTold() throws Exception {
    List<Integer> told = new ArrayList<>();
    try (World world = new World(folder);
        World.Desk desk = world.open("laptop", "ends")) {
      desk.run("CREATE TABLE blob(id INTEGER PRIMARY KEY, body)");
      desk.session.sync(Duration.ofSeconds(60));
      told.add(endsOfHead(world));
      desk.run(String.format(java.util.Locale.ROOT, FILL, 1500));
      desk.session.sync(Duration.ofSeconds(60));
      told.add(endsOfHead(world));
      desk.run(String.format(java.util.Locale.ROOT, FILL, 400));
      desk.session.sync(Duration.ofSeconds(60));
      told.add(endsOfHead(world));
      desk.run("INSERT INTO blob VALUES(NULL, 'short')");
      desk.session.sync(Duration.ofSeconds(60));
      told.add(endsOfHead(world));
    } finally {
      threads.shutdownNow();
    }
    assertThat(told).startsWith(0, 1);
    assertThat(told.get(told.size() - 1)).isPositive();
  }

  /** Whatever an author tells, the directory that is read is the pack's. */
  private static void assertWrongOnesAreGotOver(
      PackAccess access, Restore.Opened opened, PackEnd end) throws Exception {
    byte[] otherSalt = end.salt().toBytes();
    otherSalt[5]++;
    PackReader untold = directory(access, opened, end.place(), Optional.empty());
    for (PackEnd told :
        List.of(
            end,
            end.withPart(Optional.empty()),
            end.withPart(Optional.of(Digest.ZERO)),
            new PackEnd(
                end.place(),
                end.salt(),
                end.paddingBytes(),
                end.directoryBytes(),
                end.topBytes() + 4096,
                end.part()),
            with(end, Blob.of(otherSalt), end.paddingBytes(), end.directoryBytes()),
            with(end, end.salt(), end.paddingBytes() + 64, end.directoryBytes()),
            with(end, end.salt(), 0, end.directoryBytes()),
            with(end, end.salt(), Long.MAX_VALUE, end.directoryBytes()),
            with(end, end.salt(), end.paddingBytes(), 1),
            with(end, end.salt(), end.paddingBytes(), 0xffff_ffffL))) {
      PackReader pack = directory(access, opened, end.place(), Optional.of(told));
      assertThat(pack.header()).isEqualTo(untold.header());
      assertThat(pack.blocks()).isEqualTo(untold.blocks());
      assertThat(pack.unproved(0, number -> new byte[4096]))
          .isEqualTo(untold.unproved(0, number -> new byte[4096]));
    }
  }

  /** An author who tells another digest, and a node that serves what has it. */
  private static void assertALieThatIsServedIsGotOver(
      Network network, Digest context, Commits commits, Restore.Opened opened, PackEnd end)
      throws Exception {
    List<byte[]> served = new ArrayList<>();
    StoreReader liar =
        new StoreReader() {
          @Override
          public byte[] readPart(ObjectRef object, long offset, int length, Digest sha256)
              throws InftException {
            return served.isEmpty() ? noted(open(object).read(offset, length)) : served.get(0);
          }

          private byte[] noted(byte[] part) {
            for (int i = 0; i < part.length; i++) {
              part[i] ^= 0x55;
            }
            served.add(part);
            return part;
          }

          @Override
          public ByteSource open(ObjectRef object) throws InftException {
            return network.store().open(object);
          }

          @Override
          public boolean contains(ObjectRef object) throws InftException {
            return network.store().contains(object);
          }

          @Override
          public String describe() {
            return "liar";
          }
        };
    PackAccess access = new PackAccess(liar, context, commits);
    PackReader honest = directory(access, opened, end.place(), Optional.of(end));
    Optional<Digest> told = Optional.of(Digest.sha256(served.get(0)));
    PackReader pack = directory(access, opened, end.place(), Optional.of(end.withPart(told)));
    assertThat(pack.header()).isEqualTo(honest.header());
    assertThat(pack.blocks()).isEqualTo(honest.blocks());
  }

  private static PackEnd with(PackEnd end, Blob salt, long paddingBytes, long directoryBytes) {
    return new PackEnd(end.place(), salt, paddingBytes, directoryBytes, end.topBytes(), end.part());
  }

  private static PackReader directory(
      PackAccess access, Restore.Opened opened, int place, Optional<PackEnd> end) throws Exception {
    return access.directory(
        opened.tip().commit(),
        opened.tip().commit().body().restoreSet().get(place),
        opened.keys(),
        opened.tip().manifest().stateKey(),
        end,
        EndRead.PART);
  }

  /** How many ends the head tells, each as its pack has it. */
  private int endsOfHead(World world) throws Exception {
    DatabaseId id = DatabaseId.parse("ends");
    Network network = world.network();
    var context = DatabaseScope.contextOf(network, id);
    Commits commits = new Commits(network.store(), network.registry(), id, context);
    Anchored head = network.registry().head(id).newest().orElseThrow();
    Restore.Opened opened =
        new Restore(network.store(), context, commits, threads)
            .open(head, new Unlocking(Secret.rawKey(new byte[32]), threads));
    PackAccess access = new PackAccess(network.store(), context, commits);
    List<PackEntry> packs = opened.tip().commit().body().restoreSet();
    List<PackEnd> found = new ArrayList<>();
    for (int place = 0; place < packs.size(); place++) {
      access
          .end(place, packs.get(place), opened.keys(), opened.tip().manifest().stateKey())
          .ifPresent(found::add);
    }
    assertThat(opened.tip().ends()).isEqualTo(found);
    for (PackEnd end : found) {
      assertThat(end.part()).isPresent();
      assertWrongOnesAreGotOver(access, opened, end);
      assertALieThatIsServedIsGotOver(network, context, commits, opened, end);
    }
    return found.size();
  }
}
