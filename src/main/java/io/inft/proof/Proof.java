package io.inft.proof;

import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import java.util.List;

/**
 * Shows that something was in one version of a database. What it says is worth something only after
 * {@link ProofCheck}. Immutable.
 */
public sealed interface Proof permits EventProof, RowProof {
  /** The longest that can be read. */
  int MAX_BYTES = 8 << 20;

  ProofContext context();

  /** The way from what is shown to the root of the version. */
  CommitEvidence commit();

  /** What the registry recorded of the version. */
  AnchorFacts anchor();

  /** The registry's running hash before this version. */
  Digest historyBefore();

  /** The versions after it, without a gap; may be none. */
  List<HistoryLink> links();

  /** The file. */
  byte[] toBytes();

  /** Bytes of the file that the links to later versions take. */
  default int linkBytes() {
    return ProofFrame.linkBytes(links());
  }

  /**
   * Reads a proof strictly; there is one way to write each.
   *
   * @throws CorruptObjectException it breaks a rule of the format
   * @throws io.inft.failure.FormatTooNewException a later release made it
   */
  static Proof parse(byte[] bytes) throws InftException {
    if (bytes.length > MAX_BYTES) {
      throw new CorruptObjectException(
          ProofLines.WHAT, 0, "has " + bytes.length + " bytes, at most " + MAX_BYTES + " allowed");
    }
    ProofLines lines = ProofLines.of(bytes);
    String kind = ProofFrame.readKind(lines);
    try {
      return kind.equals(ProofFrame.EVENT) ? EventProofText.read(lines) : RowProofText.read(lines);
    } catch (IllegalArgumentException brokenRule) {
      throw lines.corrupt("has " + brokenRule.getMessage());
    }
  }
}
