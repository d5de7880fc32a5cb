package io.inft.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prints one line for every separate project that was run, with its number of tests, and fails if
 * one of them tested nothing. Whether their builds succeeded is the invoker plugin's business.
 */
final class ProjectResults {
  private static final Pattern SUITE = Pattern.compile("<testsuite\\b[^>]*>");

  private ProjectResults() {}

  /** The folder of the projects that were run, then those whose only purpose is to be built. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    List<String> untested = List.of(arguments).subList(1, arguments.length);
    long all = 0;
    for (Path project : projects(folder)) {
      String name = folder.relativize(project).toString().replace('\\', '/');
      if (untested.contains(name)) {
        continue;
      }
      long tests = count(project, "tests");
      long bad = count(project, "failures") + count(project, "errors");
      System.out.printf(
          "%-28s %4d tests, %d failed, %d skipped%n", name, tests, bad, count(project, "skipped"));
      if (tests == 0) {
        throw new IllegalStateException(
            name + " ran no test; its log is " + project.resolve("build.log"));
      }
      all += tests;
    }
    System.out.printf("%-28s %4d tests%n", "separate projects", all);
  }

  private static List<Path> projects(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var tree = Files.find(folder, 4, (path, facts) -> path.endsWith("pom.xml"))) {
      return tree.map(Path::getParent).sorted().toList();
    }
  }

  private static long count(Path project, String attribute) throws IOException {
    Path reports = project.resolve("target").resolve("surefire-reports");
    if (!Files.isDirectory(reports)) {
      return 0;
    }
    Pattern number = Pattern.compile("\\s" + attribute + "=\"(\\d+)\"");
    try (var files = Files.list(reports)) {
      return files
          .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
          .mapToLong(file -> first(number, suite(file)))
          .sum();
    }
  }

  private static String suite(Path report) {
    try {
      Matcher suite = SUITE.matcher(Files.readString(report));
      return suite.find() ? suite.group() : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long first(Pattern number, String text) {
    Matcher found = number.matcher(text);
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }
}
