package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.SqlitePragma;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InftPropertyTest {
  private static final Path DOCUMENT = Path.of("src/site/markdown/properties.md");

  @Test
  void noNameEnvironmentVariableOrPragmaIsUsedTwice() {
    Set<String> names = new HashSet<>(SqlitePragma.knownNames());
    for (InftProperty property : InftProperty.values()) {
      assertThat(names.add(property.propertyName())).as(property.propertyName()).isTrue();
      property.environment().ifPresent(name -> assertThat(names.add(name)).as(name).isTrue());
    }
  }

  @ParameterizedTest
  @EnumSource(InftProperty.class)
  void isDescribedCompletely(InftProperty property) {
    assertThat(property.sentence()).endsWith(".").hasSizeGreaterThan(10);
    assertThat(property.defaultText()).isNotEmpty();
    assertThat(InftProperty.of(property.propertyName())).contains(property);
    if (property.kind() == InftProperty.Kind.CHOICE) {
      property.defaultValue().ifPresent(value -> assertThat(property.choices()).contains(value));
    }
    if (property.kind() == InftProperty.Kind.INTEGER && property != InftProperty.CHAIN_ID) {
      assertThat(property.unit()).isNotEmpty();
    }
  }

  @Test
  void theDocumentHasExactlyTheseProperties() throws Exception {
    List<String> expected = new ArrayList<>();
    for (InftProperty property : InftProperty.values()) {
      expected.add(
          "| `%s` | %s | %s | %s | %s |"
              .formatted(
                  property.propertyName(),
                  property.environment().map(name -> "`" + name + "`").orElse(""),
                  values(property),
                  property.defaultText(),
                  property.sentence()));
    }
    assertThat(table("| property |")).containsExactlyElementsOf(expected);
  }

  @Test
  void theDocumentHasExactlyThePragmasThatAreTreatedSpecially() throws Exception {
    Set<String> listed = new HashSet<>();
    for (String row : table("| sqlite-jdbc property |")) {
      listed.add(row.split("`", -1)[1]);
    }
    Set<String> special = new HashSet<>(SqlitePragma.CREATION);
    special.addAll(SqlitePragma.RESERVED);
    special.add("password");
    special.add("wal_autocheckpoint");
    special.add("busy_timeout");
    special.add("secure_delete");
    assertThat(listed).isEqualTo(special);
  }

  private static String values(InftProperty property) {
    return switch (property.kind()) {
      case TEXT -> "text";
      case CHOICE, BOOLEAN -> "`" + String.join("`, `", property.choices()) + "`";
      case INTEGER -> property.unit().isEmpty() ? "number" : "number of " + property.unit();
      case BUDGET -> "an amount of 0G, and /hour or /day";
      case AMOUNT -> "decimal number of " + property.unit();
      case DURATION -> "duration";
      case PATH -> "path";
      case SECRET -> "secret, never in a URL";
    };
  }

  private static List<String> table(String head) throws Exception {
    try (Stream<String> lines = Files.lines(DOCUMENT)) {
      return lines
          .dropWhile(line -> !line.startsWith(head))
          .skip(2)
          .takeWhile(line -> line.startsWith("|"))
          .toList();
    }
  }
}
