package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.pack.PackReader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the first opening of a process will need whatever it finds, got ready on another thread
 * while settings and network are looked at: the two native libraries, which are unpacked and
 * linked, and the classes around them. Once in a process, safe for many threads.
 */
final class Preparation {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private Preparation() {}

  static void begin() {
    if (BEGUN.compareAndSet(false, true)) {
      Workers.pooled().execute(Preparation::prepare);
    }
  }

  private static void prepare() {
    try {
      SqliteLink.tryOut();
      PackReader.loadCodec();
    } catch (InftException e) {
      LOG.debug("not prepared; who needs it tries again, and is told", e);
    }
  }
}
