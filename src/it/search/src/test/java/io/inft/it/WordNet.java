package io.inft.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Senses of verbs, and for each a sentence that somebody wrote to show it. */
final class WordNet {
  private static final Pattern EXAMPLE = Pattern.compile("\"([^\"]{20,})\"");

  private WordNet() {}

  /**
   * @param text what the words mean
   * @param sentence uses one of them
   */
  record Sense(String id, String text, String sentence) {}

  /**
   * Every third sense that has a sentence, by its place from 0; on those of the first third the
   * stemming was chosen.
   */
  static List<Sense> senses(int third, int most) throws IOException {
    List<Sense> senses = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                WordNet.class.getResourceAsStream("/net/sf/extjwnl/data/wordnet/wn31/data.verb"),
                StandardCharsets.UTF_8))) {
      int count = 0;
      for (String line = lines.readLine();
          line != null && senses.size() < most;
          line = lines.readLine()) {
        int bar = line.indexOf(" | ");
        Matcher example = EXAMPLE.matcher(bar < 0 ? "" : line.substring(bar));
        if (example.find() && count++ % 3 == third) {
          String[] fields = line.split(" ", -1);
          StringBuilder words = new StringBuilder();
          for (int i = 0; i < Integer.parseInt(fields[3], 16); i++) {
            words.append(i == 0 ? "" : ", ").append(fields[4 + 2 * i].replace('_', ' '));
          }
          String meaning = line.substring(bar + 3, bar + example.start()).strip();
          senses.add(new Sense(fields[0], words + ": " + meaning, example.group(1)));
        }
      }
    }
    return senses;
  }
}
