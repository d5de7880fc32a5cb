package io.inft.proof;

import io.inft.commit.CommitObject;
import io.inft.proof.tables.TableRow;
import java.util.Optional;

/**
 * What came of judging a proof.
 *
 * @param code why it is so
 * @param message a sentence with what was expected and found; empty if all was in order
 * @param proof as far as it could be read
 * @param commit the fixed fields of the version's commit object, once its root is that of the proof
 * @param row what a proof of a row shows; empty if it is none, or shows that there is no table
 * @param signed whether the author's signature was checked
 * @param historyVersion the version up to which what the registry recorded follows from the pin; 0
 *     if block, time and links are claims
 */
public record ProofReport(
    Code code,
    String message,
    Optional<Proof> proof,
    Optional<CommitObject.Front> commit,
    Optional<TableRow> row,
    boolean signed,
    long historyVersion) {
  /** What a judgement comes to. */
  public enum Outcome {
    VALID,
    INVALID,
    /** The proof may be good: more is needed to say so. */
    INDETERMINATE
  }

  /** Why. */
  public enum Code {
    PROVED(Outcome.VALID),
    MALFORMED(Outcome.INVALID),
    FORMAT_TOO_NEW(Outcome.INDETERMINATE),
    OTHER_DATABASE(Outcome.INVALID),
    OTHER_VERSION(Outcome.INVALID),
    OTHER_ROOT(Outcome.INVALID),
    NOT_LINKED(Outcome.INDETERMINATE),
    ROOT_MISMATCH(Outcome.INVALID),
    COMMIT_MISMATCH(Outcome.INVALID),
    EVENT_MISMATCH(Outcome.INVALID),
    STATE_MISMATCH(Outcome.INVALID),
    ROW_MISMATCH(Outcome.INVALID),
    SIGNATURE_MISMATCH(Outcome.INVALID),
    HISTORY_MISMATCH(Outcome.INVALID);

    private final Outcome outcome;

    Code(Outcome outcome) {
      this.outcome = outcome;
    }

    public Outcome outcome() {
      return outcome;
    }
  }

  public Outcome outcome() {
    return code.outcome();
  }

  static ProofReport unread(Code code, String message) {
    return new ProofReport(
        code, message, Optional.empty(), Optional.empty(), Optional.empty(), false, 0);
  }
}
