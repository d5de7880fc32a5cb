package io.inft.cli.report;

import io.inft.custody.Code;
import io.inft.custody.Verdict;
import io.inft.custody.Verification.Depth;
import java.util.EnumMap;
import java.util.Map;

/** Verdicts and findings for somebody who is not an engineer: what it means, and what to do. */
final class Explained {
  /** A paragraph a finding: its code, and what it means. */
  private static final String FINDINGS =
      """
      NOT_REGISTERED
        The registry has no database of this name. Check the name and the network.
      WRONG_CHAIN
        The answers came from another blockchain than the one that was asked for. Check the
        address of the access point before you believe anything else on this page.
      RPC_UNAVAILABLE
        The registry did not answer, so nothing could be compared with it. Try again later.
      SPLIT_VIEW
        Two access points to the blockchain told different stories. One of them is wrong or
        far behind; ask a third.
      STALE_RPC
        One access point claims to know much more than the others. What is shown may be old.
      STORE_UNAVAILABLE
        The storage network did not answer. The data may well be there; try again later.
      INTERRUPTED
        The check was stopped before it was done. Run it again.
      SCRATCH_UNUSABLE
        This computer had no room or no right to rebuild the database for the check.
      RANGE_EMPTY
        The versions that were asked for do not exist yet.
      ROLLBACK
        The newest version shown is older than one that was already settled for good. Somebody
        shows an old state as if it were the newest.
      EQUIVOCATION
        The same version exists with two different contents. They cannot both be true.
      LOG_GAP
        A version or an act of control in the middle of the list is missing.
      LOG_FORGED
        An entry of the list was altered after it was recorded.
      LOG_REORDERED
        Entries of the list are not in the order in which they were recorded.
      LOG_TRUNCATED
        The newest entries of the list are being withheld.
      AUTHOR_UNAUTHORIZED
        Somebody published or decided something without having the right to at that time.
      KEYRING_MISMATCH
        The list of keys that goes with the data is not the one that the owner approved.
      OBJECT_MISSING
        Nobody stores a part of the data any more, or nobody who does answers. If a copy
        exists elsewhere it can be stored again.
      OBJECT_SUBSTITUTED
        Storage answered with other data than was recorded. The false data was not used.
      COMMIT_MISMATCH
        The signed description of a version contradicts what the registry recorded of it.
      COMMIT_SIGNATURE
        A version does not carry the signature of the account it names.
      ARCHIVE_MISMATCH
        A version that gathers earlier ones carries other contents than were recorded.
      ARCHIVE_INCOMPLETE
        A version that should gather earlier ones leaves some out. They still exist elsewhere.
      TAIL_OLD
        Recent versions are kept in the blockchain alone for longer than usual. They are safe;
        the writer’s program should store them soon.
      MALFORMED
        A part of the data is not built as the rules say.
      FORMAT_TOO_NEW
        A later release of this program made a part; use that to check it.
      KIND_UNKNOWN
        A version is of a kind that this release does not know. Update it.
      OPERATION_UNKNOWN
        An act of control is of a kind that this release does not know. Update it.
      KEY_REJECTED
        The password or key that was given does not open this database, so its content could
        not be checked.
      KEY_UNREACHABLE
        Versions from before a change of keys cannot be opened with today’s key. That is often
        intended.
      KIND_MISLABELLED
        A version that was to change nothing but keys changed content as well. Ask its author.
      REKEY_UNCHECKED
        Whether a change of keys left the content alone could not be compared.
      STATE_MISMATCH
        The stored parts do not add up to the database that was signed. Do not use it.
      EVENTLOG_GAP
        Events in the middle of the log are missing.
      EVENTLOG_TRUNCATED
        The newest events of the log are missing.
      EVENTLOG_REORDERED
        Events of the log are doubled or in another order.
      DB_CORRUPT
        The database file itself is damaged, and was when it was published.
      DB_QUESTIONABLE
        The database opens, but some rows break its own rules, or could not be checked here.
      DISPUTED
        The owner has marked versions as disputed. Ask why before you rely on them.
      """;

  private static final Map<Code, String> MEANINGS = new EnumMap<>(Code.class);

  static {
    for (String paragraph : FINDINGS.strip().split("\\R(?=\\S)", -1)) {
      String[] words = paragraph.split("\\s+", 2);
      MEANINGS.put(Code.valueOf(words[0]), words[1].replaceAll("\\s+", " "));
    }
  }

  private Explained() {}

  static String headline(Verdict verdict) {
    return switch (verdict) {
      case VALID -> "Everything fits together";
      case VALID_WITH_WARNINGS -> "It fits together, with remarks";
      case INVALID -> "Something does not fit";
      case INDETERMINATE -> "It could not be checked";
    };
  }

  /**
   * @param depth how much of the storage was compared
   */
  static String meaning(Verdict verdict, Depth depth) {
    return switch (verdict) {
      case VALID ->
          (depth == Depth.FULL
                  ? "Every version that the public registry lists was checked against what was"
                      + " stored."
                  : "The public registry’s list was checked from end to end, and a sample of the"
                      + " newest version against what was stored.")
              + " Nothing of that was removed, swapped or added by somebody who had no right to.";
      case VALID_WITH_WARNINGS ->
          "Nothing contradicts the public registry. There is something below that is worth"
              + " knowing.";
      case INVALID ->
          "What is stored or recorded contradicts the public registry or itself. Do not rely on"
              + " this history before somebody has looked into the points below.";
      case INDETERMINATE ->
          "Something that is needed for a judgement could not be reached. That is no sign of"
              + " tampering; try again, or from another place.";
    };
  }

  /** What a finding means, without the words of the trade, and what to do. */
  static String finding(Code code) {
    return MEANINGS.getOrDefault(code, code.meaning());
  }
}
