package monitored;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** A diary of one table; what watches it comes with the dependencies and a line of settings. */
@SpringBootApplication
public class Main {
  public static void main(String[] arguments) {
    SpringApplication.run(Main.class, arguments);
  }

  @RestController
  static class Diary {
    private final JdbcClient database;

    Diary(JdbcClient database) {
      this.database = database;
      database.sql("CREATE TABLE IF NOT EXISTS diary(entry TEXT NOT NULL)").update();
    }

    @PostMapping("/entries")
    void write(@RequestBody String entry) {
      database.sql("INSERT INTO diary VALUES (?)").param(entry).update();
    }

    @GetMapping("/entries")
    long count() {
      return database.sql("SELECT count(*) FROM diary").query(Long.class).single();
    }
  }
}
