package io.inft.devnet;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Address;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.MissingToolException;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An EVM development chain in a process of its own, on a free port of the loopback interface. Ends
 * with {@link #close} or with the JVM.
 */
public final class Anvil implements AutoCloseable {
  /** Galileo's, so that everything behaves as on the test network. */
  public static final long CHAIN_ID = 16602;

  private static final String VERSION = "1.7.1";
  private static final NpmPackage LINUX_X64 =
      new NpmPackage(
          "@foundry-rs/anvil-linux-amd64",
          VERSION,
          "sha512-+XmShybEaxfCrr0OUUZwYEy2OnYZt5pHH9TzBtLv3+VrK0O/ANuNSVEahqNhKHlgX7GRJ59383ofNhxkRWIYTg==",
          Map.of("bin/anvil", "anvil"));
  private static final Pattern LISTENING = Pattern.compile("Listening on 127\\.0\\.0\\.1:(\\d+)");

  /** Its base fee is that of 0G, and finality is quick. */
  private static final List<String> LIKE_ZERO_G =
      List.of(
          "--hardfork",
          "prague",
          "--block-base-fee-per-gas",
          "7",
          "--slots-in-an-epoch",
          "1",
          "--accounts",
          "1");

  private final ChildProcess process;
  private final URI address;
  private final JsonRpc rpc;

  private Anvil(ChildProcess process, URI address) {
    this.process = process;
    this.address = address;
    this.rpc = JsonRpc.at(address, RpcSettings.STANDARD);
  }

  /**
   * The binary, fetched into {@code packages} when it is not there. The system property {@code
   * inft.anvil} names another one; on machines for which no package is pinned it must.
   */
  public static Path binary(Path packages, Consumer<String> progress) throws InftException {
    String given = System.getProperty("inft.anvil");
    if (given != null) {
      return Path.of(given);
    }
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    if (os.contains("linux") && (arch.equals("amd64") || arch.equals("x86_64"))) {
      Path binary = LINUX_X64.in(packages, progress).resolve("anvil");
      if (!binary.toFile().setExecutable(true)) {
        throw new LocalStorageException(
            binary, "make executable", new IOException("permission denied"));
      }
      return binary;
    }
    return onThePath()
        .orElseThrow(
            () ->
                new MissingToolException(
                    "anvil",
                    "no package is pinned for " + os + " on " + arch,
                    "install Foundry (getfoundry.sh) so that 'anvil' is on the PATH, or set the"
                        + " system property inft.anvil to it",
                    null));
  }

  private static Optional<Path> onThePath() {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    for (String folder : path.split(Pattern.quote(File.pathSeparator), -1)) {
      for (String name : List.of("anvil", "anvil.exe")) {
        Path candidate = Path.of(folder, name);
        if (Files.isExecutable(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  /** Starts a chain that is forgotten when it ends. */
  public static Anvil start(Path binary, String... options) throws InftException {
    return start(binary, null, options);
  }

  /**
   * Starts a chain.
   *
   * @param state file that keeps the chain between two starts; null forgets it
   * @param options further options of anvil
   */
  public static Anvil start(Path binary, @Nullable Path state, String... options)
      throws InftException {
    List<String> given = List.of(options);
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    if (!given.contains("--port")) {
      command.addAll(List.of("--port", "0"));
    }
    command.addAll(List.of("--chain-id", String.valueOf(CHAIN_ID)));
    command.addAll(LIKE_ZERO_G);
    if (state != null) {
      command.addAll(List.of("--state", state.toString(), "--state-interval", "1"));
    }
    command.addAll(given);
    ChildProcess process;
    try {
      process =
          new ChildProcess(
              new ProcessBuilder(command).redirectErrorStream(true).start(), "inft-anvil");
    } catch (IOException e) {
      throw new MissingToolException(
          "anvil", "it could not be started", "install Foundry or let npm fetch it", e);
    }
    StringBuilder said = new StringBuilder();
    boolean started = false;
    try {
      BufferedReader output = process.process().inputReader(StandardCharsets.UTF_8);
      String line = output.readLine();
      while (line != null) {
        Matcher listening = LISTENING.matcher(line);
        if (listening.find()) {
          drain(output);
          started = true;
          return new Anvil(process, URI.create("http://127.0.0.1:" + listening.group(1)));
        }
        said.append(line).append('\n');
        line = output.readLine();
      }
    } catch (IOException e) {
      throw new LocalStorageException(binary, "read the output of", e);
    } finally {
      if (!started) {
        process.close();
      }
    }
    throw new MissingToolException(
        "anvil",
        "it ended at once: " + said.toString().strip(),
        "check its options; it needs glibc 2.35 or newer"
            + (state != null && Files.exists(state)
                ? "; if it cannot read " + state + ", move that away or name another folder"
                : ""),
        null);
  }

  /** Anvil stops when nobody reads what it prints. */
  private static void drain(BufferedReader output) {
    Thread reader =
        new Thread(
            () -> {
              try {
                output.transferTo(java.io.Writer.nullWriter());
              } catch (IOException ended) {
                // the process is gone, and with it the output
              }
            },
            "inft-anvil-output");
    reader.setDaemon(true);
    reader.start();
  }

  public URI address() {
    return address;
  }

  public JsonRpc rpc() {
    return rpc;
  }

  /** Gives an account so much. */
  public void fund(Address account, BigInteger wei) throws InftException {
    control("anvil_setBalance", account.toString(), "0x" + wei.toString(16));
  }

  /** Calls one of anvil's own methods, such as {@code evm_mine}. */
  public JsonNode control(String method, @Nullable Object... parameters) throws InftException {
    return rpc.call(method, parameters);
  }

  /** The number of its process. */
  long pid() {
    return process.process().pid();
  }

  /**
   * Waits for the end of the process.
   *
   * @return whether it was closed from here; otherwise it ended by itself or was killed
   */
  boolean awaitEnd() throws InterruptedException {
    process.process().waitFor();
    return process.isClosed();
  }

  /** Ends the process; with a state file it writes the chain first. */
  @Override
  public void close() {
    process.close();
  }
}
