package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.SigningKey;
import io.inft.devnet.DevnetFixture;
import io.inft.devnet.SocketProxy;
import io.inft.faults.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver in the class loader of an application that is deployed again and again. */
@Tag("processes")
class RedeployTest {
  @TempDir Path folder;

  /** One deployment. */
  private static final class Deployment implements AutoCloseable {
    final URLClassLoader loader;
    private final Function<String, String> application;

    Deployment() throws Exception {
      List<URL> urls = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
      loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
      @SuppressWarnings("unchecked")
      Function<String, String> made =
          (Function<String, String>)
              loader.loadClass(Deployed.class.getName()).getDeclaredConstructor().newInstance();
      application = made;
    }

    String does(String command) {
      ClassLoader before = Thread.currentThread().getContextClassLoader();
      Thread.currentThread().setContextClassLoader(loader);
      try {
        return application.apply(command);
      } finally {
        Thread.currentThread().setContextClassLoader(before);
      }
    }

    /** Names of its threads that are still there. */
    List<String> threads() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread != Thread.currentThread())
          .filter(thread -> thread.getContextClassLoader() == loader)
          .map(Thread::getName)
          .toList();
    }

    void expectNoThreads() throws InterruptedException {
      long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (!threads().isEmpty() && System.nanoTime() < deadline) {
        Thread.sleep(10);
      }
      assertThat(threads()).isEmpty();
    }

    @Override
    public void close() throws IOException {
      loader.close();
    }
  }

  private String url(String properties) {
    return " jdbc:inft:web?linger=" + properties + " " + folder;
  }

  @Test
  void eachDeploymentIsUpAtOnceAndSeesTheRowsOfTheOneBefore() throws Exception {
    for (int i = 1; i <= 3; i++) {
      try (Deployment deployment = new Deployment()) {
        // One forgets to close its connection, as a pool that nobody closes.
        String rows = deployment.does((i == 2 ? "keep" : "write") + url("10m"));
        assertThat(rows).isEqualTo(Integer.toString(i));
        assertThat(deployment.threads()).isNotEmpty();
        long begun = System.nanoTime();
        assertThat(deployment.does("deregister")).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        deployment.expectNoThreads();
        assertThat(deployment.does("again" + url("10m")))
            .startsWith("08003")
            .contains("the driver of jdbc:inft: was deregistered");
      }
    }
  }

  /** The thread that listens and its socket go with the application. */
  @ParameterizedTest
  @ValueSource(strings = {"subscription", "filter"})
  void aReaderThatFollowsAChainLeavesNothing(String way) throws Exception {
    try (DevnetFixture network = DevnetFixture.start();
        SocketProxy socket = new SocketProxy(network.devnet().rpc())) {
      String rpc = network.devnet().rpc() + (way.equals("filter") ? "" : "," + socket.address());
      String url = published(network, rpc);
      try (Deployment deployment = new Deployment()) {
        assertThat(deployment.does("follow " + url + " " + folder.resolve("reader") + " " + way))
            .contains("\"follows\":\"" + way + "\"");
        assertThat(deployment.threads()).contains("inft-follow");
        assertThat(deployment.does("deregister")).isEmpty();
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (deployment.threads().contains("inft-follow") || socket.open() > 0) {
          assertThat(System.nanoTime()).isLessThan(deadline);
          Thread.sleep(10);
        }
      }
    }
  }

  /** A database on a chain; returns a reader's URL. */
  private String published(DevnetFixture network, String rpc) throws Exception {
    Path secret = Files.writeString(folder.resolve("key"), "ab".repeat(32));
    SigningKey key = network.account();
    String where =
        "jdbc:inft:"
            + key.address()
            + "/web?network=custom&rpc="
            + rpc
            + "&indexer="
            + network.devnet().indexerAddress()
            + "&contract="
            + network.devnet().registry()
            + "&encryptionKeyFile="
            + secret;
    Properties writer = new Properties();
    writer.setProperty("privateKey", key.revealHex());
    writer.setProperty("home", folder.resolve("writer").toString());
    writer.setProperty("linger", "0s");
    try (Connection connection = new InftDriver().connect(where + "&create=true", writer);
        Statement statement = connection.createStatement()) {
      statement.execute("create table t(a)");
    }
    return where + "&mode=ro&refresh=1h&linger=10m";
  }

  private record Last(RedeployTest test, int number) {}

  /**
   * As a container's thread pool: one thread that outlives them all. Nor does Java's own thread
   * that waits for the process which sqlite-jdbc starts.
   */
  @Test
  void noClassLoaderIsHeldByAThreadThatOutlivesItsApplication() throws Exception {
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    ExecutorService container = Executors.newSingleThreadExecutor();
    try {
      for (int i = 1; i <= 5; i++) {
        int rows = i;
        loaders.add(container.submit(() -> deployedAndGone(rows)).get(60, TimeUnit.SECONDS));
      }
      // Java 17 keeps the types of the record whose methods were linked last: let it be this one.
      assertThat(new Last(this, 1))
          .isEqualTo(new Last(this, 1))
          .hasSameHashCodeAs(new Last(this, 1));
      for (int look = 0; look < 100 && held(loaders) > 0; look++) {
        System.gc();
        Thread.sleep(10);
      }
      assertThat(held(loaders)).isZero();
    } finally {
      container.shutdown();
    }
  }

  private static long held(List<WeakReference<ClassLoader>> loaders) {
    return loaders.stream().filter(loader -> loader.get() != null).count();
  }

  private WeakReference<ClassLoader> deployedAndGone(int rows) throws Exception {
    try (Deployment deployment = new Deployment()) {
      assertThat(deployment.does("write" + url("10m"))).isEqualTo(Integer.toString(rows));
      assertThat(deployment.does("deregister")).isEmpty();
      deployment.expectNoThreads();
      return new WeakReference<>(deployment.loader);
    }
  }

  @Test
  void aClassLoaderThatIsClosedWithoutAWordLetsGoWhenTheLingerIsOver() throws Exception {
    try (Deployment deployment = new Deployment()) {
      assertThat(deployment.does("write" + url("300ms"))).isEqualTo("1");
      deployment.loader.close();
      Thread.sleep(300);
      deployment.expectNoThreads();
    }
    try (Deployment next = new Deployment()) {
      assertThat(next.does("write" + url("0s"))).isEqualTo("2");
      assertThat(next.does("deregister")).isEmpty();
    }
  }

  @Test
  void anIdleThreadThatIsInterruptedEndsItsDatabase() throws Exception {
    try (Deployment deployment = new Deployment()) {
      assertThat(deployment.does("write" + url("10m"))).isEqualTo("1");
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().startsWith("inft-")
            && thread.getContextClassLoader() == deployment.loader) {
          thread.interrupt(); // as exec:java does
        }
      }
      deployment.expectNoThreads();
    }
  }

  /** Leaves a database lingering in a class loader that is closed, and comes to its end. */
  static final class Forgetful {
    public static void main(String[] args) throws Exception {
      try (Deployment deployment = new Deployment()) {
        System.out.println(
            "rows "
                + deployment.does(
                    "write jdbc:inft:web?linger=10m&onClose=background&syncInterval=1h "
                        + args[0]));
      }
      System.out.println("over");
    }
  }

  @Test
  void aProgramWhoseClassLoaderIsClosedEndsAllTheSame() throws Exception {
    try (ChildJvm child = ChildJvm.start(List.of(), Forgetful.class, folder.toString())) {
      assertThat(child.awaitLine("rows")).isEqualTo("1");
      child.awaitLine("over");
      long begun = System.nanoTime();
      assertThat(child.exit()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }
  }
}
