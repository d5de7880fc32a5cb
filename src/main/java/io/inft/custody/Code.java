package io.inft.custody;

/** Everything a verification can find. The names are part of the report's format. */
public enum Code {
  NOT_REGISTERED(Severity.UNDETERMINED, "nobody registered the id in this registry"),
  WRONG_CHAIN(Severity.CONTRADICTION, "the registry is on another chain than the one asked for"),
  RPC_UNAVAILABLE(Severity.UNDETERMINED, "the registry could not be asked"),
  SPLIT_VIEW(Severity.UNDETERMINED, "endpoints of the chain say different things"),
  STALE_RPC(
      Severity.WARNING, "another endpoint claims to be many blocks further than the agreed one"),
  STORE_UNAVAILABLE(Severity.UNDETERMINED, "the storage could not be asked"),
  INTERRUPTED(Severity.UNDETERMINED, "the verification was interrupted"),
  SCRATCH_UNUSABLE(Severity.UNDETERMINED, "the folder for the rebuilt database cannot be used"),
  RANGE_EMPTY(Severity.UNDETERMINED, "the range begins behind the newest version"),
  ROLLBACK(Severity.CONTRADICTION, "the head is older than one that was final"),
  EQUIVOCATION(Severity.CONTRADICTION, "one version has two contents"),
  LOG_GAP(Severity.CONTRADICTION, "a version or control operation in the middle is missing"),
  LOG_FORGED(Severity.CONTRADICTION, "a recorded field does not match the running hash"),
  LOG_REORDERED(Severity.CONTRADICTION, "versions or control operations are out of order"),
  LOG_TRUNCATED(Severity.CONTRADICTION, "the newest versions or control operations are missing"),
  AUTHOR_UNAUTHORIZED(Severity.CONTRADICTION, "somebody did what he had no right to, then"),
  KEYRING_MISMATCH(Severity.CONTRADICTION, "keyring or key epoch are not the owner's"),
  OBJECT_MISSING(Severity.UNDETERMINED, "no holder has an object"),
  OBJECT_SUBSTITUTED(Severity.CONTRADICTION, "other bytes are served for an object"),
  COMMIT_MISMATCH(Severity.CONTRADICTION, "a commit object contradicts the registry or itself"),
  COMMIT_SIGNATURE(Severity.CONTRADICTION, "a commit object is not signed by its author"),
  ARCHIVE_MISMATCH(
      Severity.CONTRADICTION,
      "a version carries other commit objects than those that were anchored"),
  ARCHIVE_INCOMPLETE(
      Severity.WARNING,
      "a stored version does not carry all that went along with anchors before it"),
  TAIL_OLD(Severity.WARNING, "versions are in the chain's log alone for more than an hour"),
  MALFORMED(Severity.CONTRADICTION, "an object breaks the rules of its format"),
  FORMAT_TOO_NEW(Severity.UNDETERMINED, "a later release made an object"),
  KIND_UNKNOWN(Severity.UNDETERMINED, "a version is of a kind that this release does not know"),
  OPERATION_UNKNOWN(Severity.UNDETERMINED, "a control operation this release does not know"),
  KEY_REJECTED(Severity.UNDETERMINED, "the given secret opens no slot of the keyring"),
  KEY_UNREACHABLE(Severity.WARNING, "the keys of an older epoch cannot be reached from the newest"),
  KIND_MISLABELLED(
      Severity.WARNING, "a rekey or archive by a writer has other content than the version before"),
  REKEY_UNCHECKED(
      Severity.WARNING,
      "what a key admin's rekey holds could not be compared with the version before"),
  STATE_MISMATCH(Severity.CONTRADICTION, "the packs do not rebuild the state that was signed"),
  EVENTLOG_GAP(Severity.CONTRADICTION, "events in the middle of the event log are missing"),
  EVENTLOG_TRUNCATED(Severity.CONTRADICTION, "the newest events of the event log are missing"),
  EVENTLOG_REORDERED(Severity.CONTRADICTION, "the event log is out of order or doubled"),
  DB_CORRUPT(Severity.CONTRADICTION, "SQLite finds trees or pages of the rebuilt database broken"),
  DB_QUESTIONABLE(
      Severity.WARNING,
      "SQLite questions rows, indexes or virtual tables, or lacks something to check them with"),
  DISPUTED(Severity.WARNING, "the owner marked versions as disputed");

  private final Severity severity;
  private final String meaning;

  Code(Severity severity, String meaning) {
    this.severity = severity;
    this.meaning = meaning;
  }

  /** What it means for the verdict unless a finding says otherwise. */
  public Severity severity() {
    return severity;
  }

  /** One sentence for people. */
  public String meaning() {
    return meaning;
  }
}
