package io.inft.agents.search;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Something to be remembered. Immutable; made with {@link #of} and what follows it.
 *
 * <pre>{@code
 * NewMemory.of("ada", "prefers tea").key("drink").metadata(Map.of("source", "chat"))
 * }</pre>
 */
public final class NewMemory {
  private static final int MOST_KEY = 1024;

  private final String space;
  private final String key;
  private final String text;
  private final Map<String, String> metadata;
  private final Optional<float[]> vector;
  private final Optional<String> subject;

  private NewMemory(
      String space,
      String key,
      String text,
      Map<String, String> metadata,
      Optional<float[]> vector,
      Optional<String> subject) {
    this.space = named("space", space);
    this.key = named("key", key);
    this.text = text;
    this.metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    this.vector = vector;
    this.subject = subject;
  }

  private static String named(String what, String name) {
    if (name.isEmpty() || name.length() > MOST_KEY) {
      throw new IllegalArgumentException(
          "a " + what + " has from 1 to " + MOST_KEY + " characters, not " + name.length());
    }
    return name;
  }

  /**
   * A text with a random key.
   *
   * @param space whose it is: one agent does not see what is in another's
   */
  public static NewMemory of(String space, String text) {
    return new NewMemory(
        space, UUID.randomUUID().toString(), text, Map.of(), Optional.empty(), Optional.empty());
  }

  /** With a key of the caller's; a memory of that key in the space is corrected. */
  public NewMemory key(String given) {
    return new NewMemory(space, given, text, metadata, vector, subject);
  }

  /** With what is to be said of it. */
  public NewMemory metadata(Map<String, String> given) {
    return new NewMemory(space, key, text, given, vector, subject);
  }

  /** With a vector that the caller has already; the embedder is not asked. */
  public NewMemory vector(float[] given) {
    return new NewMemory(space, key, text, metadata, Optional.of(given.clone()), subject);
  }

  /**
   * Of whom it speaks: text, metadata and vector are sealed under the key of this subject, stand in
   * no index of the database, and can be forgotten. Space and key are not sealed.
   *
   * @param given a name that is not stored in the clear
   */
  public NewMemory about(String given) {
    return new NewMemory(space, key, text, metadata, vector, Optional.of(named("subject", given)));
  }

  public String space() {
    return space;
  }

  public String key() {
    return key;
  }

  public String text() {
    return text;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  /** A copy. */
  Optional<float[]> vector() {
    return vector.map(float[]::clone);
  }

  Optional<String> subject() {
    return subject;
  }
}
