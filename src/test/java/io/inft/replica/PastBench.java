package io.inft.replica;

import io.inft.bytes.DurableFiles;
import io.inft.replica.publish.policy.Inlining;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * What opening a random past version costs beside opening the head, each from a fresh home:
 * questions to a registry that is asked as a chain is, versions it walked through, objects of the
 * store, CPU time and wall clock. Medians, and the worst counts.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test \
 *     -Dexec.mainClass=io.inft.replica.PastBench -Dexec.args="10000 200 inlined"
 * </pre>
 *
 * Arguments: versions of one small commit each, opens, {@code inlined} (go along with their anchors
 * but for every 64th) or {@code stored}.
 */
final class PastBench {
  private static final String ID = "past";

  private final World world;
  private final CountedNetwork counted;
  private final Path folder;
  private final int versions;
  private final int opens;

  private PastBench(Path folder, int versions, int opens, Inlining.Choice choice) throws Exception {
    this.folder = folder;
    this.versions = versions;
    this.opens = opens;
    this.world = new World(folder).inlining(choice, Duration.ofHours(1));
    this.counted = new CountedNetwork(world.network());
  }

  public static void main(String[] arguments) throws Exception {
    int versions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    int opens = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
    boolean inlined = arguments.length < 3 || arguments[2].equals("inlined");
    Path folder = Files.createTempDirectory("inft-bench-");
    try {
      PastBench bench =
          new PastBench(
              folder, versions, opens, inlined ? Inlining.Choice.ALWAYS : Inlining.Choice.NEVER);
      bench.fill();
      bench.run();
    } finally {
      Engines.endIdle();
      DurableFiles.deleteTree(folder);
    }
  }

  private void fill() throws Exception {
    long began = System.nanoTime();
    try (World.Desk desk = world.open("writer", ID)) {
      desk.run("CREATE TABLE t(id INTEGER PRIMARY KEY, body)");
      Random random = new Random(1);
      for (int i = 1; i < versions; i++) {
        desk.run(
            "INSERT OR REPLACE INTO t VALUES ("
                + random.nextInt(2_000)
                + ", hex(randomblob(100)))");
        desk.session.sync(Duration.ofMinutes(1));
      }
    }
    print("%d versions in %.0f s", versions, (System.nanoTime() - began) / 1e9);
  }

  /** One row of figures: questions, walked, objects, CPU and wall in microseconds. */
  private long[] open(Optional<String> at) throws Exception {
    EngineSettings settings = world.settings("reader", ID).at(at);
    counted.reset();
    long cpu = cpu();
    long began = System.nanoTime();
    Session session = at.isPresent() ? Engines.open(settings, counted.network()) : head(settings);
    long[] cost = {
      counted.questions(),
      counted.walked(),
      counted.objects(),
      (cpu() - cpu) / 1000,
      (System.nanoTime() - began) / 1000
    };
    session.close();
    DurableFiles.deleteTree(folder.resolve("reader"));
    return cost;
  }

  private Session head(EngineSettings settings) throws Exception {
    return PastStates.openNewest(settings, counted.network());
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private void run() throws Exception {
    Random random = new Random(2);
    long newest = counted.network().registry().head(world.settings("reader", ID).id()).version();
    for (int i = 0; i < 20; i++) { // until what is compiled stays so
      open(Optional.empty());
      open(Optional.of(Long.toString(1 + random.nextInt((int) newest))));
    }
    long[][] head = new long[opens][];
    long[][] past = new long[opens][];
    long[][] atTime = new long[opens][];
    for (int i = 0; i < opens; i++) {
      head[i] = open(Optional.empty());
      long version = 1L + random.nextInt((int) newest);
      past[i] = open(Optional.of(Long.toString(version)));
      atTime[i] =
          open(
              Optional.of(
                  counted
                      .network()
                      .registry()
                      .version(world.settings("reader", ID).id(), version, 0)
                      .block()
                      .time()
                      .toString()));
    }
    show("head", head, head);
    show("at=<version>", past, head);
    show("at=<time>", atTime, head);
  }

  private static void show(String what, long[][] costs, long[][] head) {
    String[] names = {"questions", "walked", "objects", "CPU µs", "wall µs"};
    StringBuilder text = new StringBuilder(what).append(':');
    for (int i = 0; i < names.length; i++) {
      long median = median(costs, i);
      text.append(
          String.format(
              Locale.ROOT,
              " %s %d (%.2f ×, worst %d)",
              names[i],
              median,
              (double) median / Math.max(1, median(head, i)),
              sorted(costs, i)[costs.length - 1]));
    }
    print("%s", text);
  }

  private static long median(long[][] costs, int column) {
    return sorted(costs, column)[costs.length / 2];
  }

  private static long[] sorted(long[][] costs, int column) {
    long[] values = Arrays.stream(costs).mapToLong(cost -> cost[column]).toArray();
    Arrays.sort(values);
    return values;
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
