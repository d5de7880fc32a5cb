package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.bytes.TransferListener;
import io.inft.devnet.DevNode;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.TypeScriptPeer;
import io.inft.store.Patterns;
import io.inft.store.RenewableStore;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The unmodified TypeScript SDK uploads and we download, we upload and it downloads: sizes at the
 * padding edges, one and two shards, plain and both encryption formats.
 */
@Tag("processes")
class PeerInteropTest {
  private static final String SECRET = "ab".repeat(32);
  private static final int MAX_BYTES = 16 << 20;
  private static final List<Integer> EDGES =
      List.of(
          1,
          255,
          256,
          257,
          513,
          1025,
          4096,
          4097,
          65_536,
          65_537,
          262_143,
          262_144,
          262_145,
          524_288,
          786_433,
          1_048_576,
          1_572_867,
          2_097_153,
          10_485_760);

  private static DevnetFixture oneShard;
  private static DevnetFixture twoShards;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    oneShard = DevnetFixture.start(new ShardConfig(0, 1));
    twoShards = DevnetFixture.start(new ShardConfig(0, 2), new ShardConfig(1, 2));
  }

  @AfterAll
  static void stop() throws Exception {
    oneShard.close();
    twoShards.close();
  }

  /** One upload by one side and the download by the other. */
  private record Cell(boolean peerUploads, int size, int shards, int format) {
    String id() {
      String direction = peerUploads ? "peer uploads" : "we upload";
      return direction + ", " + size + " bytes, " + shards + " shards, format " + format;
    }

    /** Differs from cell to cell, so that no file is on the network already. */
    byte[] content() {
      byte[] bytes = Patterns.b(size);
      byte[] mark = Digest.sha256(id().getBytes(java.nio.charset.StandardCharsets.UTF_8)).toBytes();
      System.arraycopy(mark, 0, bytes, 0, Math.min(mark.length, size));
      if (size < mark.length) {
        bytes[0] = (byte) ((peerUploads ? 100 : 10) + shards * 3 + format);
      }
      return bytes;
    }

    /**
     * The SDK does not upload the last segments when its nodes have different numbers of them, so
     * such files cannot be uploaded by it to two shards.
     */
    boolean isPossible() {
      int header = format == 0 ? 0 : format == 1 ? 17 : 50;
      int segments = (size + header + 262_143) / 262_144;
      return !peerUploads || shards == 1 || segments == 1 || segments % 2 == 0;
    }
  }

  @Test
  void readsAndIsReadByTheTypeScriptSdk() throws Exception {
    verify(
        List.of(
            new Cell(true, 1, 1, 0),
            new Cell(true, 255, 2, 1),
            new Cell(true, 65_537, 2, 2),
            new Cell(true, 262_145, 1, 0),
            new Cell(true, 524_288, 2, 0),
            new Cell(true, 10_485_760, 2, 0),
            new Cell(false, 1, 1, 0),
            new Cell(false, 257, 2, 1),
            new Cell(false, 4_097, 2, 2),
            new Cell(false, 262_144, 1, 1),
            new Cell(false, 786_433, 2, 0),
            new Cell(false, 10_485_760, 2, 0)));
  }

  @Test
  @Tag("heavy")
  void readsAndIsReadByTheTypeScriptSdkInEveryCombination() throws Exception {
    List<Cell> cells = new ArrayList<>();
    for (int size : EDGES) {
      for (int shards = 1; shards <= 2; shards++) {
        for (int format = 0; format <= 2; format++) {
          cells.add(new Cell(true, size, shards, format));
          cells.add(new Cell(false, size, shards, format));
        }
      }
    }
    verify(cells.stream().filter(Cell::isPossible).toList());
  }

  private void verify(List<Cell> cells) throws Exception {
    SigningKey recipient = SigningKey.parse(SECRET);
    Map<Cell, Digest> roots = new HashMap<>();
    for (Cell cell : cells) {
      if (!cell.peerUploads()) {
        roots.put(cell, upload(cell, recipient));
      }
    }
    List<Map<String, Object>> jobs = new ArrayList<>();
    for (Cell cell : cells) {
      jobs.add(job(cell, recipient, roots.get(cell)));
    }

    Map<String, JsonNode> results = TypeScriptPeer.run(8, jobs);

    for (Cell cell : cells) {
      byte[] found =
          cell.peerUploads()
              ? download(cell, recipient, results.get(cell.id()))
              : Files.readAllBytes(file(cell));
      assertThat(found).as(cell.id()).isEqualTo(cell.content());
    }
    List<Cell> peers = cells.stream().filter(Cell::peerUploads).toList();
    renew(oneShard, peers.stream().filter(cell -> cell.shards() == 1).toList(), results);
    renew(twoShards, peers.stream().filter(cell -> cell.shards() == 2).toList(), results);
    for (Cell cell : peers) {
      assertThat(download(cell, recipient, results.get(cell.id())))
          .as("%s, renewed by us", cell.id())
          .isEqualTo(cell.content());
    }
  }

  /** Pays again for what the SDK stored, and has the nodes forget what the SDK paid for. */
  private static void renew(DevnetFixture network, List<Cell> cells, Map<String, JsonNode> results)
      throws Exception {
    long before =
        new FlowContract(network.chain(), network.devnet().contracts().flow()).submissions();
    try (ZeroGStore store = network.store()) {
      List<ObjectRef> objects = new ArrayList<>();
      for (Cell cell : cells) {
        Digest root = Digest.parse(results.get(cell.id()).get("root").asText());
        objects.add(new ObjectRef(root, store.openByRoot(root).sizeBytes()));
      }
      assertThat(
              store
                  .renew(objects, Duration.ZERO, TransferListener.NONE)
                  .of(RenewableStore.State.RENEWED))
          .containsExactlyElementsOf(new LinkedHashSet<>(objects));
    }
    network.awaitNodes();
    for (DevNode node : network.devnet().nodes()) {
      node.prune(before);
    }
  }

  private static DevnetFixture network(Cell cell) {
    return cell.shards() == 1 ? oneShard : twoShards;
  }

  private Path file(Cell cell) {
    return folder.resolve(cell.id().replace(' ', '_'));
  }

  private static Digest upload(Cell cell, SigningKey recipient) throws Exception {
    SecureRandom random = new SecureRandom();
    ByteSource plain = ByteSource.of(cell.content());
    ByteSource sent =
        switch (cell.format()) {
          case 1 -> PeerEncryption.encrypt(plain, PeerKey.parse(SECRET), random);
          case 2 -> PeerEncryption.encrypt(plain, PeerKey.publicKey(recipient), random);
          default -> plain;
        };
    try (ZeroGStore store = network(cell).store()) {
      return store.put(sent, TransferListener.NONE).root();
    }
  }

  private static byte[] download(Cell cell, SigningKey recipient, JsonNode result)
      throws Exception {
    Digest root = Digest.parse(result.get("root").asText());
    try (ZeroGStore store = network(cell).store()) {
      ByteSource received = new ZeroGFiles(store).open(List.of(root));
      ByteSource plain =
          switch (cell.format()) {
            case 1 -> PeerEncryption.decrypt(received, PeerKey.parse(SECRET));
            case 2 -> PeerEncryption.decrypt(received, recipient);
            default -> received;
          };
      return plain.readAll(MAX_BYTES);
    }
  }

  private Map<String, Object> job(Cell cell, SigningKey recipient, Digest root) throws Exception {
    DevnetFixture network = network(cell);
    Map<String, Object> job = new HashMap<>();
    job.put("id", cell.id());
    job.put("op", cell.peerUploads() ? "upload" : "download");
    job.put("file", file(cell).toString());
    job.put("indexer", network.devnet().indexerAddress().toString());
    job.put("rpc", network.devnet().rpc().toString());
    job.put("format", cell.format());
    job.put("secret", "0x" + SECRET);
    if (cell.peerUploads()) {
      Files.write(file(cell), cell.content());
      job.put("key", "0x" + network.account().revealHex());
      job.put("recipient", "0x" + HexFormat.of().formatHex(PeerKey.publicKey(recipient)));
    } else {
      job.put("root", root.toString());
    }
    return job;
  }
}
