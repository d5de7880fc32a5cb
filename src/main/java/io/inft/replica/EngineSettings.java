package io.inft.replica;

import io.inft.registry.DatabaseId;
import io.inft.replica.partial.OpenMode;
import io.inft.replica.partial.PagesWanted;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.restore.ObjectPolicy;
import io.inft.seal.KeyDerivation;
import io.inft.seal.Secret;
import io.inft.seal.SlotRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * All that an engine needs to know, already checked. What {@link SharedSettings} compares must be
 * the same for all sessions of an engine; {@code session} belongs to each of them; the rest counts
 * when something is made.
 *
 * @param home folder of this machine's working copies
 * @param create whether to make an id that nobody registered
 * @param objects how what is stored is kept
 * @param inlining what goes along with its anchor instead
 * @param newPasswords how new password slots are made
 * @param creationPragmas page_size, encoding, auto_vacuum for a new database, in SQL's spelling
 * @param networkLimits how far the network may go, by property, as far as the user chose: fees,
 *     gas, confirmations, how many must say the same
 */
public record EngineSettings(
    DatabaseId id,
    Path home,
    boolean create,
    Cadence cadence,
    Ending ending,
    ObjectPolicy objects,
    Inlining inlining,
    NewPasswords newPasswords,
    Map<String, String> creationPragmas,
    Map<String, String> networkLimits,
    OfSession session) {
  /**
   * What follows the last close.
   *
   * @param timeout how long the last close waits for everything to be anchored
   * @param linger how long an idle engine stays after it
   */
  public record Ending(OnClose onClose, Duration timeout, Duration linger) {}

  /**
   * What one session may have for itself.
   *
   * @param secret what opens the data key; each session must prove its own
   * @param durability what a commit of this session waits for
   * @param anchorTimeout how long an anchored commit waits
   * @param mode whether it writes
   * @param refresh how often a read-only session follows the head
   * @param follow whether it listens for a newer head in between
   * @param at a past state to open read-only: a version, an ISO time, or a commit root in hex
   * @param pages whether a session waits until all pages are here
   */
  public record OfSession(
      Optional<Secret> secret,
      Durability durability,
      Duration anchorTimeout,
      Mode mode,
      Duration refresh,
      boolean follow,
      Optional<String> at,
      PagesWanted pages) {}

  /**
   * What becomes of a new password.
   *
   * @param derivation its cost
   * @param evenIfWeak takes one that can be guessed
   */
  public record NewPasswords(KeyDerivation derivation, boolean evenIfWeak) {}

  /** What a commit waits for. */
  public enum Durability {
    LOCAL,
    ANCHORED
  }

  /** What the last close does about unpublished work. */
  public enum OnClose {
    PUBLISH,
    BACKGROUND
  }

  /** Whether a session writes. */
  public enum Mode {
    RW,
    RO
  }

  /** What opens the data key. */
  public Optional<Secret> secret() {
    return session.secret();
  }

  /** The age at which an object that the head needs is stored again. */
  public Duration renewAfter() {
    return objects.renewAfter();
  }

  /** Asks for a slot that this secret opens. */
  public SlotRequest slotFor(Secret wanted) {
    return newPasswords.evenIfWeak()
        ? SlotRequest.evenIfWeak(wanted, newPasswords.derivation())
        : SlotRequest.of(wanted, newPasswords.derivation());
  }

  /** What to say of a weak password that was taken. */
  Optional<String> warningFor(SlotRequest slot) {
    return newPasswords.evenIfWeak()
        ? slot.weakness()
            .map(
                reason ->
                    "the new password can be guessed ("
                        + reason
                        + "); it was taken because allowWeakPassword is true")
        : Optional.empty();
  }

  /** These settings with another secret. */
  public EngineSettings with(Secret other) {
    return with(
        new OfSession(
            Optional.of(other),
            session.durability(),
            session.anchorTimeout(),
            session.mode(),
            session.refresh(),
            session.follow(),
            session.at(),
            session.pages()));
  }

  /** These settings at a past state. */
  public EngineSettings at(Optional<String> past) {
    return with(
        new OfSession(
            session.secret(),
            session.durability(),
            session.anchorTimeout(),
            session.mode(),
            session.refresh(),
            session.follow(),
            past,
            session.pages()));
  }

  /** These settings, for who copies the file: all pages are here before the session begins. */
  public EngineSettings whole() {
    return with(
        new OfSession(
            session.secret(),
            session.durability(),
            session.anchorTimeout(),
            session.mode(),
            session.refresh(),
            session.follow(),
            session.at(),
            PagesWanted.of(OpenMode.FULL)));
  }

  /** These settings, for making the id if nobody registered it. */
  EngineSettings creating() {
    return new EngineSettings(
        id,
        home,
        true,
        cadence,
        ending,
        objects,
        inlining,
        newPasswords,
        creationPragmas,
        networkLimits,
        session);
  }

  EngineSettings with(Cadence other) {
    return new EngineSettings(
        id,
        home,
        create,
        other,
        ending,
        objects,
        inlining,
        newPasswords,
        creationPragmas,
        networkLimits,
        session);
  }

  EngineSettings with(Inlining other) {
    return new EngineSettings(
        id,
        home,
        create,
        cadence,
        ending,
        objects,
        other,
        newPasswords,
        creationPragmas,
        networkLimits,
        session);
  }

  EngineSettings with(Ending other) {
    return new EngineSettings(
        id,
        home,
        create,
        cadence,
        other,
        objects,
        inlining,
        newPasswords,
        creationPragmas,
        networkLimits,
        session);
  }

  EngineSettings with(OfSession other) {
    return new EngineSettings(
        id,
        home,
        create,
        cadence,
        ending,
        objects,
        inlining,
        newPasswords,
        creationPragmas,
        networkLimits,
        other);
  }
}
