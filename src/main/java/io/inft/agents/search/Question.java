package io.inft.agents.search;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What to recall. Immutable; made with {@link #of} or {@link #near} and what follows it. A text may
 * be anything that a user writes: it has no syntax.
 */
public final class Question {
  private static final int MOST = 10_000;
  private static final int FEW = 10;

  private final List<String> spaces;
  private final Optional<String> text;
  private final Optional<float[]> vector;
  private final int limit;
  private final Optional<Predicate<Memory>> filter;

  private Question(
      List<String> spaces,
      Optional<String> text,
      Optional<float[]> vector,
      int limit,
      Optional<Predicate<Memory>> filter) {
    this.spaces = List.copyOf(spaces);
    this.text = text;
    this.vector = vector;
    this.limit = limit;
    this.filter = filter;
  }

  /** By words, and by meaning if there is an embedder: the ten best. */
  public static Question of(String space, String text) {
    return new Question(List.of(space), Optional.of(text), Optional.empty(), FEW, Optional.empty());
  }

  /** By meaning alone, of a vector that the caller has: the ten best. */
  public static Question near(String space, float[] vector) {
    return new Question(
        List.of(space), Optional.empty(), Optional.of(vector.clone()), FEW, Optional.empty());
  }

  /** Looks into another space too, for instance one that all agents share. */
  public Question and(String space) {
    LinkedHashSet<String> more = new LinkedHashSet<>(spaces);
    more.add(space);
    return new Question(new ArrayList<>(more), text, vector, limit, filter);
  }

  /** With the vector of its text, when the caller has it; the embedder is not asked. */
  public Question vector(float[] given) {
    return new Question(spaces, text, Optional.of(given.clone()), limit, filter);
  }

  /**
   * @param most how many to find, from 1 to 10,000
   */
  public Question limit(int most) {
    if (most < 1 || most > MOST) {
      throw new IllegalArgumentException("a limit is from 1 to " + MOST + ", not " + most);
    }
    return new Question(spaces, text, vector, most, filter);
  }

  /**
   * Only of these. Each memory that comes before the last one found is read and asked about, so a
   * filter that few pass makes a search slower, and finds them all the same.
   */
  public Question where(Predicate<Memory> only) {
    return new Question(
        spaces, text, vector, limit, Optional.of(filter.map(only::and).orElse(only)));
  }

  /** Only those whose metadata say this. */
  public Question where(String name, String value) {
    return where(memory -> value.equals(memory.metadata().get(name)));
  }

  List<String> spaces() {
    return spaces;
  }

  Optional<String> text() {
    return text;
  }

  /** A copy. */
  Optional<float[]> vector() {
    return vector.map(float[]::clone);
  }

  int limit() {
    return limit;
  }

  Optional<Predicate<Memory>> filter() {
    return filter;
  }
}
