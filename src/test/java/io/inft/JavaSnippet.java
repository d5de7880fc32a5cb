package io.inft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The first block of Java of a document, compiled and run as it stands. */
public final class JavaSnippet {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private JavaSnippet() {}

  /**
   * Runs it.
   *
   * @param folder where it is compiled
   * @return what it printed
   */
  public static String run(Path document, Path folder, int times) throws Exception {
    Matcher java = BLOCK.matcher(Files.readString(document));
    assertThat(java.find()).as("Java in %s", document).isTrue();
    Path source = folder.resolve("Snippet.java");
    Files.writeString(
        source,
        "public class Snippet { public static void run() throws Exception {\n"
            + java.group(1)
            + "} }");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    int result =
        compiler.run(null, complaints, complaints, "-d", folder.toString(), source.toString());
    assertThat(result).as(complaints.toString(StandardCharsets.UTF_8)).isZero();

    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, JavaSnippet.class.getClassLoader())) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      for (int run = 0; run < times; run++) {
        loader.loadClass("Snippet").getMethod("run").invoke(null);
      }
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
