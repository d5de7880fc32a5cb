package io.inft.commit;

import io.inft.bytes.Blob;
import io.inft.bytes.ByteReader;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.pack.state.StateKey;
import io.inft.pack.state.StateRoot;
import java.util.Locale;
import java.util.Optional;

/**
 * What a version says to those who hold the data key: what its {@link SealedManifest} seals.
 *
 * @param pageSize of the SQLite file, in bytes
 * @param pageCount how many pages it has
 * @param stateNonce 16 random bytes, drawn for every version, that hide the state root in {@link
 *     #stateCommit()}
 * @param stateRoot Merkle root over all pages
 * @param stateKey what keys the leaves of that tree and which kind it is of, constant for a
 *     database
 * @param transactions how many SQL commits this version contains
 * @param firstCommitTimeMillis clock at the first of them, 0 if there is none
 * @param lastCommitTimeMillis clock at the last of them, 0 if there is none
 * @param applicationEventSequence the newest row of the event table that is in the log, 0 if none
 * @param lineage 16 bytes that name the event table's present life; zeros before its first
 * @param eventSequence the newest event of the log, 0 if there is none
 * @param eventHash the event chain's hash there
 */
public record Manifest(
    int pageSize,
    long pageCount,
    Blob stateNonce,
    Digest stateRoot,
    StateKey stateKey,
    long transactions,
    long firstCommitTimeMillis,
    long lastCommitTimeMillis,
    long applicationEventSequence,
    Blob lineage,
    long eventSequence,
    Digest eventHash) {
  public static final int STATE_NONCE_BYTES = 16;
  public static final int STATE_KEY_BYTES = 32;
  public static final int LINEAGE_BYTES = 16;

  /** All attachments full of events. */
  public static final long MAX_EVENTS_A_VERSION =
      (long) CommitBody.MAX_ATTACHMENTS * EventBatch.MAX_EVENTS;

  /** What page packs and the state root can hold. */
  public static final int MAX_PAGES = 1 << 24;

  public Manifest {
    Rules.require(
        pageSize >= 512 && pageSize <= 65536 && Integer.bitCount(pageSize) == 1,
        "a page size of " + pageSize);
    Rules.require(
        pageCount >= 0 && pageCount <= MAX_PAGES, "a database of " + pageCount + " pages");
    Rules.require(stateNonce.sizeBytes() == STATE_NONCE_BYTES, "a state nonce of another length");
    Rules.require(lineage.sizeBytes() == LINEAGE_BYTES, "a lineage of another length");
    Rules.require(
        transactions >= 0
            && firstCommitTimeMillis >= 0
            && lastCommitTimeMillis >= 0
            && applicationEventSequence >= 0
            && eventSequence >= 0,
        "a negative number in a manifest");
  }

  /** What the public part shows of a state: SHA-256 over nonce and root. */
  public static Digest stateCommit(Blob stateNonce, Digest stateRoot) {
    return Digest.sha256(stateNonce.toBytes(), stateRoot.toBytes());
  }

  /** The value that the commit body of this version must carry. */
  public Digest stateCommit() {
    return stateCommit(stateNonce, stateRoot);
  }

  /**
   * Refuses a manifest that is not this version's: of another state than the public part is bound
   * to, or at a place in the event log that so many versions cannot have reached. Each version
   * brings at most {@link #MAX_EVENTS_A_VERSION} events, so that there is always room for the next
   * one's.
   *
   * @param body of the version that brings this manifest
   */
  public void requireFor(CommitBody body)
      throws CorruptObjectException, SubstitutedObjectException {
    if (!stateCommit().equals(body.stateCommit())) {
      throw new SubstitutedObjectException(
          "manifest of version " + body.version(),
          body.stateCommit().toString(),
          stateCommit().toString());
    }
    if ((eventSequence - 1) / MAX_EVENTS_A_VERSION >= body.version()) {
      throw new CorruptObjectException(
          "manifest of version " + body.version(),
          0,
          "its event log ends with event "
              + eventSequence
              + "; a version brings at most "
              + MAX_EVENTS_A_VERSION);
    }
  }

  /**
   * What of the content is another one than in a manifest before, for people; empty if it is the
   * same: the pages, and the application's events so far.
   */
  public Optional<String> differsFrom(Manifest before) {
    if (pageSize != before.pageSize || pageCount != before.pageCount) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "it has %d pages of %d, the version before %d of %d",
              pageCount,
              pageSize,
              before.pageCount,
              before.pageSize));
    }
    if (!stateKey.equals(before.stateKey) || !stateRoot.equals(before.stateRoot)) {
      return Optional.of(
          "its state root is " + stateRoot + ", that of the version before " + before.stateRoot);
    }
    if (applicationEventSequence != before.applicationEventSequence) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "its newest row of the event table is %d, that of the version before %d",
              applicationEventSequence,
              before.applicationEventSequence));
    }
    return lineage.equals(before.lineage)
        ? Optional.empty()
        : Optional.of("its event table is another one than that of the version before");
  }

  /** The fields of format 1, which had fixed widths and nothing else in it. */
  static Manifest readFixed(ByteReader reader) throws CorruptObjectException {
    return new Manifest(
        reader.u32("page size", 65536),
        reader.u64("page count"),
        Blob.of(reader.bytes("state nonce", STATE_NONCE_BYTES)),
        reader.digest("state root"),
        new StateKey(StateRoot.PAGES, Blob.of(reader.bytes("state key", STATE_KEY_BYTES))),
        reader.u64("transactions"),
        reader.u64("first commit time"),
        reader.u64("last commit time"),
        reader.u64("application event sequence"),
        Blob.of(reader.bytes("lineage", LINEAGE_BYTES)),
        reader.u64("event sequence"),
        reader.digest("event hash"));
  }

  /** Without nonce and key, which are secret. */
  @Override
  public String toString() {
    return "Manifest[" + pageCount + " pages of " + pageSize + ", event " + eventSequence + "]";
  }
}
