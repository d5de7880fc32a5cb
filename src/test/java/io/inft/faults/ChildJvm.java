package io.inft.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Another JVM with this one's class path, to be limited, starved or killed. */
public final class ChildJvm implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 900;
  private static final String END = "(the process ended)";

  private final Process process;
  private final Thread reader;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> said = new ArrayList<>();

  private ChildJvm(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "child-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts {@code main}, which talks through standard output and error. */
  public static ChildJvm start(List<String> jvmOptions, Class<?> main, String... arguments)
      throws IOException {
    return start(jvmOptions, Map.of(), main, arguments);
  }

  /** The same with more in its environment. */
  public static ChildJvm start(
      List<String> jvmOptions, Map<String, String> environment, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(Interruptible.prefix());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath(main.getClassLoader()), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new ChildJvm(builder.start());
  }

  /** Maven runs programs in a class loader of its own, of which the property knows nothing. */
  public static String classPath(ClassLoader of) {
    return of instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  private void read() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add(e.toString());
    }
    lines.add(END);
  }

  /** The rest of the next line that begins with {@code word}; other lines are kept for messages. */
  public String awaitLine(String word) throws InterruptedException {
    while (true) {
      String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        throw new AssertionError("no line '" + word + "', but:\n" + String.join("\n", said));
      }
      said.add(line);
      if (line.equals(word) || line.startsWith(word + " ")) {
        return line.substring(word.length()).strip();
      }
    }
  }

  /** All lines that were awaited or passed over so far. */
  public List<String> said() {
    return List.copyOf(said);
  }

  /** Sends a line to its standard input. */
  public void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Everything it says until it ends. */
  public String output() throws InterruptedException {
    exit();
    reader.join();
    StringBuilder all = new StringBuilder(String.join("\n", said));
    for (String line = lines.poll(); line != null && !line.equals(END); line = lines.poll()) {
      all.append(line).append('\n');
    }
    return all.toString();
  }

  /** Sets the longest file it may make, as {@code soft:hard} bytes. */
  public void limitFiles(String limit) throws InterruptedException {
    try {
      Process prlimit =
          new ProcessBuilder("prlimit", "--pid", Long.toString(pid()), "--fsize=" + limit)
              .redirectErrorStream(true)
              .start();
      String answer = new String(prlimit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(prlimit.waitFor()).as("prlimit: %s", answer).isZero();
    } catch (IOException e) {
      throw new AssertionError("this test needs prlimit; install the package util-linux", e);
    }
  }

  /** Ctrl-C. */
  public void interrupt() throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-INT", Long.toString(pid())).start().waitFor()).isZero();
  }

  /** SIGTERM, as containers do before they kill. */
  public void terminate() {
    process.toHandle().destroy(); // what it says stays readable
  }

  public long pid() {
    return process.pid();
  }

  /** Waits until it ends by itself. */
  public int exit() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    return process.exitValue();
  }

  /** {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Ends it if it still runs, without waiting. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
