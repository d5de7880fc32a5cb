package io.inft.proof.tables;

import static io.inft.proof.tables.ShownDatabase.corrupt;

import io.inft.failure.CorruptObjectException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The order of a tree: of a table the rows' numbers, else what its key says. */
final class KeyOrder implements Comparator<List<StoredValue>> {
  /** How texts compare. */
  private enum Collation {
    BINARY,
    NOCASE,
    RTRIM
  }

  private record Part(Collation collation, boolean descending) {}

  private final Charset charset;
  private final List<Part> parts = new ArrayList<>();

  private KeyOrder(Charset charset) {
    this.charset = charset;
  }

  /** By the numbers of rows. */
  static KeyOrder ofRowids() {
    KeyOrder order = new KeyOrder(StandardCharsets.UTF_8);
    order.parts.add(new Part(Collation.BINARY, false));
    return order;
  }

  /**
   * By a table's own key.
   *
   * @throws CorruptObjectException an application's collation sorts it
   */
  static KeyOrder of(TableDefinition table, ShownDatabase image) throws CorruptObjectException {
    KeyOrder order = new KeyOrder(image.charset());
    for (TableDefinition.KeyColumn part : table.key()) {
      if (part.descending() && !image.knowsDescending()) {
        throw corrupt("has a descending key in a format that knows none");
      }
      try {
        Collation collation = Collation.valueOf(part.collation().toUpperCase(Locale.ROOT));
        order.parts.add(new Part(collation, part.descending()));
      } catch (IllegalArgumentException e) {
        throw corrupt("has a key sorted by the collation " + part.collation());
      }
    }
    return order;
  }

  int size() {
    return parts.size();
  }

  @Override
  public int compare(List<StoredValue> one, List<StoredValue> other) {
    for (int i = 0; i < parts.size(); i++) {
      int order = compare(parts.get(i).collation(), one.get(i), other.get(i));
      if (order != 0) {
        return parts.get(i).descending() ? -order : order;
      }
    }
    return 0;
  }

  private int compare(Collation collation, StoredValue one, StoredValue other) {
    if (one.isNumber() && other.isNumber()) {
      return StoredValue.compareNumbers(one, other);
    }
    if (one.type() != other.type()) {
      return one.type().compareTo(other.type());
    }
    byte[] left = one.bytes().toBytes();
    byte[] right = other.bytes().toBytes();
    if (one.type() == StoredValue.Type.BLOB || collation == Collation.BINARY) {
      return Arrays.compareUnsigned(left, right);
    }
    byte[] leftText = utf8(left);
    byte[] rightText = utf8(right);
    return collation == Collation.RTRIM
        ? Arrays.compareUnsigned(trimmed(leftText), trimmed(rightText))
        : compareFolded(leftText, rightText);
  }

  private byte[] utf8(byte[] text) {
    return charset.equals(StandardCharsets.UTF_8)
        ? text
        : new String(text, charset).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] trimmed(byte[] text) {
    int end = text.length;
    while (end > 0 && text[end - 1] == ' ') {
      end--;
    }
    return Arrays.copyOf(text, end);
  }

  /** Letters of ASCII in either case, up to a zero; what is longer comes later. */
  private static int compareFolded(byte[] one, byte[] other) {
    for (int i = 0; i < Math.min(one.length, other.length); i++) {
      int left = folded(one[i]);
      int right = folded(other[i]);
      if (left != right) {
        return Integer.compare(left, right);
      }
      if (left == 0) {
        break;
      }
    }
    return Integer.compare(one.length, other.length);
  }

  private static int folded(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter & 0xff;
  }
}
