package io.inft.replica;

import io.inft.capture.SqliteLink;
import io.inft.failure.InftException;
import io.inft.pack.PackReader;
import io.inft.replica.local.EngineThreads;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the first opening of a process will need whatever it finds, got ready on another thread
 * while settings and network are looked at: the two native libraries, which are unpacked and
 * linked, and the classes around them. Once in a process, safe for many threads.
 */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private WarmUp() {}

  static void begin() {
    if (BEGUN.compareAndSet(false, true)) {
      EngineThreads.pooled().execute(WarmUp::prepare);
    }
  }

  private static void prepare() {
    try {
      SqliteLink.tryOut();
      PackReader.loadCodecs();
    } catch (InftException e) {
      LOG.debug("not prepared; who needs it tries again, and is told", e);
    }
  }
}
