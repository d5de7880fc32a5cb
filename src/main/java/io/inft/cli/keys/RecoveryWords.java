package io.inft.cli.keys;

import io.inft.bytes.Digest;
import io.inft.seal.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A raw key as 24 words that can be written down: BIP-39's English list and its checksum for 256
 * bits, so that tools for wallets can read the key back too. The first four letters of a word are
 * enough. No message repeats a word.
 */
final class RecoveryWords {
  static final int WORDS = 24;
  private static final int KEY_BYTES = 32;
  private static final int BITS = 11;
  private static final int DISTINCT_LETTERS = 4;
  private static final List<String> LIST = list();

  private RecoveryWords() {}

  private static List<String> list() {
    String name = "en-mnemonic-word-list.txt"; // put here by the build, from web3j
    try (InputStream in = RecoveryWords.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing beside the class");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> of(Secret key) {
    byte[] bytes = HexFormat.of().parseHex(Secret.revealHex(key));
    byte[] checked = Arrays.copyOf(bytes, KEY_BYTES + 1);
    checked[KEY_BYTES] = checksum(bytes);
    List<String> words = new ArrayList<>();
    for (int word = 0; word < WORDS; word++) {
      int index = 0;
      for (int bit = word * BITS; bit < (word + 1) * BITS; bit++) {
        int set = (checked[bit / 8] >> (7 - bit % 8)) & 1;
        index = (index << 1) | set;
      }
      words.add(LIST.get(index));
    }
    Arrays.fill(bytes, (byte) 0);
    Arrays.fill(checked, (byte) 0);
    return words;
  }

  /**
   * The key that words stand for.
   *
   * @throws IllegalArgumentException saying how many there are, or which ones are in no list, by
   *     their positions from 1; or that they do not fit together
   */
  static Secret parse(List<String> words) {
    byte[] checked = bytes(numbers(words));
    if (checked[KEY_BYTES] != checksum(Arrays.copyOf(checked, KEY_BYTES))) {
      throw new IllegalArgumentException(
          "each word is in the list, but they do not belong together: one is another word than on"
              + " the sheet, or two changed places");
    }
    return Secret.rawKey(Arrays.copyOf(checked, KEY_BYTES));
  }

  /** Each word's place in the list. */
  static int[] numbers(List<String> words) {
    if (words.size() != WORDS) {
      throw new IllegalArgumentException(
          "a recovery sheet has " + WORDS + " words, there are " + words.size());
    }
    int[] numbers = new int[WORDS];
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < WORDS; i++) {
      OptionalInt found = number(words.get(i));
      numbers[i] = found.orElse(0);
      if (found.isEmpty()) {
        wrong.add(String.valueOf(i + 1));
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "mistyped: word "
              + String.join(", ", wrong)
              + (wrong.size() == 1 ? " is" : " are")
              + " not in the list of words");
    }
    return numbers;
  }

  private static OptionalInt number(String typed) {
    String word = typed.toLowerCase(Locale.ROOT);
    int found = Collections.binarySearch(LIST, word);
    if (found < 0 && word.length() >= DISTINCT_LETTERS) {
      int next = -found - 1;
      String letters = word.substring(0, DISTINCT_LETTERS);
      boolean cut = word.length() == DISTINCT_LETTERS;
      found = cut && next < LIST.size() && LIST.get(next).startsWith(letters) ? next : -1;
    }
    return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
  }

  /**
   * The keys of all sheets that differ from these words in one word, or in the order of two: each
   * with the positions, from 1, in words.
   */
  static Map<Secret, String> near(List<String> words) {
    int[] numbers = numbers(words);
    Map<Secret, String> near = new LinkedHashMap<>();
    for (int at = 0; at < WORDS; at++) {
      int typed = numbers[at];
      for (int other = 0; other < LIST.size(); other++) {
        numbers[at] = other;
        add(near, numbers, "word " + (at + 1) + " is another one on the sheet");
      }
      numbers[at] = typed;
    }
    for (int i = 0; i < WORDS; i++) {
      for (int k = i + 1; k < WORDS; k++) {
        swap(numbers, i, k);
        add(near, numbers, "words " + (i + 1) + " and " + (k + 1) + " changed places");
        swap(numbers, i, k);
      }
    }
    return near;
  }

  private static void swap(int[] numbers, int i, int k) {
    int first = numbers[i];
    numbers[i] = numbers[k];
    numbers[k] = first;
  }

  private static void add(Map<Secret, String> near, int[] numbers, String what) {
    byte[] checked = bytes(numbers);
    byte[] key = Arrays.copyOf(checked, KEY_BYTES);
    if (checked[KEY_BYTES] == checksum(key)) {
      near.put(Secret.rawKey(key), what);
    }
  }

  /** The key and its checksum. */
  private static byte[] bytes(int[] numbers) {
    byte[] bytes = new byte[KEY_BYTES + 1];
    for (int bit = 0; bit < WORDS * BITS; bit++) {
      int set = (numbers[bit / BITS] >> (BITS - 1 - bit % BITS)) & 1;
      bytes[bit / 8] |= (byte) (set << (7 - bit % 8));
    }
    return bytes;
  }

  private static byte checksum(byte[] key) {
    return Digest.sha256(key).toBytes()[0];
  }
}
