package io.inft.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.sqlite.IntegrityReport.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that SQLite 3.54 can say in {@code integrity_check}, in two classes. */
class IntegrityReportTest {
  private static final String HEADER = "*** in database main ***\n";

  /** {@code btree.c}: {@code sqlite3BtreeIntegrityCheck} and what it calls. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tree 5 page 7 cell 3: invalid page number 99",
        "Tree 5 page 7 cell 3: 2nd reference to page 9",
        "Tree 5 page 7: unable to get the page. error code=11",
        "Tree 5 page 7: btreeInitPage() returns error code 11",
        "Tree 5 page 7: free space corruption",
        "Tree 5 page 7 cell 3: Offset 17 out of range 100..4096",
        "Tree 5 page 7 cell 3: Extends off end of page",
        "Tree 5 page 7 cell 3: Rowid 12 out of order",
        "Tree 5 page 7 cell 3: Child page depth differs",
        "Tree 5 page 7 right child: Child page depth differs",
        "Tree 5 page 7 cell 3: overflow list length is 3 but should be 4",
        "Tree 5 page 7 cell 3: failed to get page 8",
        "Tree 5 page 7 cell 3: Failed to read ptrmap key=8",
        "Tree 5 page 7 cell 3: Bad ptr map entry key=8 expected=(3,7) got=(5,2)",
        "Tree 5 page 7: Multiple uses for byte 812 of page 7",
        "Tree 5 page 7: Fragmentation of 12 bytes reported as 0 on page 7",
        "Freelist: size is 3 but should be 4",
        "Freelist: freelist leaf count too big on page 6",
        "Freelist: invalid page number 88",
        "Freelist: 2nd reference to page 6",
        "Freelist: failed to get page 6",
        "max rootpage (5) disagrees with header (6)",
        "incremental_vacuum enabled with a max rootpage of zero",
        "Page 4: never used",
        "Page 4: pointer map referenced",
        // earlier releases
        "Page 4 is never used",
        "Pointer map page 2 is referenced",
        "Main freelist: 1 of 2 pages missing from overflow list starting at 5",
        "On tree page 5 cell 0: Rowid 12 out of order (previous was 13)"
      })
  void aBrokenTreeOrPageStopsPublishing(String finding) {
    assertThat(IntegrityReport.kindOf(HEADER + finding)).isEqualTo(Kind.STRUCTURE);

    IntegrityReport report = IntegrityReport.of(List.of(HEADER + finding));

    assertThat(report.isPublishable()).isFalse();
    assertThat(report.structure()).containsExactly(finding);
    assertThat(report.damage()).startsWith(finding);
  }

  /** {@code pragma.c}, and the {@code xIntegrity} methods of FTS3/4, FTS5 and R-Tree. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "row 1 missing from index i",
        "row 1 values differ from index i",
        "rowid not at end-of-record for row 1 of index i",
        "index i stores an imprecise floating-point value for row 1",
        "non-unique entry in index i",
        "wrong # of entries in index i",
        "row not in PRIMARY KEY order for t",
        "NULL value in t.x",
        "non-INT value in t.x",
        "NUMERIC value in t.x",
        "TEXT value in t.x",
        "CHECK constraint failed in t",
        "malformed inverted index for FTS3 table main.f",
        "malformed inverted index for FTS4 table main.f",
        "malformed inverted index for FTS5 table main.f",
        "unable to validate the inverted index for FTS4 table main.f: SQL logic error",
        "unable to validate the inverted index for FTS5 table main.f: SQL logic error",
        "In RTree main.r:\nNode 3 missing from database",
        "In RTree main.r:\nMapping (1 -> 1) missing from %_rowid table",
        "a virtual table of an extension may say anything",
        // what only looks like the other class
        "CHECK constraint failed in *** in database main ***"
      })
  void whatStandsInTheTreesWarns(String finding) {
    assertThat(IntegrityReport.kindOf(finding)).isEqualTo(Kind.WARNING);

    IntegrityReport report = IntegrityReport.of(List.of(finding));

    assertThat(report.isPublishable()).isTrue();
    assertThat(report.warnings()).containsExactly(finding.replace('\n', ' '));
    assertThat(report.advice()).contains(report.warnings().get(0));
  }

  @Test
  void nothingFoundIsNothingTold() {
    IntegrityReport report = IntegrityReport.of(List.of("ok"));

    assertThat(report).isEqualTo(IntegrityReport.NOTHING);
    assertThat(report.advice()).isEmpty();
  }

  @Test
  void takesALongRowApartAndCutsWhatHasNoEnd() {
    IntegrityReport report =
        IntegrityReport.of(
            List.of(
                HEADER + "Tree 5 page 7: free space corruption\nPage 9: never used",
                "NULL value in t." + "x".repeat(10_000)));

    assertThat(report.structure())
        .containsExactly("Tree 5 page 7: free space corruption", "Page 9: never used");
    assertThat(report.damage()).doesNotContain("VACUUM");
    assertThat(report.warnings().get(0)).hasSizeLessThan(500);
  }

  @Test
  void saysWhatGivesBackPagesThatNothingUses() {
    assertThat(IntegrityReport.of(List.of(HEADER + "Page 9: never used")).damage())
        .contains("VACUUM");
  }
}
