package tasks;

import org.jooq.CloseableDSLContext;
import org.jooq.impl.DSL;

/** Adds the words of the command line as a task, or finishes the one whose number it gets. */
public final class Main {
  private Main() {}

  public static void main(String[] words) {
    // ":sqlite:" is how jOOQ recognises the dialect.
    try (CloseableDSLContext jooq = DSL.using("jdbc:inft:sqlite:tasks?network=embedded")) {
      Tasks tasks = new Tasks(jooq);
      if (words.length == 1 && words[0].matches("[0-9]+")) {
        tasks.finish(Long.parseLong(words[0]));
      } else if (words.length > 0) {
        tasks.add(String.join(" ", words));
      }
      tasks.open().forEach(System.out::println);
    }
  }
}
