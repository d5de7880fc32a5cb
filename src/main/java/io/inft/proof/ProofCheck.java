package io.inft.proof;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.commit.Manifest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.NotOurObjectException;
import io.inft.proof.ProofReport.Code;
import io.inft.proof.tables.TableRow;
import io.inft.registry.Kind;
import java.util.Optional;

/**
 * Judges a proof by a pin, step by step as {@code receipt.md} and {@code row-proof.md} have them,
 * and never by anything that the proof says about itself. Stateless, asks nobody.
 */
public final class ProofCheck {
  private final Proof proof;
  private final ProofPin pin;

  private ProofCheck(Proof proof, ProofPin pin) {
    this.proof = proof;
    this.pin = pin;
  }

  /** Knows what is recorded of a version. */
  @FunctionalInterface
  public interface Pins {
    ProofPin of(long version) throws InftException;
  }

  /** Judges the bytes of a file. What is wrong with them is in the report, never an exception. */
  public static ProofReport check(byte[] file, ProofPin pin) {
    try {
      return check(file, (long version) -> pin);
    } catch (InftException e) {
      throw new IllegalStateException("a pin that is given need not be asked for", e);
    }
  }

  /**
   * Judges the bytes of a file.
   *
   * @param pins is asked for the version that the proof says it is about
   * @throws InftException what is recorded could not be had
   */
  public static ProofReport check(byte[] file, Pins pins) throws InftException {
    Proof proof;
    try {
      proof = Proof.parse(file);
    } catch (FormatTooNewException e) {
      return ProofReport.unread(Code.FORMAT_TOO_NEW, String.valueOf(e.getMessage()));
    } catch (InftException e) {
      return ProofReport.unread(Code.MALFORMED, String.valueOf(e.getMessage()));
    }
    return check(proof, pins.of(proof.context().version()));
  }

  private static ProofReport check(Proof proof, ProofPin pin) {
    ProofCheck check = new ProofCheck(proof, pin);
    Optional<CommitObject.Front> front = Optional.empty();
    try {
      check.requirePinned();
      check.requireRoot();
      front = Optional.of(check.requireCommit());
      Optional<TableRow> row = check.requireContent(front.get());
      boolean signed = check.requireSignature(front.get());
      long history = check.requireHistory(front.get());
      return new ProofReport(Code.PROVED, "", Optional.of(proof), front, row, signed, history);
    } catch (Refused e) {
      return new ProofReport(
          e.code,
          String.valueOf(e.getMessage()),
          Optional.of(proof),
          front,
          Optional.empty(),
          false,
          0);
    }
  }

  /** A step that did not hold. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Code code;

    private Refused(Code code, String message) {
      super(message);
      this.code = code;
    }
  }

  private static void same(Code code, String what, Object expected, Object found) throws Refused {
    if (!expected.equals(found)) {
      throw new Refused(code, what + ": " + expected + " expected, found " + found);
    }
  }

  /** Step 2. */
  private void requirePinned() throws Refused {
    ProofContext said = proof.context();
    same(Code.OTHER_DATABASE, "chain", pin.chainId(), said.chainId());
    same(Code.OTHER_DATABASE, "registry", pin.registry(), said.registry());
    same(Code.OTHER_DATABASE, "id", pin.id().toString(), said.id());
    if (pin.root().isPresent() || said.version() > pin.version()) {
      same(Code.OTHER_VERSION, "version", pin.version(), said.version());
    }
    if (pin.root().isPresent()) {
      same(Code.OTHER_ROOT, "root of version " + said.version(), pin.root().get(), said.root());
    }
    long missing = pin.version() - said.version() - proof.links().size();
    if (missing > 0) {
      throw new Refused(
          Code.NOT_LINKED,
          "the proof leads from version "
              + said.version()
              + " to "
              + (said.version() + proof.links().size())
              + ", the pin is of version "
              + pin.version()
              + ": make it with --to "
              + pin.version());
    }
  }

