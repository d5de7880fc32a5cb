package io.inft.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** One call of {@code inft} and what it answered. */
public record CommandCall(int code, String out, String err) {
  /** Calls it with these arguments and the ones that every call has. */
  public static CommandCall of(List<String> always, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(always);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Inft.commandLine(all);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int code = line.execute(all.toArray(String[]::new));
    return new CommandCall(code, out.toString(), err.toString());
  }
}
