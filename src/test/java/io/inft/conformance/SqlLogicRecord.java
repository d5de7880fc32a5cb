package io.inft.conformance;

import java.util.List;

/**
 * One record of a sqllogictest file.
 *
 * @param line where its SQL begins
 * @param types a letter a column: I, R or T; empty for a statement
 * @param fails whether the statement must fail
 * @param expected the values, or one line with their number and MD5
 */
record SqlLogicRecord(
    int line, String types, Order order, boolean fails, String sql, List<String> expected) {

  /** How the values are ordered before they are compared. */
  enum Order {
    NOSORT,
    ROWSORT,
    VALUESORT
  }

  boolean isQuery() {
    return !types.isEmpty();
  }
}
