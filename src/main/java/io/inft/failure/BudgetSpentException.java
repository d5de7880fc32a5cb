package io.inft.failure;

/**
 * What is left of the budget does not pay a publish. Nothing is lost; it goes on in the next hour
 * or day.
 */
public final class BudgetSpentException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String budget;
  private final String left;
  private final String next;

  /**
   * @param budget as it was set: "0.05/day"
   * @param left with its unit
   * @param needed what a publish takes, with its unit
   * @param reserved what is laid aside, with its unit; empty if nothing is
   * @param next when there is a new one
   */
  public BudgetSpentException(
      String budget, String left, String needed, String reserved, String next) {
    super(
        "budget="
            + budget
            + " does not pay another publish: "
            + left
            + " of it is left, and it takes about "
            + needed
            + (reserved.isEmpty()
                ? ""
                : ", beside " + reserved + " laid aside for what must be stored anyway")
            + "; publishing goes on at "
            + next
            + ", or raise budget",
        null);
    this.budget = budget;
    this.left = left;
    this.next = next;
  }

  public String budget() {
    return budget;
  }

  public String left() {
    return left;
  }

  public String next() {
    return next;
  }
}
