package tasks;

import static org.jooq.impl.DSL.currentTimestamp;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.primaryKey;
import static org.jooq.impl.DSL.table;

import java.sql.Timestamp;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** Tasks in a table, without generated code. Nothing here knows where the database lives. */
public final class Tasks {
  private static final Table<Record> TASK = table(name("task"));
  private static final Field<Long> ID = field(name("id"), SQLDataType.BIGINT.identity(true));
  private static final Field<String> TEXT = field(name("text"), SQLDataType.CLOB.nullable(false));
  private static final Field<Boolean> DONE =
      field(name("done"), SQLDataType.BOOLEAN.nullable(false).defaultValue(false));
  private static final Field<Timestamp> AT = field(name("at"), SQLDataType.TIMESTAMP);

  private final DSLContext jooq;

  public Tasks(DSLContext jooq) {
    this.jooq = jooq;
    jooq.createTableIfNotExists(TASK)
        .columns(ID, TEXT, DONE, AT)
        .constraints(primaryKey(ID))
        .execute();
  }

  /** Adds a task and returns its number. */
  public long add(String text) {
    return jooq.insertInto(TASK)
        .set(TEXT, text)
        .set(AT, currentTimestamp())
        .returning(ID)
        .fetchSingle(ID);
  }

  /** Whether there was such a task to finish. */
  public boolean finish(long id) {
    return jooq.update(TASK).set(DONE, true).where(ID.eq(id)).and(DONE.isFalse()).execute() == 1;
  }

  public List<String> open() {
    return jooq.select(ID, TEXT)
        .from(TASK)
        .where(DONE.isFalse())
        .orderBy(ID)
        .fetch(task -> task.get(ID) + " " + task.get(TEXT));
  }
}
