package io.inft.evm;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import java.time.Duration;
import java.util.List;

/**
 * What one endpoint tells of new events of one contract, as they come. Nothing that it says is more
 * than a hint: it may leave out, repeat, make up and reorder. One that failed stays failed. For one
 * thread.
 */
public interface LogFeed extends AutoCloseable {
  /**
   * One event.
   *
   * @param removed whether it is no longer part of the chain
   */
  record Told(Log log, boolean removed) {}

  /**
   * Changes what is told of; events in between may be missed.
   *
   * @param topics by position, which values are wanted; an empty list takes anything
   */
  void watch(List<List<Digest>> topics) throws InftException;

  /**
   * Waits for events, at most so long.
   *
   * @throws InftException the endpoint does not tell any more, or tells what is no event
   */
  List<Told> next(Duration atMost) throws InftException;

  /** Tells the endpoint, if it can be told at once, and never fails. */
  @Override
  void close();
}
