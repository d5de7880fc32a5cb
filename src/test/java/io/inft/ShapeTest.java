package io.inft;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one looks at fits on one screen: no long method, no long row of arguments. */
class ShapeTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int MOST_LINES = 60;
  private static final int MOST_PARAMETERS = 8;

  /** Lines of each method, from its signature to its last brace; of overloads the longest. */
  private static final TreeMap<String, Long> LINES = new TreeMap<>();

  /** Parameters of each constructor that is not a record's own. */
  private static final TreeMap<String, Integer> PARAMETERS = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(SOURCES)) {
      files = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree file : task.parse()) {
        new Measure(file, positions).scan(file, null);
      }
    }
  }

  /** Takes down what one file has. */
  private static final class Measure extends TreeScanner<Void, Void> {
    private final CompilationUnitTree file;
    private final SourcePositions positions;
    private final Deque<ClassTree> around = new ArrayDeque<>();

    Measure(CompilationUnitTree file, SourcePositions positions) {
      this.file = file;
      this.positions = positions;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      around.push(type);
      super.visitClass(type, null);
      around.pop();
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      ClassTree type = around.element();
      String name = type.getSimpleName() + "." + method.getName();
      if (method.getBody() != null) {
        LINES.merge(name, lines(method), Math::max);
      }
      if (method.getReturnType() == null && type.getKind() != Tree.Kind.RECORD) {
        PARAMETERS.merge(type.getSimpleName().toString(), method.getParameters().size(), Math::max);
      }
      return super.visitMethod(method, null);
    }

    /** Without the comment and the annotations before it. */
    private long lines(MethodTree method) {
      LineMap map = file.getLineMap();
      Tree first = method.getReturnType() == null ? method.getBody() : method.getReturnType();
      long from = map.getLineNumber(positions.getStartPosition(file, first));
      return map.getLineNumber(positions.getEndPosition(file, method)) - from + 1;
    }
  }

  @Test
  void everyMethodFitsOnOneScreen() {
    Set<String> tooLong = new TreeSet<>();
    LINES.forEach(
        (name, lines) -> {
          if (lines > MOST_LINES) {
            tooLong.add(name);
          }
        });
    assertThat(LINES).hasSizeGreaterThan(3000);
    assertThat(tooLong).as("methods of more than %s lines", MOST_LINES).isEmpty();
  }

  @Test
  void noConstructorTakesALongRowOfArguments() {
    List<String> tooMany = new ArrayList<>();
    PARAMETERS.forEach(
        (name, count) -> {
          if (count > MOST_PARAMETERS) {
            tooMany.add(name);
          }
        });
    assertThat(tooMany).as("constructors of more than %s parameters", MOST_PARAMETERS).isEmpty();
  }
}
