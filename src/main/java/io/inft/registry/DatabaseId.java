package io.inft.registry;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.InvalidIdException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one database: 1 to 128 characters (of an NFT: to 160) of {@code [A-Za-z0-9._:/@-]},
 * no {@code //}, no {@code ..} between slashes. Case matters, except in the addresses of the first
 * two name spaces, which are lower-cased here as the registry does.
 *
 * <table>
 * <caption>Name spaces</caption>
 * <tr><th>space</th><th>form</th><th>who may claim it</th></tr>
 * <tr><td>BOUND</td><td>{@code eip155:<chain>/erc721:0x<40 hex>/<decimal>}</td><td>the NFT's owner</td></tr>
 * <tr><td>SCOPED</td><td>{@code 0x<40 hex>/<label>}</td><td>the address</td></tr>
 * <tr><td>FLAT</td><td>anything else</td><td>first come</td></tr>
 * </table>
 */
public final class DatabaseId {
  public static final int MAX_LENGTH = 128;

  /** A token id may have 78 digits, so the ids of NFTs may be longer than others. */
  public static final int MAX_BOUND_LENGTH = 160;

  /** Who may claim an id; the codes are part of the contract. */
  public enum Namespace {
    FLAT(1),
    SCOPED(2),
    BOUND(3);

    private final int code;

    Namespace(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }
  }

  /** The NFT that an id of the BOUND name space names. */
  public record Token(long chainId, Address contract, BigInteger number) {}

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._:/@-]+");
  private static final Pattern BOUND =
      Pattern.compile("eip155:([1-9][0-9]{0,17})/erc721:(0x[0-9a-f]{40})/(0|[1-9][0-9]{0,77})");
  private static final Pattern SCOPED = Pattern.compile("0x[0-9a-f]{40}/.+");

  private final String text;
  private final Namespace namespace;

  private DatabaseId(String text, Namespace namespace) {
    this.text = text;
    this.namespace = namespace;
  }

  /**
   * Checks and normalises an id.
   *
   * @throws InvalidIdException naming the id and the rule it breaks
   */
  public static DatabaseId parse(String id) throws InvalidIdException {
    if (id.isEmpty()) {
      throw new InvalidIdException(id, "it is empty");
    }
    String lower = id.toLowerCase(Locale.ROOT);
    int longest = lower.startsWith("eip155:") ? MAX_BOUND_LENGTH : MAX_LENGTH;
    if (id.length() > longest) {
      throw new InvalidIdException(
          id.substring(0, 32) + "…",
          "it has " + id.length() + " characters, at most " + longest + " are allowed");
    }
    if (!ALLOWED.matcher(id).matches()) {
      throw new InvalidIdException(id, "only letters, digits and . _ : / @ - are allowed");
    }
    if (id.contains("//")) {
      throw new InvalidIdException(id, "'//' is not allowed");
    }
    for (String segment : id.split("/", -1)) {
      if (segment.equals("..")) {
        throw new InvalidIdException(id, "'..' between slashes is not allowed");
      }
    }
    if (lower.startsWith("sqlite:")) {
      throw new InvalidIdException(id, "'sqlite:' is the prefix of the alternative URL form");
    }
    if (lower.startsWith("eip155:")) {
      Matcher parts = BOUND.matcher(lower);
      if (!parts.matches()) {
        throw new InvalidIdException(
            id, "an id of an NFT has the form eip155:<chain>/erc721:0x<40 hex digits>/<token id>");
      }
      if (new BigInteger(parts.group(3)).bitLength() > 256) {
        throw new InvalidIdException(id, "a token id has at most 256 bits");
      }
      return new DatabaseId(lower, Namespace.BOUND);
    }
    if (lower.startsWith("0x")) {
      String normal = lower.length() < 42 ? lower : lower.substring(0, 42) + id.substring(42);
      if (!SCOPED.matcher(normal).matches()) {
        throw new InvalidIdException(
            id, "an id of an account has the form 0x<40 hex digits>/<label>");
      }
      return new DatabaseId(normal, Namespace.SCOPED);
    }
    return new DatabaseId(id, Namespace.FLAT);
  }

  public Namespace namespace() {
    return namespace;
  }

  /** The NFT, of an id in the BOUND name space. */
  public Optional<Token> token() {
    Matcher parts = BOUND.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Token(
            Long.parseLong(parts.group(1)),
            Address.parse(parts.group(2)),
            new BigInteger(parts.group(3))));
  }

  /** The account that alone may register it, of an id in the SCOPED name space. */
  public Optional<Address> account() {
    return namespace == Namespace.SCOPED
        ? Optional.of(Address.parse(text.substring(0, 42)))
        : Optional.empty();
  }

  /** What follows the account, of an id in the SCOPED name space. */
  public Optional<String> label() {
    return namespace == Namespace.SCOPED ? Optional.of(text.substring(43)) : Optional.empty();
  }

  /** Keccak-256 of the id's bytes: how the registry and all objects know it. */
  public Digest hash() {
    return Digest.keccak256(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DatabaseId that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The normalised id. */
  @Override
  public String toString() {
    return text;
  }
}
