package notes;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** Adds the words of the command line as a note and prints all notes. */
public final class Main {
  private Main() {}

  public static void main(String[] words) throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:inft:notes?network=embedded");
    try (HikariDataSource pool = new HikariDataSource(config)) {
      Notes notes = new Notes(pool);
      if (words.length > 0) {
        notes.add(String.join(" ", words));
      }
      notes.all().forEach(System.out::println);
    }
  }
}