  /** Step 3. */
  private void requireRoot() throws Refused {
    try {
      Digest root = proof.commit().root();
      same(Code.ROOT_MISMATCH, "root of what is shown", proof.context().root(), root);
    } catch (InftException e) {
      throw new Refused(Code.ROOT_MISMATCH, String.valueOf(e.getMessage()));
    }
  }

  /** Step 4. */
  private CommitObject.Front requireCommit() throws Refused {
    CommitObject.Front front;
    try {
      front = CommitObject.Front.parse(proof.commit().bytes().toBytes());
    } catch (FormatTooNewException e) {
      throw new Refused(Code.FORMAT_TOO_NEW, String.valueOf(e.getMessage()));
    } catch (NotOurObjectException | CorruptObjectException e) {
      throw new Refused(Code.COMMIT_MISMATCH, String.valueOf(e.getMessage()));
    } catch (InftException e) {
      throw new IllegalStateException("reading bytes fails in these ways only", e);
    }
    if (!Kind.isCode(front.kind()) || !front.bindsEvents()) {
      throw new Refused(
          Code.COMMIT_MISMATCH,
          front.bindsEvents()
              ? "the commit object has the kind " + front.kind()
              : "a commit object of format 1 binds no events");
    }
    same(
        Code.COMMIT_MISMATCH,
        "context of the commit object",
        proof.context().digest(),
        front.context());
    same(
        Code.COMMIT_MISMATCH,
        "version of the commit object",
        proof.context().version(),
        front.version());
    return front;
  }

  /** Step 5; what a row proof shows. */
  private Optional<TableRow> requireContent(CommitObject.Front front) throws Refused {
    if (proof instanceof EventProof event) {
      Digest root = event.inclusion().root(event.event());
      same(Code.EVENT_MISMATCH, "event root", front.eventRoot(), root);
      return Optional.empty();
    }
    return requireRow((RowProof) proof, front);
  }

  private static Optional<TableRow> requireRow(RowProof row, CommitObject.Front front)
      throws Refused {
    try {
      Digest commit = Manifest.stateCommit(row.stateNonce(), row.shown().root());
      same(Code.STATE_MISMATCH, "state commit", front.stateCommit(), commit);
    } catch (CorruptObjectException e) {
      throw new Refused(Code.STATE_MISMATCH, String.valueOf(e.getMessage()));
    }
    try {
      return row.read();
    } catch (InftException e) {
      throw new Refused(Code.ROW_MISMATCH, String.valueOf(e.getMessage()));
    }
  }

  /** Step 6. */
  private boolean requireSignature(CommitObject.Front front) throws Refused {
    if (!proof.commit().isWhole()) {
      return false;
    }
    try {
      Address signer = front.signerOf(proof.commit().bytes().toBytes());
      same(Code.SIGNATURE_MISMATCH, "signer", front.author(), signer);
      return true;
    } catch (FormatTooNewException e) {
      throw new Refused(Code.FORMAT_TOO_NEW, String.valueOf(e.getMessage()));
    } catch (CorruptObjectException e) {
      throw new Refused(Code.SIGNATURE_MISMATCH, String.valueOf(e.getMessage()));
    }
  }

  /** Step 7. */
  private long requireHistory(CommitObject.Front front) throws Refused {
    if (pin.history().isEmpty()) {
      return 0;
    }
    long version = front.version();
    HistoryLink own =
        new HistoryLink(
            proof.anchor(), proof.context().root(), front.author(), front.epoch(), front.kind());
    Digest history = own.after(proof.historyBefore(), version, front.previousRoot());
    Digest root = own.root();
    for (HistoryLink link : proof.links()) {
      if (version == pin.version()) {
        break;
      }
      version++;
      history = link.after(history, version, root);
      root = link.root();
    }
    same(Code.HISTORY_MISMATCH, "history hash of version " + version, pin.history().get(), history);
    return version;
  }
}
