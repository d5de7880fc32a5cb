package notes;

import com.zaxxer.hikari.HikariDataSource;
import io.inft.integration.InftHikari;

/** Adds the words of the command line as a note and prints all notes. */
public final class Main {
  private Main() {}

  public static void main(String[] words) throws Exception {
    try (HikariDataSource pool =
        new HikariDataSource(InftHikari.config("jdbc:inft:notes?network=embedded"))) {
      Notes notes = new Notes(pool);
      if (words.length > 0) {
        notes.add(String.join(" ", words));
      }
      notes.all().forEach(System.out::println);
    }
  }
}
