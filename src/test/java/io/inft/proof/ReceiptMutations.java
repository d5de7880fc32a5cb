package io.inft.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Ways to change a receipt; each gives another text than it was given. */
final class ReceiptMutations {
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n >-";

  private ReceiptMutations() {}

  /**
   * One change.
   *
   * @param donors receipts of other events, versions and databases, to take lines from
   */
  static byte[] mutated(byte[] receipt, List<byte[]> donors, Random random) {
    while (true) {
      byte[] changed = change(receipt, donors, random);
      if (!Arrays.equals(changed, receipt)) {
        return changed;
      }
    }
  }

  private static byte[] change(byte[] receipt, List<byte[]> donors, Random random) {
    int way = random.nextInt(9);
    if (way < 3) {
      return changedByte(receipt, way, random);
    }
    List<String> lines = lines(receipt);
    int at = random.nextInt(lines.size());
    int other = random.nextInt(lines.size());
    switch (way) {
      case 3 -> Collections.swap(lines, at, other);
      case 4 -> lines.add(other, lines.get(at));
      case 5 -> lines.remove(at);
      case 6 -> {
        List<String> donor = lines(donors.get(random.nextInt(donors.size())));
        String word = lines.get(at).split(" ", -1)[0];
        List<String> same =
            donor.stream()
                .filter(
                    line ->
                        line.split(" ", -1)[0].equals(word)
                            || line.length() == lines.get(at).length())
                .toList();
        if (!same.isEmpty()) {
          lines.set(at, same.get(random.nextInt(same.size())));
        }
      }
      case 7 -> {
        String[] words = lines.get(at).split(" ", -1);
        int word = random.nextInt(words.length);
        words[word] = changedWord(words[word], random);
        lines.set(at, String.join(" ", words));
      }
      default -> {
        int length = random.nextInt(receipt.length);
        return Arrays.copyOf(receipt, length);
      }
    }
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] changedByte(byte[] receipt, int way, Random random) {
    byte[] changed = receipt.clone();
    int at = random.nextInt(changed.length);
    if (way == 0) {
      changed[at] ^= (byte) (1 << random.nextInt(8));
    } else {
      changed[at] = (byte) DIGITS.charAt(random.nextInt(DIGITS.length()));
    }
    return changed;
  }

  private static String changedWord(String word, Random random) {
    if (word.matches("[0-9]{1,17}")) {
      return String.valueOf(Math.max(0, Long.parseLong(word) + random.nextInt(5) - 2));
    }
    if (word.equals("stored")) {
      return "inlined";
    }
    if (word.equals("inlined")) {
      return "stored";
    }
    return word + word;
  }

  private static List<String> lines(byte[] receipt) {
    String text = new String(receipt, StandardCharsets.UTF_8);
    return new ArrayList<>(Arrays.asList(text.substring(0, text.length() - 1).split("\n", -1)));
  }
}
