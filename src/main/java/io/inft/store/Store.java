package io.inft.store;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.store.merkle.ObjectRef;

/** Keeps immutable objects. Safe for use by many threads at once. */
public interface Store extends StoreReader, AutoCloseable {
  /**
   * Stores an object and returns when it is durable: readable by {@link #open} on any machine.
   *
   * <p>Storing what is stored already costs nothing and succeeds. A call that failed or was killed
   * may be repeated with the same bytes and goes on where it stopped; an object is never paid for
   * twice.
   *
   * @param object at least one byte; must not change during the call
   * @throws IllegalArgumentException if the object is empty
   * @throws io.inft.failure.StoreUnavailableException nothing is lost, repeat later
   * @throws io.inft.failure.StoreRefusedException the network said no and why
   */
  ObjectRef put(ByteSource object, TransferListener listener) throws InftException;

  /**
   * As {@link #put}, for an object that nobody can have stored before: sealed just now, and given
   * to no store yet. It need not be looked for. A caller who repeats the call, or does not know
   * what became of an earlier one, uses {@link #put}.
   */
  default ObjectRef putNew(ByteSource object, TransferListener listener) throws InftException {
    return put(object, listener);
  }

  /** Ends background work and connections. Objects stay. Closing twice is harmless. */
  @Override
  void close();
}
