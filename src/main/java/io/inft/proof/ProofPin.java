package io.inft.proof;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.InvalidIdException;
import io.inft.failure.SettingException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the reader of a proof knows of a database by another way: typed by him, or read from the
 * chain. With the root of a version, what is in that version can be proved; with the registry's
 * history hash, also who anchored it and when, and everything of the versions before that the proof
 * links to it.
 *
 * @param version whose root and history hash these are
 * @param root 0G Merkle root of its commit object; empty if it is not known
 * @param history the registry's running hash after it; empty if it is not known
 */
public record ProofPin(
    long chainId,
    Address registry,
    DatabaseId id,
    long version,
    Optional<Digest> root,
    Optional<Digest> history) {
  private static final Pattern FORM =
      Pattern.compile(
          "([1-9][0-9]{0,17}):(0[xX][0-9a-fA-F]{40}):(.+):([1-9][0-9]{0,17})"
              + ":(history=)?(0[xX][0-9a-fA-F]{64})");

  /**
   * Reads {@code <chain>:<registry>:<id>:<version>:<root>}, or with {@code history=<hash>} in place
   * of the root.
   *
   * @param name what it is called where it was given, for messages
   * @throws SettingException it has another form
   * @throws InvalidIdException its id can be none
   */
  public static ProofPin parse(String name, String text)
      throws SettingException, InvalidIdException {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new SettingException(
          name,
          "a pin has the form <chain>:<registry>:<id>:<version>:<root> or"
              + " <chain>:<registry>:<id>:<version>:history=<hash>, not '"
              + text
              + "'");
    }
    Digest word = Digest.parse(parts.group(6));
    boolean history = parts.group(5) != null;
    return new ProofPin(
        Long.parseLong(parts.group(1)),
        Address.parse(parts.group(2)),
        DatabaseId.parse(parts.group(3)),
        Long.parseLong(parts.group(4)),
        history ? Optional.empty() : Optional.of(word),
        history ? Optional.of(word) : Optional.empty());
  }

  /** The registry's word on a version. */
  public static ProofPin recorded(long chainId, Address registry, DatabaseId id, Anchored version) {
    return new ProofPin(
        chainId,
        registry,
        id,
        version.version(),
        Optional.of(version.anchor().root()),
        Optional.of(version.historyHash()));
  }

  /** Without the root, for a proof of something in a version before. */
  public ProofPin historyAlone() {
    return new ProofPin(chainId, registry, id, version, Optional.empty(), history);
  }

  /** As {@link #parse} reads it; of what is known the root, if it is. */
  @Override
  public String toString() {
    String word = root.map(Digest::toString).orElseGet(() -> "history=" + history.orElseThrow());
    return chainId + ":" + registry + ":" + id + ":" + version + ":" + word;
  }
}
