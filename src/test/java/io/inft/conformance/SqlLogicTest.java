package io.inft.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.replica.Dump;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SQLite's own collection of SQL with known answers, from the jar {@code sql-logic-test}: through
 * {@code jdbc:inft:} and through sqlite-jdbc. Afterwards the published database is opened on a
 * machine that has never seen it and must hold what sqlite-jdbc's file holds.
 */
class SqlLogicTest {
  /** Set it to run only the files whose names contain it. */
  private static final String ONLY = System.getProperty("sqllogictest.only", "");

  /** Of each file, at most so many records in the heavy run. */
  private static final long MOST = Long.getLong("sqllogictest.records", Long.MAX_VALUE);

  /** The collection has it so. */
  private static final String EMPTY = "test/index/view/10/slt_good_0.test";

  @TempDir Path folder;

  /** The collection, in its jar. */
  private static JarFile collection() throws IOException {
    URL found = SqlLogicTest.class.getClassLoader().getResource("test/select1.test");
    assertThat(found).as("the jar sql-logic-test on the test class path").isNotNull();
    JarURLConnection connection = (JarURLConnection) found.openConnection();
    connection.setUseCaches(false);
    return connection.getJarFile();
  }

  private static List<String> files() throws IOException {
    try (JarFile jar = collection()) {
      return jar.stream()
          .map(JarEntry::getName)
          .filter(name -> name.startsWith("test/") && name.endsWith(".test"))
          .sorted()
          .toList();
    }
  }

  /** What SQLite documents about its language, whole, and the beginning of one file a folder. */
  private static List<String> slice() throws IOException {
    TreeMap<String, String> firstOfFolder = new TreeMap<>();
    List<String> slice = new ArrayList<>();
    for (String name : files()) {
      String folder = name.substring(0, name.lastIndexOf('/'));
      if (folder.equals("test/evidence")) {
        slice.add(name);
      } else if (!folder.endsWith("000") && !name.equals(EMPTY)) {
        firstOfFolder.putIfAbsent(folder, name);
      }
    }
    slice.addAll(firstOfFolder.values());
    return slice;
  }

  @TestFactory
  List<DynamicTest> aSliceAnswersAsSqliteJdbcAndAsExpected() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String name : slice()) {
      tests.add(
          DynamicTest.dynamicTest(
              name,
              () -> {
                SqlLogicRun run = run(name, 250);
                assertThat(run.wrong()).isEmpty();
                assertThat(run.queries() + run.statements()).isPositive();
              }));
    }
    assertThat(tests).hasSizeGreaterThan(25);
    return tests;
  }

  /**
   * {@code -Dsqllogictest.only=random/expr} runs a part, {@code -Dsqllogictest.records=1000} only
   * the beginning of each file.
   */
  @Test
  @Tag("heavy")
  @Timeout(6 * 3600)
  void everyFileAnswersAsSqliteJdbcAndAsExpected() throws Exception {
    List<String> wrong = new ArrayList<>();
    long files = 0;
    long statements = 0;
    long queries = 0;
    long values = 0;
    for (String name : files()) {
      if (name.contains(ONLY)) {
        SqlLogicRun run = run(name, MOST);
        wrong.addAll(run.wrong());
        files++;
        statements += run.statements();
        queries += run.queries();
        values += run.values();
      }
    }
    System.out.printf(
        "sqllogictest: %d files, %d statements, %d queries, %d values, %d differences%n",
        files, statements, queries, values, wrong.size());
    assertThat(wrong).isEmpty();
    assertThat(queries).isPositive();
  }

  private SqlLogicRun run(String name, long most) throws Exception {
    Path own = Files.createDirectories(folder.resolve(name));
    SqlLogicRun run;
    try (Twins twins = Twins.open(own, "synchronous", "OFF");
        JarFile jar = collection();
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    jar.getInputStream(jar.getJarEntry(name)), StandardCharsets.UTF_8))) {
      run = new SqlLogicRun(twins, name);
      run.run(new SqlLogicReader(lines), most);
      twins.ours.close();
      try (Connection restored = twins.restored()) {
        assertThat(Dump.of(restored)).isEqualTo(Dump.of(twins.plain));
      }
    }
    return run;
  }
}
