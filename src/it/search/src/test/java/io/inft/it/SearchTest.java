package io.inft.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.inft.agents.search.Embedder;
import io.inft.agents.search.Memories;
import io.inft.agents.search.NewMemory;
import io.inft.agents.search.Question;
import io.inft.agents.search.Recall;
import io.inft.jdbc.InftDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand senses of verbs, as WordNet explains them, are remembered; of each fifth the sentence
 * that shows it is the question. What should come is that sense.
 */
class SearchTest {
  private static final int MEMORIES = 1000;

  /** The second third of the senses, on which nothing was chosen: 0 is the one for that. */
  private static final int HELD_OUT = Integer.getInteger("third", 1);

  private static final int EVERY = 5;
  private static final int LIMIT = 10;

  /** The model, asked once for each text. */
  private static final class Model implements Embedder {
    private final AllMiniLmL6V2QuantizedEmbeddingModel model =
        new AllMiniLmL6V2QuantizedEmbeddingModel();
    private final Map<String, float[]> known = new HashMap<>();

    @Override
    public float[] embed(String text) {
      return known.computeIfAbsent(text, asked -> model.embed(asked).content().vector());
    }

    @Override
    public String model() {
      return "all-minilm-l6-v2-q";
    }
  }

  @TempDir Path folder;
  private final Model model = new Model();

  private InftDataSource machine(String name) throws Exception {
    InftDataSource source = new InftDataSource();
    source.setUrl("jdbc:inft:words");
    source.setNetwork("embedded");
    source.setLinger("0s");
    source.setHome(folder.resolve(name).toString());
    source.setEmbeddedDir(folder.resolve("network").toString());
    return source;
  }

  private static List<String> keys(Recall recall) {
    return recall.hits().stream().map(hit -> hit.memory().key()).toList();
  }

  /** The ten nearest by distances that this test computes itself. */
  private List<String> exact(List<WordNet.Sense> senses, String question) {
    float[] asked = model.embed(question);
    double[] distances =
        senses.stream().mapToDouble(sense -> cosine(asked, model.embed(sense.text()))).toArray();
    return IntStream.range(0, senses.size())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> distances[i]))
        .limit(LIMIT)
        .map(i -> senses.get(i).id())
        .toList();
  }

  private static double cosine(float[] left, float[] right) {
    double dot = 0;
    double lefts = 0;
    double rights = 0;
    for (int i = 0; i < left.length; i++) {
      dot += (double) left[i] * right[i];
      lefts += (double) left[i] * left[i];
      rights += (double) right[i] * right[i];
    }
    return 1 - dot / Math.sqrt(lefts * rights);
  }

  /** Adds up over the questions. */
  private static final class Score {
    private int questions;
    private int found;
    private double reciprocalRanks;
    private double recall;

    void add(List<String> answer, String wanted, List<String> exact) {
      questions++;
      int place = answer.indexOf(wanted);
      found += place < 0 ? 0 : 1;
      reciprocalRanks += place < 0 ? 0 : 1.0 / (place + 1);
      recall += (double) exact.stream().filter(answer::contains).count() / exact.size();
    }

    double foundShare() {
      return (double) found / questions;
    }

    double recall() {
      return recall / questions;
    }

    String line(String name) {
      return String.format(
          Locale.ROOT,
          "%-26s found among 10: %5.1f %%   mean reciprocal rank: %.3f   recall of the exact 10:"
              + " %.4f%n",
          name,
          100 * foundShare(),
          reciprocalRanks / questions,
          recall());
    }
  }

  @Test
  void findsByWordsAndMeaningWhatEitherAloneWouldMiss() throws Exception {
    List<WordNet.Sense> senses = WordNet.senses(HELD_OUT, MEMORIES);
    Memories here = Memories.in(machine("here"));
    remember(here.with(model), "float", senses);
    remember(here.with(model).quantized(), "byte", senses);

    Map<String, Score> scores = new HashMap<>();
    List<Recall> before = new ArrayList<>();
    long nanos = 0;
    int questions = 0;
    for (int i = 0; i < senses.size(); i += EVERY) {
      WordNet.Sense sense = senses.get(i);
      String text = sense.sentence();
      List<String> exact = exact(senses, text);
      long start = System.nanoTime();
      before.add(here.with(model).recall(Question.of("float", text)));
      nanos += System.nanoTime() - start;
      questions++;
      before.add(here.with(model).recall(Question.of("byte", text)));
      add(scores, "words and meaning", keys(before.get(before.size() - 2)), sense, exact);
      add(scores, "the same, a byte each", keys(before.get(before.size() - 1)), sense, exact);
      add(scores, "words", keys(here.recall(Question.of("float", text))), sense, exact);
      float[] vector = model.embed(text);
      add(scores, "meaning", keys(here.recall(Question.near("float", vector))), sense, exact);
      add(
          scores,
          "meaning, a byte each",
          keys(here.recall(Question.near("byte", vector))),
          sense,
          exact);
    }
    scores.keySet().stream()
        .sorted()
        .forEach(name -> System.out.print(scores.get(name).line(name)));
    System.out.printf(
        Locale.ROOT,
        "%d memories, %d questions, %.1f ms a question%n",
        senses.size(),
        questions,
        nanos / 1e6 / questions);

    assertEquals(1.0, scores.get("meaning").recall(), "distances are computed, not estimated");
    assertTrue(scores.get("meaning, a byte each").recall() > 0.9);
    double both = scores.get("words and meaning").foundShare();
    assertTrue(both > scores.get("words").foundShare(), "better than words alone");
    assertTrue(both > scores.get("meaning").foundShare(), "better than meaning alone");

    assertSameAfterLoss(senses, before);
  }

  private static void add(
      Map<String, Score> scores,
      String name,
      List<String> answer,
      WordNet.Sense wanted,
      List<String> exact) {
    scores.computeIfAbsent(name, any -> new Score()).add(answer, wanted.id(), exact);
  }

  private static void remember(Memories memories, String space, List<WordNet.Sense> senses)
      throws Exception {
    memories.remember(
        senses.stream().map(sense -> NewMemory.of(space, sense.text()).key(sense.id())).toList());
  }

  /** The machine is gone; another one has the same answers, with the same scores and distances. */
  private void assertSameAfterLoss(List<WordNet.Sense> senses, List<Recall> before)
      throws Exception {
    delete(folder.resolve("here"));
    Memories there = Memories.in(machine("there")).with(model);
    for (int i = 0; i < senses.size(); i += EVERY) {
      String text = senses.get(i).sentence();
      int at = 2 * (i / EVERY);
      assertEquals(before.get(at), there.recall(Question.of("float", text)), text);
      assertEquals(before.get(at + 1), there.recall(Question.of("byte", text)), text);
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
