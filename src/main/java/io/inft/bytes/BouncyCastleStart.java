package io.inft.bytes;

import org.bouncycastle.crypto.CryptoServicesRegistrar;

/**
 * Where BouncyCastle is initialised: on a thread that ends. It leaves objects of its own with the
 * thread that happens to come first, which would be an application's, and would keep the class
 * loader of an application that is gone for as long as a container's thread lives.
 */
public final class BouncyCastleStart {
  /** Far more than it takes; after that whoever uses it waits for it, as for any class. */
  private static final long PATIENCE_MILLIS = 10_000;

  static {
    Thread thread = new Thread(null, new Start(), "inft-start", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(BouncyCastleStart.class.getClassLoader());
    thread.start();
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private BouncyCastleStart() {}

  /** A class of its own: a lambda would wait for the class that waits for it. */
  private static final class Start implements Runnable {
    @Override
    public void run() {
      CryptoServicesRegistrar.getServicesConstraints();
    }
  }

  /** To be called before anything of BouncyCastle's; costs nothing after the first time. */
  public static void now() {
    // Initialising this class does it.
  }
}
