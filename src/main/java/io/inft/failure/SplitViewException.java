package io.inft.failure;

import java.util.List;

/** Endpoints of one chain say different things, and too few of them the same. Nothing was taken. */
public final class SplitViewException extends RpcUnavailableException {
  private static final long serialVersionUID = 1L;

  private final String about;
  private final int need;
  private final List<String> answers;

  /**
   * @param about what they were asked for, with the block: "a call of 0x12… at block 99"
   * @param need how many must say the same
   * @param answers who said what, an endpoint each
   */
  public SplitViewException(String about, int need, List<String> answers) {
    super(
        "the endpoints do not agree about "
            + about
            + ": "
            + String.join("; ", answers)
            + ". "
            + need
            + " must say the same, so nothing is believed. One lies, or follows another chain: name"
            + " a further endpoint of somebody else in rpc, or take out the one that is wrong",
        String.join(", ", answers),
        about);
    this.about = about;
    this.need = need;
    this.answers = List.copyOf(answers);
  }

  public String about() {
    return about;
  }

  public int need() {
    return need;
  }

  public List<String> answers() {
    return answers;
  }
}
