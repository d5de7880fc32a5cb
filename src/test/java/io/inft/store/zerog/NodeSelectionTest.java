package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class NodeSelectionTest {
  private static final JsonNode VECTORS = Vectors.ALL.get("sharding");

  private static KnownNode node(String shard) {
    String[] parts = shard.split("/", -1);
    return new KnownNode(
        URI.create("http://node-" + parts[0] + "-of-" + parts[1]),
        new ShardConfig(Long.parseLong(parts[0]), Long.parseLong(parts[1])));
  }

  @Test
  void selectsAsThePeersDo() {
    List<KnownNode> nodes = new ArrayList<>();
    VECTORS.get("nodes").forEach(shard -> nodes.add(node(shard.textValue())));
    for (JsonNode vector : VECTORS.get("select")) {
      NodeSelection.Order order =
          NodeSelection.Order.valueOf(vector.get("method").textValue().toUpperCase(Locale.ROOT));

      List<KnownNode> selected =
          NodeSelection.select(nodes, vector.get("expectedReplica").intValue(), order);

      List<String> expected = new ArrayList<>();
      vector.get("selected").forEach(shard -> expected.add(shard.textValue()));
      assertThat(selected.stream().map(found -> found.shard().toString())).isEqualTo(expected);
    }
  }

  @Test
  void findsTheNextSegmentOfAShard() {
    for (JsonNode vector : VECTORS.get("nextSegmentIndex")) {
      long count = vector.get("numShard").longValue();
      long start = vector.get("start").longValue();
      ShardConfig shard = new ShardConfig(vector.get("shardId").longValue(), count);

      assertThat(shard.next(start)).isEqualTo(vector.get("result").longValue());
      assertThat(shard.holds(shard.next(start))).isTrue();
    }
  }

  @Test
  void refusesWhatIsNoShard() {
    assertThatThrownBy(() -> new ShardConfig(0, 3)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ShardConfig(2, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> NodeSelection.select(List.of(), 0, NodeSelection.Order.MIN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
