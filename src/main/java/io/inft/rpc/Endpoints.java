package io.inft.rpc;

import io.inft.bytes.Trust;
import io.inft.failure.InftException;
import java.util.Optional;

/**
 * Those who answer for one service, and by which rule their answers become one. There are three
 * rules: what is a fact must be the <em>same</em>; a number counts as far as it is <em>reached</em>
 * by enough of them; and what any of them can show by itself is taken from the <em>first</em> that
 * shows it. Safe for many threads.
 */
public interface Endpoints {
  /**
   * What one endpoint is asked. Its answer is a value with equality, checked as far as it can be.
   */
  @FunctionalInterface
  interface Question<T> {
    T ask(JsonRpc endpoint) throws InftException;
  }

  /**
   * A fact.
   *
   * @param about names it, for messages: "the code of 0x12… at block 99"
   * @throws io.inft.failure.SplitViewException too few say the same
   * @throws io.inft.failure.TooFewEndpointsException too few answer
   */
  <T> T same(String about, Question<T> question) throws InftException;

  /**
   * A fact that some may not have heard of yet: empty until enough have, and then it is as {@link
   * #same}.
   */
  <T> Optional<T> known(String about, Question<Optional<T>> question) throws InftException;

  /**
   * A number: the greatest that enough of them reach. Too few liars can make it neither larger than
   * honest ones say, nor, where enough are honest, smaller.
   */
  <T extends Comparable<T>> T reached(String about, Question<T> question) throws InftException;

  /** As {@link #reached}, of the number of a block; how far the others are is remembered. */
  long height(String about, Question<Long> question) throws InftException;

  /** The first answer, from one after the other; a question that fails is put to the next one. */
  <T> T first(String about, Question<T> question) throws InftException;

  /** Tells all of them; fails only if nobody takes it, as the first of them did. */
  void tell(String about, Question<?> told) throws InftException;

  /** Whether more than one is asked, so that questions about "the newest" need a common block. */
  boolean isQuorum();

  /** How they stand. */
  Trust trust();

  /** A client that goes from one to the next when one fails, for what is only a hint. */
  JsonRpc anyone();

  /** For messages; without keys. */
  String describe();

  /** One is believed; the next is asked when it fails. */
  static Endpoints oneOf(JsonRpc rpc) {
    return new Endpoints() {
      @Override
      public <T> T same(String about, Question<T> question) throws InftException {
        return question.ask(rpc);
      }

      @Override
      public <T> Optional<T> known(String about, Question<Optional<T>> question)
          throws InftException {
        return question.ask(rpc);
      }

      @Override
      public <T extends Comparable<T>> T reached(String about, Question<T> question)
          throws InftException {
        return question.ask(rpc);
      }

      @Override
      public long height(String about, Question<Long> question) throws InftException {
        return question.ask(rpc);
      }

      @Override
      public <T> T first(String about, Question<T> question) throws InftException {
        return question.ask(rpc);
      }

      @Override
      public void tell(String about, Question<?> told) throws InftException {
        told.ask(rpc);
      }

      @Override
      public boolean isQuorum() {
        return false;
      }

      @Override
      public Trust trust() {
        return Trust.ofOne(rpc.describe());
      }

      @Override
      public JsonRpc anyone() {
        return rpc;
      }

      @Override
      public String describe() {
        return rpc.describe();
      }
    };
  }
}
