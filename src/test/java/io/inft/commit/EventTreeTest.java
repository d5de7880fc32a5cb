package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** By the book, level by level: of an odd number the last one rises as it is. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 21})
  void isMadeAsDocumented(int count) throws Exception {
    List<Event> events = Samples.events(7, count);
    List<Digest> level = leaves(events);
    while (level.size() > 1) {
      List<Digest> above = new ArrayList<>();
      for (int i = 0; i < level.size(); i += 2) {
        above.add(
            i + 1 == level.size()
                ? level.get(i)
                : Digest.sha256(
                    new byte[] {1}, level.get(i).toBytes(), level.get(i + 1).toBytes()));
      }
      level = above;
    }

    assertThat(EventTree.root(STATE_KEY, events))
        .isEqualTo(
            Digest.sha256(
                new byte[] {2},
                new ByteWriter().u64(7).u32(count).toBytes(),
                level.get(0).toBytes()));
  }

  private static List<Digest> leaves(List<Event> events) throws Exception {
    byte[] key =
        hmac(STATE_KEY.toBytes(), "inft/v1/event-blinds".getBytes(StandardCharsets.US_ASCII));
    List<Digest> leaves = new ArrayList<>();
    for (Event event : events) {
      byte[] sequence = new ByteWriter().u64(event.sequence()).toBytes();
      leaves.add(
          Digest.sha256(
              new byte[] {0},
              Arrays.copyOf(hmac(key, sequence), 16),
              sequence,
              new ByteWriter().u64(event.timeMillis()).toBytes(),
              Digest.sha256(event.content()).toBytes()));
    }
    return leaves;
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
