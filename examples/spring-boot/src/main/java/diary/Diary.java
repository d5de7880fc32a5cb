package diary;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Entries of a diary. Nothing here knows where the database lives. */
@Repository
public class Diary {
  private final JdbcClient database;

  Diary(JdbcClient database) {
    this.database = database;
  }

  /** All of them or none. */
  @Transactional
  public void write(List<String> texts) {
    for (String text : texts) {
      database.sql("INSERT INTO entry(text) VALUES (?)").param(text).update();
    }
  }

  @Transactional(readOnly = true)
  public List<String> read() {
    return database
        .sql("SELECT text || ' (' || mood || ')' FROM entry ORDER BY id")
        .query(String.class)
        .list();
  }
}
