package io.inft.replica.publish;

import io.inft.bytes.Address;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.KeyEpochConflictException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.OutcomeUnknownException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.RegistryRefusedException;
import io.inft.failure.RegistryUnavailableException;
import io.inft.failure.SpendLimitException;
import io.inft.failure.StoreUnavailableException;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.registry.Kind;
import io.inft.registry.Rights;
import io.inft.replica.local.WriterState;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.Keys;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The flow of a changed keyring, on the publishing thread, between two publishes:
 *
 * <ol>
 *   <li>the account's right is asked for; without it nothing is encrypted
 *   <li>what is unpublished goes out under the old keyring; an account that may not write must have
 *       nothing of the kind
 *   <li>the head must still be ours
 *   <li>the new keyring is made, and opened with every secret at hand
 *   <li>a version that carries it is staged: from here on it is on this disk
 *   <li>it is sent; {@code rotateAndAnchor} changes head, keyring and epoch in one step
 * </ol>
 *
 * Killed before the fifth step, nothing has changed. Killed between the fifth and the end, the
 * registry knows the old keyring or the new one, and so does everybody else. This machine goes on
 * with the new one, or takes the step back when it is opened with a secret that only the old one
 * knows.
 */
public final class Rotation {
  /** How far it got; for tests that stop it there. */
  public enum Step {
    ALLOWED,
    FLUSHED,
    COMPARED,
    MADE,
    STAGED,
    ANCHORED
  }

  private final DatabaseScope scope;
  private final GenerationWriter writer;
  private final Consumer<Step> watcher;
  private volatile String madeSlot = "";

  public Rotation(DatabaseScope scope, GenerationWriter writer, Consumer<Step> watcher) {
    this.scope = scope;
    this.writer = writer;
    this.watcher = watcher;
  }

  /**
   * Changes the keyring.
   *
   * @param opener id of the slot that the caller came in by
   * @throws NotAuthorizedException the account may not change keys
   * @throws io.inft.failure.ForkException another writer or key admin moved the head first; the
   *     keyring is theirs, and this generation was put aside
   * @throws PublishTimeoutException it is staged on this machine and goes out at the next chance
   */
  public Anchored run(KeyChange change, String opener) throws InftException {
    Optional<NotAuthorizedException> mayNotWrite = requireRight();
    reached(Step.ALLOWED);
    flush(mayNotWrite);
    reached(Step.FLUSHED);
    requireHead();
    reached(Step.COMPARED);
    Keys before = writer.keys();
    Keys next = new Rekeying(scope, before, opener).make(change, writer.state().newest() + 1);
    madeSlot = next.openedBy();
    reached(Step.MADE);
    GenerationState.Position undo = writer.position();
    writer.stageKeys(next, change, mayNotWrite);
    reached(Step.STAGED);
    Anchored anchored = send(undo);
    reached(Step.ANCHORED);
    return anchored;
  }

  /** Id of the slot by which the caller can come in now. */
  public String madeSlot() {
    return madeSlot;
  }

  private void flush(Optional<NotAuthorizedException> mayNotWrite) throws InftException {
    if (mayNotWrite.isEmpty()) {
      writer.publish(writer.tip().isEmpty());
      return;
    }
    if (writer.hasCommits()) {
      throw mayNotWrite.get();
    }
    writer.sendStaged(); // keyrings that were changed before
  }

  private Anchored send(GenerationState.Position undo) throws InftException {
    List<WriterState.Outgoing> staged = writer.state().outgoing();
    Kind kind = staged.get(staged.size() - 1).kind();
    try {
      return writer.sendStaged().orElseThrow();
    } catch (NotAuthorizedException e) {
      writer.withdraw(undo);
      throw named(e, kind);
    } catch (RegistryRefusedException | KeyEpochConflictException e) {
      writer.withdraw(undo);
      throw e;
    } catch (RegistryUnavailableException
        | StoreUnavailableException
        | OutcomeUnknownException
        | SpendLimitException e) {
      throw new PublishTimeoutException(
          "changing the keyring of '" + scope.id() + "'", String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The contract enforces it; to ask first saves the work, and gives a plain answer.
   *
   * @return why the new keyring may come with nothing else; empty if it may
   */
  private Optional<NotAuthorizedException> requireRight() throws InftException {
    Address account =
        scope
            .registry()
            .account()
            .orElseThrow(
                () ->
                    new NotAuthorizedException(
                        scope.id().toString(), "nobody", "change the keyring of"));
    try {
      Rights rights = scope.registry().rights(scope.id(), account);
      if (!rights.keyAdmin()) {
        throw MissingRight.KEYADMIN.failure(scope.id(), account, rights);
      }
      return rights.writer()
          ? Optional.empty()
          : Optional.of(MissingRight.WRITER.failure(scope.id(), account, rights));
    } catch (NotRegisteredException e) {
      // The first version is on its way: whoever registers the id is its owner.
      return Optional.empty();
    }
  }

  /** The registry's refusal, with the right that was lost meanwhile if that is why. */
  private NotAuthorizedException named(NotAuthorizedException refusal, Kind kind) {
    try {
      Optional<NotAuthorizedException> mayNotWrite = requireRight();
      if (mayNotWrite.isPresent() && !kind.equals(Kind.REKEY)) {
        return with(mayNotWrite.get(), refusal);
      }
    } catch (NotAuthorizedException missing) {
      return with(missing, refusal);
    } catch (InftException unknown) {
      refusal.addSuppressed(unknown);
    }
    return refusal;
  }

  private static NotAuthorizedException with(NotAuthorizedException named, Exception refusal) {
    named.addSuppressed(refusal);
    return named;
  }

  private void requireHead() throws InftException {
    Head head = scope.registry().head(scope.id());
    WriterState state = writer.state();
    if (head.version() != state.anchored() || !head.root().equals(state.anchoredRoot())) {
      throw writer.putAside(
          new HeadConflictException(
              scope.id().toString(),
              state.anchored(),
              state.anchoredRoot().toString(),
              head.version(),
              head.root().toString()));
    }
  }

  private void reached(Step step) {
    watcher.accept(step);
  }
}
