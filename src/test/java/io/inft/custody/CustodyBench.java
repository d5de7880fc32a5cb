package io.inft.custody;

import io.inft.registry.ledger.MemoryRegistry;
import io.inft.store.MemoryStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How fast a long history is verified, from memory: what is left is hashing, signatures, unsealing
 * and the rebuilt database. Rounds take turns, medians are shown.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.inft.custody.CustodyBench -Dexec.args="10000 5"
 * </pre>
 *
 * Arguments: versions, rounds.
 */
final class CustodyBench {
  private static final int NEW_VERSIONS = 10;

  private CustodyBench() {}

  public static void main(String[] arguments) throws Exception {
    int versions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    Path folder = Files.createTempDirectory("inft-custody-bench-");
    MemoryStore store = new MemoryStore();
    MemoryRegistry ledger = new MemoryRegistry(Clock.systemUTC());
    try (Chronicle chronicle = new Chronicle(ledger.as(Chronicle.OWNER), store, "bench", folder)) {
      chronicle.publish(versions - NEW_VERSIONS);
      Verification closed = Verification.of(chronicle.id, folder);
      Verification opened = closed.with(Chronicle.SECRET);
      CustodyReport before = CustodyTest.verify(ledger.readOnly(), store, opened);
      chronicle.publish(NEW_VERSIONS);
      Verification quick = closed.with(Verification.Depth.QUICK);
      Verification resumed = opened.after(before.mark().orElseThrow());
      Verification[] all = {closed, opened, quick, resumed};
      String[] names = {"full, no keys", "full, with keys", "quick, no keys", "10 new, with keys"};
      long[][] nanos = new long[all.length][rounds];
      CustodyReport[] reports = new CustodyReport[all.length];
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < all.length; i++) {
          long began = System.nanoTime();
          reports[i] = CustodyTest.verify(ledger.readOnly(), store, all[i]);
          nanos[i][round] = System.nanoTime() - began;
          if (reports[i].verdict() != Verdict.VALID) {
            throw new IllegalStateException(reports[i].toString());
          }
        }
      }
      for (int i = 0; i < all.length; i++) {
        java.util.Arrays.sort(nanos[i]);
        double seconds = nanos[i][rounds / 2] / 1e9;
        System.out.printf(
            Locale.ROOT,
            "%-18s %6d versions %8.1f MB %8.3f s %9.0f versions/s %7.1f MB/s%n",
            names[i],
            reports[i].versions(),
            reports[i].bytes() / 1e6,
            seconds,
            reports[i].versions() / seconds,
            reports[i].bytes() / 1e6 / seconds);
      }
    } finally {
      try (Stream<Path> found = Files.walk(folder)) {
        for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
