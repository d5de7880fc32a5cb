package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreAddAllContract;
import dev.langchain4j.store.embedding.EmbeddingStoreRemoveAllContract;
import dev.langchain4j.store.embedding.EmbeddingStoreWithFilteringIT;
import dev.langchain4j.store.embedding.EmbeddingStoreWithRemovalIT;
import io.inft.agents.InftEmbeddingStore;
import io.inft.jdbc.InftDataSource;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** LangChain4j's published contracts, and what they do not say. */
class EmbeddingsTest {
  private static final EmbeddingModel MODEL = new AllMiniLmL6V2QuantizedEmbeddingModel();

  private static InftEmbeddingStore store(String collection) {
    InftDataSource dataSource = new InftDataSource();
    dataSource.setUrl("jdbc:inft:agent");
    return new InftEmbeddingStore(dataSource, collection);
  }

  private static Machines machines() {
    return new Machines("ort-", "onnx");
  }

  @Nested
  class Filtering extends EmbeddingStoreWithFilteringIT {
    @RegisterExtension final Machines machines = machines();

    @Override
    protected EmbeddingStore<TextSegment> embeddingStore() {
      return store("c");
    }

    @Override
    protected boolean supportsContains() {
      return true;
    }

    @Override
    protected EmbeddingModel embeddingModel() {
      return MODEL;
    }
  }

  @Nested
  class Removal extends EmbeddingStoreWithRemovalIT {
    @RegisterExtension final Machines machines = machines();

    @Override
    protected EmbeddingStore<TextSegment> embeddingStore() {
      return store("c");
    }

    @Override
    protected EmbeddingModel embeddingModel() {
      return MODEL;
    }
  }

  @Nested
  class Arguments implements EmbeddingStoreAddAllContract, EmbeddingStoreRemoveAllContract {
    @RegisterExtension final Machines machines = machines();

    @Override
    public EmbeddingStore<TextSegment> embeddingStore() {
      return store("c");
    }
  }

  @Nested
  class Ours {
    @RegisterExtension final Machines machines = machines();

    private List<String> found(String collection, String question, int most) {
      Embedding asked = MODEL.embed(question).content();
      return store(collection)
          .search(EmbeddingSearchRequest.builder().queryEmbedding(asked).maxResults(most).build())
          .matches()
          .stream()
          .map(match -> match.embedded().text() + " " + match.score())
          .toList();
    }

    @Test
    void theSameAnswersAfterTheMachineIsLostAndCollectionsAreApart() throws Exception {
      for (String text : List.of("The cat sleeps.", "Prices rise.", "A kitten naps on the sofa.")) {
        TextSegment segment = TextSegment.from(text, Metadata.from("lang", "en"));
        store("a").add(MODEL.embed(segment).content(), segment);
      }
      store("b").add(MODEL.embed("A cat of somebody else.").content());
      List<String> before = found("a", "a sleeping cat", 2);

      machines.lose();

      assertThat(found("a", "a sleeping cat", 2)).isEqualTo(before).hasSize(2);
      assertThat(before.toString()).contains("cat sleeps").contains("kitten");
      assertThat(machines.query("jdbc:inft:agent", "SELECT type FROM inft_events"))
          .containsExactly(
              "embedding.added", "embedding.added", "embedding.added", "embedding.added");
    }
  }
}
