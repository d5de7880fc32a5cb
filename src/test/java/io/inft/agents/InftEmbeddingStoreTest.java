package io.inft.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import io.inft.agents.rows.StoreException;
import io.inft.jdbc.InftDataSource;
import io.inft.replica.Engines;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InftEmbeddingStoreTest {
  @TempDir Path folder;
  private InftDataSource source;

  @BeforeEach
  void open() throws Exception {
    source = new InftDataSource();
    source.setUrl("jdbc:inft:agent");
    source.setNetwork("embedded");
    source.setHome(folder.resolve("here").toString());
    source.setEmbeddedDir(folder.resolve("network").toString());
    source.setSyncInterval("1h");
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private List<String> found(InftEmbeddingStore store, float... vector) {
    return store
        .search(
            EmbeddingSearchRequest.builder()
                .queryEmbedding(Embedding.from(vector))
                .maxResults(5)
                .build())
        .matches()
        .stream()
        .map(EmbeddingMatch::embeddingId)
        .toList();
  }

  private static Embedding vector(float... numbers) {
    return Embedding.from(numbers);
  }

  @Test
  void refusesWhatCannotBeCompared() {
    InftEmbeddingStore store = new InftEmbeddingStore(source, "c");
    store.add("one", vector(1, 0));

    assertThatThrownBy(() -> store.add("zero", vector(0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only zeros");
    assertThatThrownBy(() -> store.add("nan", vector(1, Float.NaN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> store.add("three", vector(1, 0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 dimensions")
        .hasMessageContaining("'c' have 2");
    assertThatThrownBy(
            () ->
                new InftEmbeddingStore(source, "new")
                    .addAll(List.of(vector(1, 0), vector(1, 0, 0))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> found(store, 1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 dimensions");
    new InftEmbeddingStore(source, "other").add("three", vector(1, 0, 0));
    assertThat(found(store, 1, 0)).containsExactly("one");
  }

  /** Of builds that refused none of them. */
  @Test
  void passesOverVectorsThatCannotBeCompared() throws Exception {
    InftEmbeddingStore store = new InftEmbeddingStore(source, "c");
    store.add("one", vector(1, 0));
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO inft_embedding(collection, id, vector) VALUES ('c', 'zero', zeroblob(8)),"
              + " ('c', 'short', zeroblob(4)), ('c', 'long', zeroblob(12))");
    }

    assertThat(found(store, 1, 0)).containsExactly("one");
  }

  @Test
  void aFailureOfTheDatabaseNamesTheCollection() throws Exception {
    InftEmbeddingStore store = new InftEmbeddingStore(source, "c");
    store.add("one", vector(1, 0));
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE inft_embedding RENAME COLUMN vector TO gone");
    }

    assertThatThrownBy(() -> found(store, 1, 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("the collection 'c'");
  }
}
