package io.inft.bytes;

import java.util.List;

/**
 * How far one who answers for a chain is believed, and how those who answer stood when they were
 * asked last. Immutable.
 *
 * @param need how many must say the same before it is believed
 * @param endpoints all that are asked, without keys
 * @param behind how many blocks the one that is believed lay behind the newest that anybody claimed
 *     to have
 */
public record Trust(Level level, int need, List<Endpoint> endpoints, long behind) {
  /** What an answer is held against. */
  public enum Level {
    /** Nothing: one endpoint is believed. */
    L0,
    /** Other endpoints: {@code need} of them say the same, about one block. */
    L1,
    /**
     * As {@link #L1}; the record of a database is besides proven to lie in the state of a block
     * whose hash is all that the endpoints must agree about.
     */
    L2
  }

  /**
   * One endpoint.
   *
   * @param standing "agrees", or in one sentence how it differed or why it did not answer
   * @param dissents how often it said otherwise than {@code need} others
   */
  public record Endpoint(String name, String standing, long dissents) {
    public static final String AGREES = "agrees";
  }

  public Trust {
    endpoints = List.copyOf(endpoints);
  }

  /** That of one ledger for all, or of one endpoint. */
  public static Trust ofOne(String name) {
    return new Trust(Level.L0, 1, List.of(new Endpoint(name, Endpoint.AGREES, 0)), 0);
  }

  public Trust at(Level other) {
    return new Trust(other, need, endpoints, behind);
  }

  /** Those that said otherwise than what was believed. */
  public List<Endpoint> dissenting() {
    return endpoints.stream().filter(endpoint -> endpoint.dissents() > 0).toList();
  }
}
