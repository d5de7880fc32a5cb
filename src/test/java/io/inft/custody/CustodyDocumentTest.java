package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.FormatDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class CustodyDocumentTest {
  private final FormatDocument document = new FormatDocument("custody.md");

  @Test
  void theDocumentListsEveryCode() {
    List<List<String>> expected = new ArrayList<>();
    for (Code code : Code.values()) {
      expected.add(
          List.of(code.name(), code.severity().name().toLowerCase(Locale.ROOT), code.meaning()));
    }

    assertThat(document.table("code", "means", "finding")).isEqualTo(expected);
  }

  @Test
  void theDocumentListsEveryVerdict() {
    assertThat(document.table("verdict", "meaning"))
        .extracting(row -> row.get(0))
        .containsExactly("VALID", "VALID_WITH_WARNINGS", "INVALID", "INDETERMINATE");
  }
}
