package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The tree over a version's events. */
class EventTreeTest {
  private static final Blob STATE_KEY = Blob.of(count(32));

  private static byte[] count(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  @Test
  void noEventsHaveTheZeroRoot() {
    assertThat(EventTree.root(STATE_KEY, List.of())).isEqualTo(Digest.ZERO);
  }

  @Test
  void theDocumentNamesTheRootOfItsExample() throws Exception {
    Digest root = EventTree.root(STATE_KEY, CommitGoldenTest.plainBatch().events());

    assertThat(Files.readString(Path.of("src/site/markdown/event-log.md"))).contains(root.hex());
  }

  /** By the book, for three events: the third rises. */
  @Test
  void isMadeAsDocumented() throws Exception {
    List<Event> events = Samples.events(7, 3);
    byte[] key =
        hmac(STATE_KEY.toBytes(), "inft/v1/event-blinds".getBytes(StandardCharsets.US_ASCII));
    Digest[] leaves = new Digest[3];
    for (int i = 0; i < 3; i++) {
      byte[] sequence = new ByteWriter().u64(7 + i).toBytes();
      leaves[i] =
          Digest.sha256(
              new byte[] {0},
              Arrays.copyOf(hmac(key, sequence), 16),
              sequence,
              new ByteWriter().u64(events.get(i).timeMillis()).toBytes(),
              Digest.sha256(events.get(i).content()).toBytes());
    }
    Digest left = Digest.sha256(new byte[] {1}, leaves[0].toBytes(), leaves[1].toBytes());
    Digest top = Digest.sha256(new byte[] {1}, left.toBytes(), leaves[2].toBytes());

    assertThat(EventTree.root(STATE_KEY, events))
        .isEqualTo(
            Digest.sha256(new byte[] {2}, new ByteWriter().u64(7).u32(3).toBytes(), top.toBytes()));
  }

  @Test
  void everyEventAndItsPlaceCount() {
    Set<Digest> roots = new HashSet<>();
    List<Event> events = Samples.events(1, 9);
    for (int from = 0; from < 9; from++) {
      for (int to = from + 1; to <= 9; to++) {
        roots.add(EventTree.root(STATE_KEY, events.subList(from, to)));
      }
    }
    roots.add(EventTree.root(Blob.of(new byte[32]), events));

    assertThat(roots).hasSize(46);
  }

  private static byte[] hmac(byte[] key, byte[] data) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }
}
