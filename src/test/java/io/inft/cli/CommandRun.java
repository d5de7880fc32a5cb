package io.inft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** Runs commands in this process, and keeps what the last one said. */
public final class CommandRun {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** Runs a command with nothing but its arguments. */
  public int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  /** Runs a command on the machine {@code home}, on the embedded network of a folder. */
  public int runOn(Path home, Path network, List<String> options, String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--network", "embedded", "--home", home.toString()));
    all.addAll(List.of("--embedded-dir", network.toString()));
    all.addAll(options);
    return run(all.toArray(String[]::new));
  }

  public String out() {
    return out.toString();
  }

  public String err() {
    return err.toString();
  }

  /** What it wrote to standard output. */
  public JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out());
  }
}
