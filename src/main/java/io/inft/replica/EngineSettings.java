package io.inft.replica;

import io.inft.registry.DatabaseId;
import io.inft.seal.KeyDerivation;
import io.inft.seal.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * All that an engine needs to know, already checked. The first group belongs to the engine and must
 * be the same for all its sessions; the second belongs to each session.
 *
 * @param home folder of this machine's working copies
 * @param create whether to make an id that nobody registered
 * @param syncInterval longest time between two publishes while there is something to publish
 * @param eventBatch pending events that trigger a publish, at least 1
 * @param maxLag bound on unpublished time
 * @param closeTimeout how long the last close waits for everything to be anchored
 * @param linger how long an idle engine stays after the last close
 * @param renewAfter age at which an object of the head's restore set is stored again
 * @param keyDerivation cost of new password slots
 * @param creationPragmas page_size, encoding, auto_vacuum for a new database, in SQL's spelling
 * @param secret what opens the data key; each session must prove its own
 * @param durability what a commit of this session waits for
 * @param anchorTimeout how long an anchored commit waits
 * @param mode whether it writes
 * @param refresh how often a read-only session follows the head
 * @param at a past state to open read-only: a version, an ISO time, or a commit root in hex
 */
public record EngineSettings(
    DatabaseId id,
    Path home,
    boolean create,
    Duration syncInterval,
    int eventBatch,
    Duration maxLag,
    OnLag onLag,
    OnClose onClose,
    Duration closeTimeout,
    Duration linger,
    Duration renewAfter,
    KeyDerivation keyDerivation,
    Map<String, String> creationPragmas,
    Optional<Secret> secret,
    Durability durability,
    Duration anchorTimeout,
    Mode mode,
    Duration refresh,
    Optional<String> at) {
  /** What a commit waits for. */
  public enum Durability {
    LOCAL,
    ANCHORED
  }

  /** What happens when unpublished work is older than {@code maxLag}. */
  public enum OnLag {
    WARN,
    BLOCK,
    FAIL
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

  /** The same at a past state. */
  public EngineSettings at(Optional<String> past) {
    return new EngineSettings(
        id,
        home,
        create,
        syncInterval,
        eventBatch,
        maxLag,
        onLag,
        onClose,
        closeTimeout,
        linger,
        renewAfter,
        keyDerivation,
        creationPragmas,
        secret,
        durability,
        anchorTimeout,
        mode,
        refresh,
        past);
  }
}
