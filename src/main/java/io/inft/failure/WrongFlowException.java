package io.inft.failure;

/** A storage node would have another contract paid than the one that is pinned. Nothing was. */
public final class WrongFlowException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String node;
  private final String expected;
  private final String found;

  /**
   * @param pinnedBy who says that the expected one is right: a preset, a setting, a file
   */
  public WrongFlowException(String node, String expected, String pinnedBy, String found) {
    super(
        node
            + " follows another Flow contract: expected "
            + expected
            + " ("
            + pinnedBy
            + "), found "
            + found
            + "; the node is not used and nothing is paid there. Name nodes or an indexer of your"
            + " network; if its contract really is another one now, set flow (ZERO_G_FLOW) to it",
        null);
    this.node = node;
    this.expected = expected;
    this.found = found;
  }

  public String node() {
    return node;
  }

  public String expected() {
    return expected;
  }

  public String found() {
    return found;
  }
}
