package io.inft.cli.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** How a command says what it found: for people, or as JSON. */
public final class Output {
  /** The exit code of a command that could not do what it was asked. */
  public static final int FAILED = 1;

  /** The exit code of a command that waits for a yes or a verdict, and changed nothing. */
  public static final int OPEN = 2;

  /** The exit code of a command that was given what can never be, as {@code sysexits.h} has it. */
  public static final int USAGE = 64;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final ObjectMapper ONE_LINE = new ObjectMapper();

  /** ECMA-48: the cursor home, and all behind it cleared. */
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[J";

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public boolean asJson() {
    return json;
  }

  /** Prints an object as lines of name and value, or as it is. */
  public void object(PrintWriter out, ObjectNode node) throws IOException {
    if (json) {
      out.println(JSON.writeValueAsString(node));
      return;
    }
    TextLayout.object(node).forEach(out::println);
  }

  /** Prints a sentence in lines of 80 columns that all begin below its first word. */
  public static void sentence(PrintWriter out, String before, String text) {
    TextLayout.sentence(before, text).forEach(out::println);
  }

  /** Prints an object once more: in place of the one before on a terminal, with JSON on a line. */
  public void again(PrintWriter out, ObjectNode node) throws IOException {
    if (json) {
      out.println(ONE_LINE.writeValueAsString(node));
    } else {
      out.print(Ansi.AUTO.enabled() ? HOME_AND_CLEAR : "");
      TextLayout.object(node).forEach(out::println);
      out.println();
    }
    out.flush();
  }

  /** Prints an array of objects as a table of some of their fields, or as it is. */
  public void array(PrintWriter out, ArrayNode rows, List<String> columns) throws IOException {
    if (json) {
      out.println(JSON.writeValueAsString(rows));
      return;
    }
    TextLayout.table(rows, columns).forEach(out::println);
  }
}
