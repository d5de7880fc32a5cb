package io.inft.failure;

import org.jspecify.annotations.Nullable;

/** A program or package that is needed here is not installed and could not be fetched. */
public final class MissingToolException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String tool;
  private final String remedy;

  public MissingToolException(
      String tool, String reason, String remedy, @Nullable Throwable cause) {
    super(tool + " is missing: " + reason + "; " + remedy, cause);
    this.tool = tool;
    this.remedy = remedy;
  }

  public String tool() {
    return tool;
  }

  public String remedy() {
    return remedy;
  }
}
