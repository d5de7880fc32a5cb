package io.inft.proof;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a proof line by line. Each value has one way to be written. Not thread-safe. */
final class ProofLines {
  static final String WHAT = "proof";

  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,18}");
  private static final Pattern SIGNED = Pattern.compile("0|-?[1-9][0-9]{0,18}");
  private static final int HASH_LETTERS = 44;
  private static final Pattern HEX = Pattern.compile("0x[0-9a-f]*");

  private final List<String> lines;
  private int at;

  private ProofLines(List<String> lines) {
    this.lines = lines;
  }

  static ProofLines of(byte[] bytes) throws CorruptObjectException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new CorruptObjectException(WHAT, 0, "is not UTF-8");
    }
    if (!text.endsWith("\n")) {
      throw new CorruptObjectException(WHAT, bytes.length, "does not end with a line feed");
    }
    String[] lines = text.split("\n", -1);
    return new ProofLines(List.of(Arrays.copyOf(lines, lines.length - 1)));
  }

  boolean isAtEnd() {
    return at == lines.size();
  }

  CorruptObjectException corrupt(String reason) {
    return new CorruptObjectException(WHAT, at, "line " + at + " " + reason);
  }

  String next() throws CorruptObjectException {
    if (isAtEnd()) {
      throw corrupt("is the last; more is needed");
    }
    return lines.get(at++);
  }

  /** What follows a word, if the next line begins with it. */
  Optional<String> valueIf(String word) {
    if (isAtEnd() || !lines.get(at).startsWith(word + " ")) {
      return Optional.empty();
    }
    return Optional.of(lines.get(at++).substring(word.length() + 1));
  }

  String value(String word) throws CorruptObjectException {
    Optional<String> value = valueIf(word);
    if (value.isEmpty()) {
      at = Math.min(at + 1, lines.size());
      throw corrupt("does not say " + word);
    }
    return value.get();
  }

  void exactly(String line) throws CorruptObjectException {
    if (!next().equals(line)) {
      throw corrupt(line.isEmpty() ? "is not empty" : "does not say " + line);
    }
  }

  /** The words of a line, separated by one space each. */
  String[] words(String word, int count) throws CorruptObjectException {
    String[] words = value(word).split(" ", -1);
    if (words.length != count) {
      throw corrupt("has " + words.length + " values, not " + count);
    }
    return words;
  }

  /** Whether the next line is this one, which is passed then. */
  boolean skipIf(String line) {
    boolean found = !isAtEnd() && lines.get(at).equals(line);
    at += found ? 1 : 0;
    return found;
  }

  /** All lines that have the length of a hash. */
  List<Digest> hashes() throws CorruptObjectException {
    List<Digest> hashes = new ArrayList<>();
    while (!isAtEnd() && lines.get(at).length() == HASH_LETTERS) {
      hashes.add(hash(next()));
    }
    return hashes;
  }

  /** All hashes up to a line that is none. */
  void hashes(List<Digest> into, int most) throws CorruptObjectException {
    while (!isAtEnd() && !lines.get(at).isEmpty()) {
      into.add(hash(next()));
      if (into.size() > most) {
        throw corrupt("is a hash too many");
      }
    }
  }

  long number(String word, long least, long most) throws CorruptObjectException {
    return number(word, value(word), least, most);
  }

  long number(String what, String text, long least, long most) throws CorruptObjectException {
    long number = -1;
    if (NUMBER.matcher(text).matches()) {
      try {
        number = Long.parseLong(text);
      } catch (NumberFormatException beyond) {
        number = -1;
      }
    }
    if (number < least || number > most) {
      throw corrupt("has no " + what + " from " + least + " to " + most);
    }
    return number;
  }

  /** A number of 64 bits. */
  long signed(String what, String text) throws CorruptObjectException {
    try {
      if (SIGNED.matcher(text).matches()) {
        return Long.parseLong(text);
      }
    } catch (NumberFormatException beyond) {
      throw corrupt("has a " + what + " of more than 64 bits");
    }
    throw corrupt("has no " + what);
  }

  byte[] base64(String text) throws CorruptObjectException {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw corrupt("has what is not base64");
    }
    throw corrupt("has base64 that would be written otherwise");
  }

  Digest hash(String text) throws CorruptObjectException {
    byte[] bytes = base64(text);
    if (bytes.length != Digest.BYTES) {
      throw corrupt("has a hash of " + bytes.length + " bytes");
    }
    return Digest.of(bytes);
  }

  /** Hex digits with 0x. */
  Digest digest(String text) throws CorruptObjectException {
    requireHex(text, Digest.BYTES);
    return Digest.parse(text);
  }

  Address address(String text) throws CorruptObjectException {
    requireHex(text, Address.BYTES);
    return Address.parse(text);
  }

  private void requireHex(String text, int bytes) throws CorruptObjectException {
    if (text.length() != 2 + 2 * bytes || !HEX.matcher(text).matches()) {
      throw corrupt("has no " + 2 * bytes + " lower-case hex digits after 0x");
    }
  }
}
