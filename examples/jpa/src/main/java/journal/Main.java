package journal;

import java.util.Map;

/** Says the words of the command line and prints the whole conversation. */
public final class Main {
  private Main() {}

  public static void main(String[] words) {
    try (Journal journal = new Journal(Map.of())) {
      if (words.length > 0) {
        journal.say("everything", "you", String.join(" ", words));
      }
      journal.read("everything").forEach(System.out::println);
    }
  }
}
