package io.inft.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.seal.Secret;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryWordsTest {
  private static List<String> random() {
    return RecoveryWords.of(Secret.randomKey(new SecureRandom()));
  }

  /** BIP-39's test vectors of 256 bits. */
  @ParameterizedTest
  @CsvSource({
    "00, abandon abandon abandon abandon abandon abandon abandon abandon, art",
    "7f, legal winner thank year wave sausage worth useful, title",
    "80, letter advice cage absurd amount doctor acoustic avoid, bless",
    "ff, zoo zoo zoo zoo zoo zoo zoo zoo, vote"
  })
  void aKeyHasTheWordsOfBip39(String octet, String period, String last) throws Exception {
    String key = octet.repeat(32);
    List<String> expected = new ArrayList<>();
    while (expected.size() < 23) {
      expected.addAll(List.of(period.split(" ")));
    }
    expected = new ArrayList<>(expected.subList(0, 23));
    expected.add(last);

    assertThat(RecoveryWords.of(Secret.parseKey(key))).isEqualTo(expected);
    assertThat(Secret.revealHex(RecoveryWords.parse(expected))).isEqualTo(key);
  }

  @Test
  void fourLettersAndCapitalsAreEnough() {
    List<String> words = random();
    List<String> typed =
        words.stream()
            .map(word -> word.length() > 4 ? word.substring(0, 4) : word)
            .map(word -> word.toUpperCase(Locale.ROOT))
            .toList();

    assertThat(Secret.revealHex(RecoveryWords.parse(typed)))
        .isEqualTo(Secret.revealHex(RecoveryWords.parse(words)));
  }

  @Test
  void mistypedWordsAreNamedByPositionAndNotRepeated() {
    List<String> words = new ArrayList<>(random());
    words.set(6, "abndon");
    words.set(23, "zo");

    assertThatThrownBy(() -> RecoveryWords.parse(words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mistyped: word 7, 24 are not in the list of words");
    assertThatThrownBy(() -> RecoveryWords.parse(words.subList(0, 23)))
        .hasMessageContaining("24 words, there are 23");
  }

  /** A word of the list in place of another, or two that changed places, can be told by trying. */
  @Test
  void sheetsThatDifferInOneWordAreAmongTheNearOnes() {
    List<String> words = random();
    String key = Secret.revealHex(RecoveryWords.parse(words));
    List<String> typed = new ArrayList<>(words);
    typed.set(12, words.get(12).equals("able") ? "about" : "able");
    List<String> swapped = new ArrayList<>(words);
    int other = words.get(3).equals(words.get(9)) ? 10 : 9;
    Collections.swap(swapped, 3, other);

    assertThat(RecoveryWords.near(typed).entrySet())
        .anyMatch(
            near ->
                Secret.revealHex(near.getKey()).equals(key)
                    && near.getValue().equals("word 13 is another one on the sheet"));
    assertThat(RecoveryWords.near(swapped).entrySet())
        .anyMatch(
            near ->
                Secret.revealHex(near.getKey()).equals(key)
                    && near.getValue().equals("words 4 and " + (other + 1) + " changed places"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sheet.html", "SHEET.HTM", "sheet.txt", "sheet"})
  void aSheetIsReadBack(String name) {
    List<String> words = random();
    RecoverySheet sheet =
        new RecoverySheet("notes/agent-1", "net 1", LocalDate.of(2026, 12, 1), words);

    String page = sheet.writtenTo(Path.of(name));

    assertThat(RecoverySheet.words(page)).isEqualTo(words);
    assertThat(RecoverySheet.words(String.join(" ", words))).isEqualTo(words);
    assertThat(page.contains("<html")).isEqualTo(name.toLowerCase(Locale.ROOT).contains(".htm"));
    assertThat(page).contains("notes/agent-1", "inft keys restore").doesNotContain("http");
  }
}
